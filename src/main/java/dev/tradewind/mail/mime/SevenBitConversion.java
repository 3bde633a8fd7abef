package dev.tradewind.mail.mime;

import dev.tradewind.mail.MessageOctets;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * Makes a submitted message fit for a next hop without 8BITMIME (RFC 6152 §3), before it gets our signature. Walks the MIME structure:
 * leaf parts with octets above 127, NUL or lines of more than 998 octets become quoted-printable (text) or base64 (the rest), their
 * Content-Transfer-Encoding is corrected, multiparts and attached messages are declared 7bit, MIME-Version is added where it is missing.
 * Nothing else changes: decoded, every part is the same. A part that says quoted-printable or base64 and is not is repaired in its own
 * encoding.
 *
 * <p>Not converted, since it would do harm: a message that somebody signed (DKIM, ARC, DomainKeys; multipart/signed around what would
 * change), and header sections with UTF-8, for which there is no downgrade. The caller bounces these with 5.6.3.
 */
public final class SevenBitConversion {
    private static final int MAX_DEPTH = 60;
    private static final byte[] MIME_VERSION = ascii("MIME-Version: 1.0\r\n");

    private final byte[] octets;
    private final OctetBuffer out;

    /** How a conversion ended. */
    public sealed interface Result {
        /** Any hop can carry the message as it is. */
        record Unchanged() implements Result {}

        /** The message in 7 bits. */
        record Converted(MessageOctets message) implements Result {}

        /**
         * It cannot be converted.
         *
         * @param reason why, a sentence part for the bounce
         */
        record Impossible(String reason) implements Result {}
    }

    /** Ends the walk; stays inside this class. */
    @SuppressWarnings("serial")
    private static final class Stuck extends Exception {
        Stuck(String reason) {
            super(reason, null, false, false);
        }
    }

    private SevenBitConversion(byte[] octets) {
        this.octets = octets;
        out = new OctetBuffer(octets.length + octets.length / 3 + 256);
    }

    /** Converts a whole message. */
    public static Result convert(MessageOctets message) {
        byte[] octets = message.octets();
        if (isSevenBit(octets, 0, octets.length)) {
            return new Result.Unchanged();
        }
        if (EightBit.hasEightBit(octets, 0, message.bodyOffset())) {
            return new Result.Impossible("header fields in UTF-8 need SMTPUTF8 (RFC 6531)");
        }
        HeaderSection header = HeaderSection.of(message);
        for (String signature :
                new String[] {"DKIM-Signature", "ARC-Seal", "ARC-Message-Signature", "DomainKey-Signature"}) {
            if (header.has(signature)) {
                return new Result.Impossible("converting the body to 7 bits would break its " + signature);
            }
        }
        SevenBitConversion conversion = new SevenBitConversion(octets);
        try {
            conversion.entity(0, octets.length, true, 0, false);
        } catch (Stuck stuck) {
            return new Result.Impossible(String.valueOf(stuck.getMessage()));
        }
        return new Result.Converted(MessageOctets.of(conversion.out.toOctets()));
    }

    private static boolean isSevenBit(byte[] octets, int from, int to) {
        if (EightBit.hasEightBit(octets, from, to) || EightBit.hasLongLine(octets, from, to)) {
            return false;
        }
        for (int i = from; i < to; i++) {
            if (octets[i] == 0) {
                return false;
            }
        }
        return true;
    }

    /** Header section and body of a message or a part; {@code signed}: inside a multipart/signed. */
    private void entity(int from, int to, boolean message, int depth, boolean signed) throws Stuck {
        if (isSevenBit(octets, from, to)) {
            out.put(octets, from, to);
            return;
        }
        if (signed) {
            throw new Stuck("converting a part of a multipart/signed would break its signature");
        }
        if (depth > MAX_DEPTH) {
            throw new Stuck("parts nested deeper than " + MAX_DEPTH);
        }
        HeaderSection header = HeaderSection.of(octets, from, to);
        if (EightBit.hasEightBit(octets, from, header.endOffset())) {
            throw new Stuck("header fields of a part in UTF-8 need SMTPUTF8 (RFC 6531)");
        }
        if (!isSevenBit(octets, from, header.endOffset())) {
            throw new Stuck("a line of a header section is longer than 998 octets or holds NUL");
        }
        int body = header.bodyOffset(to);
        ContentType type = ContentType.of(header);
        if (isSevenBit(octets, body, to)) {
            out.put(octets, from, to);
        } else if (type.isOf("multipart")) {
            fields(header, message, "7bit", null);
            multipart(type, body, to, depth, type.value().equals("multipart/signed"));
        } else if (type.value().equals("message/rfc822") || type.value().equals("message/news")) {
            fields(header, message, "7bit", null);
            entity(body, to, true, depth + 1, false);
        } else if (type.isOf("message")) {
            throw new Stuck("a part of type " + type.value() + " must be 7bit (RFC 2046 section 5.2) and is not");
        } else {
            leaf(header, type, body, to, message, depth == 0);
        }
    }

