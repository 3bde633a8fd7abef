package dev.tradewind.mail.mime;

import dev.tradewind.mail.MessageOctets;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes a whole message (RFC 2045, 2046): the header fields that the caller wrote, then MIME fields and body, all of it 7-bit but for raw
 * UTF-8 that {@link HeaderWriter} had to leave in the header. The same inputs and the same seed give the same octets.
 *
 * <p>Structure, as far as there are such parts: {@code mixed(related(alternative…), attachments)} with {@code alternative(text, amp,
 * related(html, images))} inside. Text goes as it is (7bit) when it is ASCII with lines of at most 998 characters, and quoted-printable
 * else; its line ends become CRLF. Boundaries begin with {@code =_}, which neither quoted-printable nor base64 can hold; a 7-bit text that
 * holds the boundary is written as quoted-printable.
 */
public final class MimeWriter {
    private static final int MAX_LINE = 998;
    private static final byte[] MIME_VERSION = ascii("MIME-Version: 1.0\r\n");
    private static final byte[] TEXT_TYPE = ascii("Content-Type: text/plain; charset=\"UTF-8\"\r\n");
    private static final byte[] HTML_TYPE = ascii("Content-Type: text/html; charset=\"UTF-8\"\r\n");
    private static final byte[] AMP_TYPE = ascii("Content-Type: text/x-amp-html; charset=\"UTF-8\"\r\n");
    private static final byte[] SEVEN_BIT = ascii("Content-Transfer-Encoding: 7bit\r\n\r\n");
    private static final byte[] QUOTED_PRINTABLE = ascii("Content-Transfer-Encoding: quoted-printable\r\n\r\n");

    private final OctetBuffer out;
    private final String boundaryStem;
    private int boundaries;
    private int bodyOffset;
    /** Whether the last octets are those of a text, whose last line end would be part of it. */
    private boolean inText;

    private MimeWriter(OctetBuffer out, long seed) {
        this.out = out;
        StringBuilder stem = new StringBuilder(24).append("=_tw");
        for (int shift = 60; shift >= 0; shift -= 4) {
            stem.append((char) QuotedPrintable.HEX[(int) (seed >>> shift) & 15]);
        }
        boundaryStem = stem.toString();
    }

    /**
     * Completes a message.
     *
     * @param header the top header fields but those of MIME; this writer is used up by the call
     * @param seed   what the boundaries are made of
     */
    public static MessageOctets write(HeaderWriter header, MimeBody body, long seed) {
        MimeWriter writer = new MimeWriter(header.buffer(), seed);
        writer.out.put(MIME_VERSION);
        writer.mixed(body);
        if (!writer.out.atLineStart()) {
            writer.out.crlf();
        }
        return new MessageOctets(writer.out.toOctets(), writer.bodyOffset);
    }

    private void mixed(MimeBody body) {
        if (body.attachments().isEmpty()) {
            content(body);
            return;
        }
        String boundary = open("mixed", "");
        delimiter(boundary);
        content(body);
        parts(body.attachments(), boundary);
        close(boundary);
    }

    private void content(MimeBody body) {
        boolean alternatives = (body.text().isPresent() && body.html().isPresent())
                || body.amp().isPresent();
        boolean imagesWithHtml = body.html().isPresent();
        if (!alternatives) {
            related(body, body.html().isPresent());
            return;
        }
        String outer = "";
        if (!imagesWithHtml && !body.inlineImages().isEmpty()) {
            outer = open("related", "; type=\"multipart/alternative\"");
            delimiter(outer);
        }
        String boundary = open("alternative", "");
        if (body.text().isPresent()) {
            delimiter(boundary);
            leaf(TEXT_TYPE, body.text().get());
        }
        if (body.amp().isPresent()) {
            delimiter(boundary);
            leaf(AMP_TYPE, body.amp().get());
        }
        if (imagesWithHtml) {
            delimiter(boundary);
            related(body, true);
        }
        close(boundary);
        if (!outer.isEmpty()) {
            parts(body.inlineImages(), outer);
            close(outer);
        }
    }

    /** The HTML (else the text), with the images around it if there are any. */
    private void related(MimeBody body, boolean html) {
        byte[] type = html ? HTML_TYPE : TEXT_TYPE;
        String content = html ? body.html().orElseThrow() : body.text().orElseThrow();
        if (body.inlineImages().isEmpty()) {
            leaf(type, content);
            return;
        }
        String boundary = open("related", html ? "; type=\"text/html\"" : "; type=\"text/plain\"");
        delimiter(boundary);
        leaf(type, content);
        parts(body.inlineImages(), boundary);
        close(boundary);
    }

    private String open(String subtype, String parameters) {
        String boundary = boundaryStem + '_' + boundaries++;
        out.ascii("Content-Type: multipart/");
        out.ascii(subtype);
        out.ascii(parameters);
        out.ascii(";\r\n boundary=\"");
        out.ascii(boundary);
        out.ascii("\"\r\n\r\n");
        markBody();
        return boundary;
    }

    private void delimiter(String boundary) {
        if (inText) { // the line end before a delimiter is part of it
            out.crlf();
            inText = false;
        }
        out.put('-');
        out.put('-');
        out.ascii(boundary);
        out.crlf();
    }

    private void close(String boundary) {
        if (inText) {
            out.crlf();
            inText = false;
        }
        out.ascii("--");
        out.ascii(boundary);
        out.ascii("--\r\n");
    }

    private void parts(List<EncodedPart> parts, String boundary) {
        for (EncodedPart part : parts) {
            delimiter(boundary);
            byte[] octets = part.octets();
            out.put(octets, 0, octets.length);
        }
    }

    private void leaf(byte[] type, String text) {
        out.put(type);
        int bodyStart = text(out, text, text.contains(boundaryStem));
        if (bodyOffset == 0) {
            bodyOffset = bodyStart;
        }
        inText = true;
    }

    /**
     * Writes Content-Transfer-Encoding, the empty line and a text.
     *
     * @param encode whether it must be encoded even if it could go as it is
     * @return index of the first octet of the text
     */
    static int text(OctetBuffer out, String text, boolean encode) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        // A character outside ASCII takes more octets than characters.
        boolean sevenBit = !encode && octets.length == text.length() && fitsSevenBit(octets);
        out.put(sevenBit ? SEVEN_BIT : QUOTED_PRINTABLE);
        int start = out.size;
        if (sevenBit) {
            LineEndings.append(out, octets, 0, octets.length);
        } else {
            QuotedPrintable.encodeText(out, octets, 0, octets.length);
        }
        return start;
    }

    private void markBody() {
        if (bodyOffset == 0) {
            bodyOffset = out.size;
        }
    }

    /** Whether ASCII octets may go as they are: no NUL or other odd control, no long line, no line that begins with "From ". */
    static boolean fitsSevenBit(byte[] octets) {
        int lineStart = 0;
        int length = octets.length;
        while (true) {
            int i = Octets.nextControlOrEightBit(octets, lineStart, length);
            while (i < length && octets[i] == '\t') {
                i = Octets.nextControlOrEightBit(octets, i + 1, length);
            }
            if (i - lineStart > MAX_LINE || QuotedPrintable.startsWithFrom(octets, lineStart, i)) {
                return false;
            }
            if (i == length) {
                return true;
            }
            if (octets[i] != '\n' && octets[i] != '\r') {
                return false;
            }
            lineStart = i + 1;
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
