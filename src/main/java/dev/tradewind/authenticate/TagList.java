package dev.tradewind.authenticate;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A tag-list: {@code name=value; name=value} (RFC 6376 §3.2), the syntax of signatures and key records. Names are compared with case. A
 * name that occurs twice spoils the list, as the RFC says. Values may hold UTF-8 (RFC 8616).
 *
 * @param tags in the order of the list; at least one
 */
record TagList(List<Tag> tags) {
    /** More than ten times what real lists have. */
    static final int MAX_TAGS = 100;

    TagList {
        tags = List.copyOf(tags);
    }

    /**
     * One tag.
     *
     * @param value without the white space around it; inner white space as it stands
     * @param from  index of the octet behind the {@code =}
     * @param to    index of the {@code ;} that ends the value, or of the end of the list
     */
    record Tag(String name, String value, int from, int to) {}

    /** A tag-list or why it is none. */
    sealed interface Parsed {}

    /** It is one. */
    record Read(TagList list) implements Parsed {}

    /**
     * It is none.
     *
     * @param position index of the octet where the parser gave up, from the start of the list
     */
    record Refused(String reason, int position) implements Parsed {}

    /** Parses the list in {@code octets[from..to)}. */
    static Parsed parse(byte[] octets, int from, int to) {
        return new Parser(octets, from, to).parse();
    }

    /** Parses the list in {@code text}. */
    static Parsed parse(String text) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        return parse(octets, 0, octets.length);
    }

    /** The tag of that name. */
    Optional<Tag> find(String name) {
        for (Tag tag : tags) {
            if (tag.name().equals(name)) {
                return Optional.of(tag);
            }
        }
        return Optional.empty();
    }

    /** The value of the tag of that name. */
    Optional<String> value(String name) {
        return find(name).map(Tag::value);
    }

    /** {@code value} without any folding white space: base64 and lists may have it anywhere. */
    static String withoutWhiteSpace(String value) {
        StringBuilder kept = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
                kept.append(c);
            }
        }
        return kept.toString();
    }

    /** The items of a list separated by colons, white space around them dropped; empty items are kept. */
    static List<String> items(String value) {
        String text = withoutWhiteSpace(value);
        List<String> items = new ArrayList<>();
        int start = 0;
        while (true) {
            int colon = text.indexOf(':', start);
            if (colon < 0) {
                items.add(text.substring(start));
                return items;
            }
            items.add(text.substring(start, colon));
            start = colon + 1;
        }
    }

    private static final class Parser {
        private final byte[] octets;
        private final int from;
        private final int to;
        private int at;

        Parser(byte[] octets, int from, int to) {
            this.octets = octets;
            this.from = from;
            this.to = to;
            this.at = from;
        }

        Parsed parse() {
            List<Tag> tags = new ArrayList<>();
            skipWhiteSpace();
            if (at == to) {
                return refused("no tags");
            }
            while (true) {
                int nameStart = at;
                while (at < to && isNameOctet(octets[at], at == nameStart)) {
                    at++;
                }
                if (at == nameStart) {
                    return refused("a tag name is expected");
                }
                String name = new String(octets, nameStart, at - nameStart, StandardCharsets.US_ASCII);
                skipWhiteSpace();
                if (at == to || octets[at] != '=') {
                    return refused("'=' is expected behind tag " + name);
                }
                int valueFrom = ++at;
                while (at < to && octets[at] != ';') {
                    if (!isValueOctet(octets[at])) {
                        return refused("tag " + name + " has a character that is not allowed");
                    }
                    at++;
                }
                Optional<String> value = text(valueFrom, at);
                if (value.isEmpty()) {
                    return refused("tag " + name + " is not UTF-8");
                }
                for (Tag tag : tags) {
                    if (tag.name().equals(name)) {
                        return refused("tag " + name + " stands twice");
                    }
                }
                if (tags.size() == MAX_TAGS) {
                    return refused("more than " + MAX_TAGS + " tags");
                }
                tags.add(new Tag(name, value.get(), valueFrom, at));
                if (at == to) {
                    return new Read(new TagList(tags));
                }
                at++; // the semicolon
                skipWhiteSpace();
                if (at == to) {
                    return new Read(new TagList(tags));
                }
            }
        }

        private Optional<String> text(int valueFrom, int valueTo) {
            int start = valueFrom;
            int end = valueTo;
            while (start < end && isWhiteSpace(octets[start])) {
                start++;
            }
            while (end > start && isWhiteSpace(octets[end - 1])) {
                end--;
            }
            try {
                return Optional.of(StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(octets, start, end - start))
                        .toString());
            } catch (CharacterCodingException e) {
                return Optional.empty();
            }
        }

        private Refused refused(String reason) {
            return new Refused(reason, at - from);
        }

        private void skipWhiteSpace() {
            while (at < to && isWhiteSpace(octets[at])) {
                at++;
            }
        }

        private static boolean isWhiteSpace(byte b) {
            return b == ' ' || b == '\t' || b == '\r' || b == '\n';
        }

        private static boolean isNameOctet(byte b, boolean first) {
            boolean letter = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
            return letter || (!first && ((b >= '0' && b <= '9') || b == '_'));
        }

        private static boolean isValueOctet(byte b) {
            return (b > ' ' && b < 0x7f) || isWhiteSpace(b) || b < 0;
        }
    }
}