    private void leaf(HeaderSection header, ContentType type, int body, int to, boolean message, boolean top)
            throws Stuck {
        String declared = header.first("Content-Transfer-Encoding")
                .map(field -> field.unfolded().toLowerCase(Locale.ROOT))
                .orElse("");
        switch (declared) {
            case "quoted-printable" -> {
                fields(header, message, declared, null);
                repairQuotedPrintable(body, to);
            }
            case "base64" -> {
                fields(header, message, declared, null);
                repairBase64(body, to);
            }
            default -> {
                boolean text = type.isOf("text") && mostlyText(body, to);
                fields(header, message, text ? "quoted-printable" : "base64", missingType(header, body, to));
                if (text) {
                    QuotedPrintable.encodeExactly(out, octets, body, to);
                    if (top && !out.atLineStart()) {
                        out.crlf();
                    }
                } else {
                    Base64Lines.encode(out, octets, body, to);
                    if (!top) {
                        out.size -= 2; // the line end before the delimiter stands there already
                    }
                }
            }
        }
    }

    /** What RFC 1428 says of text without a charset: it is unknown, unless it speaks for itself. */
    @Nullable
    private String missingType(HeaderSection header, int body, int to) {
        if (header.has("Content-Type")) {
            return null;
        }
        for (int i = body; i < to; ) {
            int length = QuotedPrintable.characterLength(octets, i, to);
            if (length == 1 && octets[i] < 0) {
                return "text/plain; charset=unknown-8bit";
            }
            i += length;
        }
        return "text/plain; charset=utf-8";
    }

    /** Quoted-printable is for text that a person could still read: base64 is shorter from about a third on. */
    private boolean mostlyText(int from, int to) {
        long encoded = 0;
        for (int i = from; i < to; i++) {
            byte b = octets[i];
            if (b == 0) {
                return false;
            }
            encoded += b < 0 ? 1 : 0;
        }
        return encoded * 6 < to - from || isUtf8Text(from, to);
    }

    private boolean isUtf8Text(int from, int to) {
        for (int i = from; i < to; ) {
            int length = QuotedPrintable.characterLength(octets, i, to);
            if (length == 1 && octets[i] < 0) {
                return false;
            }
            i += length;
        }
        return true;
    }

    /** Copies the header section with the encoding (and the type, if one is given) put right, and its empty line. */
    private void fields(HeaderSection header, boolean message, String encoding, @Nullable String type) {
        boolean placed = false;
        for (int i = 0; i < header.size(); i++) {
            HeaderSection.Field field = header.field(i);
            if (!field.isNamed("Content-Transfer-Encoding")) {
                out.put(octets, field.startOffset(), field.endOffset());
            } else if (!placed) {
                encoding(encoding);
                placed = true;
            }
        }
        if (!out.atLineStart()) {
            out.crlf();
        }
        if (message && !header.has("MIME-Version")) {
            out.put(MIME_VERSION);
        }
        if (type != null) {
            out.ascii("Content-Type: " + type + "\r\n");
        }
        if (!placed && !encoding.equals("7bit")) {
            encoding(encoding);
        }
        out.crlf();
    }

    private void encoding(String encoding) {
        out.ascii("Content-Transfer-Encoding: ");
        out.ascii(encoding);
        out.crlf();
    }

    private void multipart(ContentType type, int body, int to, int depth, boolean signed) throws Stuck {
        List<Multipart.Span> parts = Multipart.parts(octets, body, to, type.parameter("boundary"));
        if (parts.isEmpty()) {
            throw new Stuck("a multipart whose boundary does not occur");
        }
        int copied = body;
        for (Multipart.Span part : parts) {
            plain(copied, part.from());
            entity(part.from(), part.to(), false, depth + 1, signed);
            copied = part.to();
        }
        plain(copied, to);
    }

    /** Delimiters, preamble and epilogue, which nobody reads: what is not 7-bit becomes '?', long lines are broken. */
    private void plain(int from, int to) {
        int column = 0;
        for (int i = from; i < to; i++) {
            byte b = octets[i];
            if (column >= 990 && b != '\r' && b != '\n') {
                out.crlf();
                column = 0;
            }
            out.put(b <= 0 ? '?' : b);
            column = b == '\n' ? 0 : column + 1;
        }
    }

    private void repairQuotedPrintable(int from, int to) {
        int column = 0;
        for (int i = from; i < to; i++) {
            byte b = octets[i];
            int width = b <= 0 ? 3 : 1;
            if (b == '\r' || b == '\n') {
                out.put(b);
                column = b == '\n' ? 0 : column;
                continue;
            }
            if (column + width > 900) { // far from the end of a line that a reader may still want whole
                boolean insideEscape = (i > from && octets[i - 1] == '=') || (i > from + 1 && octets[i - 2] == '=');
                if (!insideEscape) {
                    out.ascii("=\r\n");
                    column = 0;
                }
            }
            if (b <= 0) {
                out.put('=');
                out.put(QuotedPrintable.HEX[(b >> 4) & 15]);
                out.put(QuotedPrintable.HEX[b & 15]);
            } else {
                out.put(b);
            }
            column += width;
        }
    }

    private void repairBase64(int from, int to) throws Stuck {
        OctetBuffer clean = new OctetBuffer(to - from + 4);
        for (int i = from; i < to; i++) {
            if (Base64Lines.isAlphabet(octets[i])) {
                clean.put(octets[i]);
            }
        }
        if (clean.size % 4 == 1) {
            throw new Stuck("a base64 part with octets above 127 is cut off");
        }
        byte[] decoded = Base64.getDecoder().decode(clean.toOctets());
        Base64Lines.encode(out, decoded, 0, decoded.length);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
