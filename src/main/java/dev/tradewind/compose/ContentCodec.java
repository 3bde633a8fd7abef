package dev.tradewind.compose;

import dev.tradewind.compose.Content.Attachment;
import dev.tradewind.compose.Content.Author;
import dev.tradewind.compose.Content.Field;
import dev.tradewind.mail.MessageOctets;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The stored form of content. First octet: version, {@value #VERSION}. Second: kind. Then the values in the order of the record: text as
 * length and UTF-8, an optional one behind an octet 0 or 1, lists behind their length; lengths as unsigned LEB128. A message takes all that
 * is left. The same content gives the same octets, whose hash names it.
 */
public final class ContentCodec {
    static final int VERSION = 1;

    private static final int INLINE = 1;
    private static final int RFC822 = 2;
    private static final int UPLOADED = 3;

    private ContentCodec() {}

    /** What was read. */
    public sealed interface Decoded {
        /** Content. */
        record Read(Content content) implements Decoded {}

        /**
         * Not content, or of a version that this program does not know.
         *
         * @param reason why, with the offset
         */
        record Refused(String reason) implements Decoded {}
    }

    /** The stored form. Half surrogates, which no JSON text holds, become question marks. */
    public static byte[] encode(Content content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(expectedOctets(content));
        out.write(VERSION);
        switch (content) {
            case Content.Inline inline -> {
                out.write(INLINE);
                text(out, inline.from().address());
                optional(out, inline.from().name());
                optional(out, inline.replyTo());
                text(out, inline.subject());
                optional(out, inline.text());
                optional(out, inline.html());
                optional(out, inline.ampHtml());
                number(out, inline.headers().size());
                for (Field field : inline.headers()) {
                    text(out, field.name());
                    text(out, field.value());
                }
                attachments(out, inline.inlineImages());
                attachments(out, inline.attachments());
            }
            case Content.Rfc822(byte[] octets) -> {
                out.write(RFC822);
                out.writeBytes(octets);
            }
            case Content.Uploaded(MessageOctets message) -> {
                out.write(UPLOADED);
                number(out, message.bodyOffset());
                out.writeBytes(message.octets());
            }
        }
        return out.toByteArray();
    }

    // An uploaded message is nearly all of its stored form: exact, so that it is not copied while the array grows.
    private static int expectedOctets(Content content) {
        return switch (content) {
            case Content.Inline inline -> 4096;
            case Content.Rfc822(byte[] octets) -> octets.length + 2;
            case Content.Uploaded(MessageOctets message) -> message.octets().length + 7;
        };
    }

    /** Reads the stored form. */
    public static Decoded decode(byte[] stored) {
        try {
            return new Decoded.Read(new Reader(stored).content());
        } catch (Malformed malformed) {
            return new Decoded.Refused(String.valueOf(malformed.getMessage()));
        }
    }

    private static void attachments(ByteArrayOutputStream out, List<Attachment> attachments) {
        number(out, attachments.size());
        for (Attachment attachment : attachments) {
            text(out, attachment.name());
            text(out, attachment.type());
            text(out, attachment.base64());
        }
    }

    private static void optional(ByteArrayOutputStream out, Optional<String> value) {
        out.write(value.isPresent() ? 1 : 0);
        value.ifPresent(text -> text(out, text));
    }

    private static void text(ByteArrayOutputStream out, String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        number(out, utf8.length);
        out.writeBytes(utf8);
    }

    private static void number(ByteArrayOutputStream out, int value) {
        int left = value;
        while (left > 0x7f) {
            out.write((left & 0x7f) | 0x80);
            left >>>= 7;
        }
        out.write(left);
    }

    private static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        Malformed(String reason) {
            super(reason, null, false, false);
        }
    }

    private static final class Reader {
        private final byte[] stored;
        private int at;

        Reader(byte[] stored) {
            this.stored = stored;
        }

        Content content() throws Malformed {
            int version = octet();
            if (version != VERSION) {
                throw new Malformed("stored content of version " + version + ", this program reads version " + VERSION);
            }
            int kind = octet();
            return switch (kind) {
                case INLINE -> {
                    Content.Inline inline = new Content.Inline(
                            new Author(text(), optional()),
                            optional(),
                            text(),
                            optional(),
                            optional(),
                            optional(),
                            fields(),
                            attachments(),
                            attachments());
                    if (at != stored.length) {
                        throw new Malformed((stored.length - at) + " octets too many at " + at);
                    }
                    yield inline;
                }
                case RFC822 -> new Content.Rfc822(Arrays.copyOfRange(stored, at, stored.length));
                case UPLOADED -> {
                    int bodyOffset = number();
                    int size = stored.length - at;
                    if (bodyOffset > size) {
                        throw new Malformed("body at " + bodyOffset + " of " + size + " octets");
                    }
                    yield new Content.Uploaded(
                            new MessageOctets(Arrays.copyOfRange(stored, at, stored.length), bodyOffset));
                }
                default -> throw new Malformed("stored content of unknown kind " + kind);
            };
        }

        private List<Field> fields() throws Malformed {
            int count = count();
            List<Field> fields = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                fields.add(new Field(text(), text()));
            }
            return fields;
        }

        private List<Attachment> attachments() throws Malformed {
            int count = count();
            List<Attachment> attachments = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                attachments.add(new Attachment(text(), text(), text()));
            }
            return attachments;
        }

        private int count() throws Malformed {
            int count = number();
            if (count > stored.length - at) {
                throw new Malformed("a list of " + count + " at " + at + " is longer than what is left");
            }
            return count;
        }

        private Optional<String> optional() throws Malformed {
            int there = octet();
            if (there > 1) {
                throw new Malformed("octet " + there + " at " + (at - 1) + " where 0 or 1 should be");
            }
            return there == 1 ? Optional.of(text()) : Optional.empty();
        }

        private String text() throws Malformed {
            int length = number();
            if (length > stored.length - at) {
                throw new Malformed("a text of " + length + " octets at " + at + " is longer than what is left");
            }
            try {
                String text = StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(stored, at, length))
                        .toString();
                at += length;
                return text;
            } catch (CharacterCodingException e) {
                throw new Malformed("the text at " + at + " is not UTF-8");
            }
        }

        private int number() throws Malformed {
            int value = 0;
            for (int shift = 0; shift < 35; shift += 7) {
                int octet = octet();
                value |= (octet & 0x7f) << shift;
                if (octet < 0x80) {
                    if (value < 0 || (shift == 28 && octet > 7)) {
                        break;
                    }
                    return value;
                }
            }
            throw new Malformed("the number before " + at + " is out of range");
        }

        private int octet() throws Malformed {
            if (at >= stored.length) {
                throw new Malformed("stored content ends at " + at);
            }
            return stored[at++] & 0xff;
        }
    }
}
