package dev.tradewind.mail.mime;

import dev.tradewind.mail.MessageOctets;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Puts a message together from octets of another one and text that is new: fields, parts copied as they stand, texts encoded anew. The
 * caller sees to the structure. Not thread-safe.
 */
public final class MessageAssembler {
    private static final byte[] BASE64 =
            "Content-Transfer-Encoding: base64\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final HeaderWriter header;
    private final OctetBuffer out;

    /** An empty message with room for about that many octets. */
    public MessageAssembler(int capacity) {
        header = new HeaderWriter(capacity);
        out = header.buffer();
    }

    /** Writes fields at the present end. */
    public HeaderWriter header() {
        return header;
    }

    /** Copies octets as they are. */
    public void octets(byte[] octets) {
        out.put(octets);
    }

    /**
     * Ends a header section with a Content-Transfer-Encoding and writes a text in UTF-8.
     *
     * @param boundaries of the multiparts around it: a text that holds one of them is base64, for no other encoding would hide it
     */
    public void text(String text, List<String> boundaries) {
        for (String boundary : boundaries) {
            if (text.contains("--" + boundary)) {
                out.put(BASE64);
                OctetBuffer lines = new OctetBuffer(text.length() + 16);
                byte[] octets = text.getBytes(StandardCharsets.UTF_8);
                LineEndings.append(lines, octets, 0, octets.length);
                Base64Lines.encode(out, lines.array, 0, lines.size);
                out.size -= 2; // the line end before the delimiter is the delimiter's
                return;
            }
        }
        MimeWriter.text(out, text, false);
    }

    /** The message; a line end is added to a last line that has none. */
    public MessageOctets message() {
        if (!out.atLineStart()) {
            out.crlf();
        }
        return MessageOctets.of(out.toOctets());
    }
}
