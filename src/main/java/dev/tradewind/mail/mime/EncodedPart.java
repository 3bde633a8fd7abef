package dev.tradewind.mail.mime;

import java.nio.charset.StandardCharsets;

/**
 * An attachment or inline image as it stands in every message that has it: part header, empty line, base64 in lines. Made once for a
 * content, copied into each message.
 *
 * <p>Limits: a part of type {@code message/rfc822} is base64 like any other, which RFC 2046 §5.2.1 forbids and all mail readers read.
 */
public final class EncodedPart {
    private final byte[] octets;

    private EncodedPart(byte[] octets) {
        this.octets = octets;
    }

    /**
     * An attachment.
     *
     * @param name   file name, any Unicode
     * @param type   media type as it will stand in Content-Type, parameters among it; ASCII
     * @param base64 the data
     * @throws IllegalArgumentException if the type is empty or not ASCII, or the data no base64
     */
    public static EncodedPart attachment(String name, String type, String base64) {
        HeaderWriter header = head(name, type);
        header.parameters("Content-Disposition", "attachment", "filename", name);
        return finish(header, base64);
    }

    /**
     * An image that HTML shows by {@code cid:name}.
     *
     * @param name   Content-ID without brackets; what cannot stand in one is percent-encoded (RFC 2392)
     * @param type   media type as it will stand in Content-Type; ASCII
     * @param base64 the data
     * @throws IllegalArgumentException if the type is empty or not ASCII, or the data no base64
     */
    public static EncodedPart inlineImage(String name, String type, String base64) {
        HeaderWriter header = head(name, type);
        header.parameters("Content-Disposition", "inline", "filename", name);
        header.text("Content-ID", '<' + contentId(name) + '>');
        return finish(header, base64);
    }

    /** Octets of the part. */
    public int size() {
        return octets.length;
    }

    byte[] octets() {
        return octets;
    }

    private static HeaderWriter head(String name, String type) {
        String clean = HeaderWriter.clean(type);
        if (clean.isEmpty() || !HeaderWriter.isAscii(clean)) {
            throw new IllegalArgumentException("media type of '" + HeaderWriter.clean(name) + "': empty or not ASCII");
        }
        HeaderWriter header = new HeaderWriter(512);
        if (clean.contains("name=")) {
            header.text("Content-Type", clean);
        } else {
            header.parameters("Content-Type", clean, "name", name);
        }
        return header.text("Content-Transfer-Encoding", "base64");
    }

    private static EncodedPart finish(HeaderWriter header, String base64) {
        OctetBuffer out = header.buffer();
        out.crlf();
        out.put(Base64Lines.wrapped(base64));
        return new EncodedPart(out.toOctets());
    }

    static String contentId(String name) {
        StringBuilder id = new StringBuilder(name.length());
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            if (b < ' ' || b == 0x7f || b == '<' || b == '>') {
                id.append('%').append((char) QuotedPrintable.HEX[(b >> 4) & 15]).append((char)
                        QuotedPrintable.HEX[b & 15]);
            } else {
                id.append((char) b);
            }
        }
        return id.toString();
    }
}
