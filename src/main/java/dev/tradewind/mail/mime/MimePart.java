package dev.tradewind.mail.mime;

import dev.tradewind.mail.MessageOctets;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A message or a part of one as a tree of views on its octets (RFC 2045, 2046). Reads anything: a multipart whose boundary does not occur,
 * and what is nested deeper than 50 levels or comes behind the 10,000th part, is a leaf.
 */
public final class MimePart {
    private static final int MAX_DEPTH = 50;
    private static final int MAX_PARTS = 10_000;

    private final byte[] octets;
    private final HeaderSection header;
    private final ContentType type;
    private final int bodyStart;
    private final int end;
    private final List<MimePart> parts;

    private MimePart(
            byte[] octets, HeaderSection header, ContentType type, int bodyStart, int end, List<MimePart> parts) {
        this.octets = octets;
        this.header = header;
        this.type = type;
        this.bodyStart = bodyStart;
        this.end = end;
        this.parts = List.copyOf(parts);
    }

    /** The structure of a message. */
    public static MimePart of(MessageOctets message) {
        return read(message.octets(), 0, message.size(), 0, new int[] {MAX_PARTS});
    }

    private static MimePart read(byte[] octets, int from, int to, int depth, int[] left) {
        HeaderSection header = HeaderSection.of(octets, from, to);
        int body = header.bodyOffset(to);
        ContentType type = ContentType.of(header);
        List<MimePart> parts = new ArrayList<>();
        if (depth < MAX_DEPTH && type.isOf("multipart")) {
            for (Multipart.Span span : Multipart.parts(octets, body, to, type.parameter("boundary"))) {
                if (left[0]-- <= 0) {
                    break;
                }
                parts.add(read(octets, span.from(), span.to(), depth + 1, left));
            }
        }
        return new MimePart(octets, header, type, body, to, parts);
    }

    /** Its header section. */
    public HeaderSection header() {
        return header;
    }

    /** Its Content-Type; {@code text/plain} if it has none. */
    public ContentType type() {
        return type;
    }

    /** The parts of a multipart; empty for a leaf, and an attached message is one. */
    public List<MimePart> parts() {
        return parts;
    }

    /** Index of the first octet of its body. */
    public int bodyOffset() {
        return bodyStart;
    }

    /** Index behind its last octet. */
    public int endOffset() {
        return end;
    }

    /** Whether it is meant to be saved rather than shown (RFC 2183). */
    public boolean isAttachment() {
        return header.first("Content-Disposition")
                .map(field -> ContentType.parse(field.unfolded()).value().equals("attachment"))
                .orElse(false);
    }

    /** Content-Transfer-Encoding, lower-case; {@code 7bit} if it has none. */
    public String encoding() {
        return header.first("Content-Transfer-Encoding")
                .map(field -> ContentType.parse(field.unfolded()).value().toLowerCase(Locale.ROOT))
                .orElse("7bit");
    }

    /** The body, decoded. */
    public byte[] content() {
        return TransferDecoding.decode(octets, bodyStart, end, encoding());
    }

    /** The body as text by its charset; UTF-8 (or else windows-1252) where it names none, or none that exists. */
    public String text() {
        byte[] content = content();
        String name = type.parameter("charset");
        Charset charset = name.isEmpty() ? null : EncodedWords.charset(name);
        return charset == null || charset.equals(StandardCharsets.US_ASCII)
                ? EncodedWords.textOf(content, 0, content.length)
                : new String(content, charset);
    }

    /** Size only: content is nobody's business in a log. */
    @Override
    public String toString() {
        return type.value() + " of " + (end - bodyStart) + " octets";
    }
}
