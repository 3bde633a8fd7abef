package dev.tradewind.mail.mime;

import dev.tradewind.mail.MessageOctets;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The header section of a message as a view on its octets: the fields in their order, nothing copied until asked for. Tolerant: a line
 * that is no field (no colon, a blank or a control character in its name) is a field without a name, lines may end with a bare LF,
 * a first line that begins with a blank is a field without a name too. Names are compared ignoring case.
 */
public final class HeaderSection {
    private final byte[] octets;
    private final int start;
    private final int end;
    /** Three numbers a field: its first octet, the end of its name (its first octet if it has none), the end behind its line end. */
    private final int[] places;

    private final int count;

    private HeaderSection(byte[] octets, int start, int end, int[] places, int count) {
        this.octets = octets;
        this.start = start;
        this.end = end;
        this.places = places;
        this.count = count;
    }

    /** The header section of a message. */
    public static HeaderSection of(MessageOctets message) {
        return of(message.octets(), 0, message.bodyOffset());
    }

    /** The header section that begins at an index and ends at an empty line or at {@code to}, whichever comes first. */
    public static HeaderSection of(byte[] octets, int from, int to) {
        int[] places = new int[60];
        int used = 0;
        int at = from;
        while (at < to && !isEmptyLine(octets, at, to)) {
            int fieldEnd = lineEnd(octets, at, to);
            while (fieldEnd < to && (octets[fieldEnd] == ' ' || octets[fieldEnd] == '\t')) {
                fieldEnd = lineEnd(octets, fieldEnd, to);
            }
            if (used == places.length) {
                places = Arrays.copyOf(places, used * 2);
            }
            places[used++] = at;
            places[used++] = nameEnd(octets, at, fieldEnd);
            places[used++] = fieldEnd;
            at = fieldEnd;
        }
        return new HeaderSection(octets, from, at, places, used / 3);
    }

    /** Number of fields. */
    public int size() {
        return count;
    }

    /** The field at a place, from 0. */
    public Field field(int place) {
        if (place < 0 || place >= count) {
            throw new IndexOutOfBoundsException("field " + place + " of " + count);
        }
        return new Field(octets, places[place * 3], places[place * 3 + 1], places[place * 3 + 2]);
    }

    /** All fields in their order. */
    public List<Field> fields() {
        List<Field> fields = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            fields.add(field(i));
        }
        return fields;
    }

    /** The first field of a name. */
    public Optional<Field> first(String name) {
        for (int i = 0; i < count; i++) {
            if (isNamed(i, name)) {
                return Optional.of(field(i));
            }
        }
        return Optional.empty();
    }

    /** The fields of a name in their order. */
    public List<Field> all(String name) {
        List<Field> found = new ArrayList<>(2);
        for (int i = 0; i < count; i++) {
            if (isNamed(i, name)) {
                found.add(field(i));
            }
        }
        return found;
    }

    /** Whether there is a field of that name. */
    public boolean has(String name) {
        for (int i = 0; i < count; i++) {
            if (isNamed(i, name)) {
                return true;
            }
        }
        return false;
    }

    /** Index of the first octet. */
    public int startOffset() {
        return start;
    }

    /** Index behind the last field: of the empty line, or of the end of the message. */
    public int endOffset() {
        return end;
    }

    /** Index of the first octet of the body, behind the empty line if there is one. */
    public int bodyOffset(int to) {
        if (end >= to) {
            return to;
        }
        return octets[end] == '\r' && end + 1 < to && octets[end + 1] == '\n' ? end + 2 : end + 1;
    }

    private boolean isNamed(int place, String name) {
        int from = places[place * 3];
        return places[place * 3 + 1] - from == name.length() && equalsIgnoringCase(octets, from, name);
    }

    private static boolean equalsIgnoringCase(byte[] octets, int from, String name) {
        for (int i = 0; i < name.length(); i++) {
            int a = octets[from + i];
            int b = name.charAt(i);
            if (a != b && (lower(a) != lower(b))) {
                return false;
            }
        }
        return true;
    }

    private static int lower(int c) {
        return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
    }

    private static boolean isEmptyLine(byte[] octets, int at, int to) {
        return octets[at] == '\n' || (octets[at] == '\r' && (at + 1 >= to || octets[at + 1] == '\n'));
    }

    private static int lineEnd(byte[] octets, int at, int to) {
        int i = at;
        while (i < to && octets[i] != '\n') {
            i++;
        }
        return i < to ? i + 1 : to;
    }

    private static int nameEnd(byte[] octets, int at, int to) {
        int i = at;
        while (i < to && octets[i] > ' ' && octets[i] < 0x7f && octets[i] != ':') {
            i++;
        }
        int nameEnd = i;
        while (i < to && (octets[i] == ' ' || octets[i] == '\t')) {
            i++; // obs-optional of RFC 5322 §4.5.8
        }
        return i < to && octets[i] == ':' ? nameEnd : at;
    }

    /** One field: a view on the octets of its message. */
    public static final class Field {
        private final byte[] octets;
        private final int start;
        private final int nameEnd;
        private final int end;

        private Field(byte[] octets, int start, int nameEnd, int end) {
            this.octets = octets;
            this.start = start;
            this.nameEnd = nameEnd;
            this.end = end;
        }

        /** The name as written; empty for a line that is no field. */
        public String name() {
            return new String(octets, start, nameEnd - start, java.nio.charset.StandardCharsets.ISO_8859_1);
        }

        /** Whether the field has this name, ignoring case. */
        public boolean isNamed(String name) {
            return nameEnd - start == name.length() && equalsIgnoringCase(octets, start, name);
        }

        /** Index of its first octet in the message. */
        public int startOffset() {
            return start;
        }

        /** Index of the first octet of its value, behind the colon. */
        public int valueOffset() {
            if (nameEnd == start) {
                return start;
            }
            int i = nameEnd;
            while (octets[i] != ':') {
                i++;
            }
            return i + 1;
        }

        /** Index behind its last line end. */
        public int endOffset() {
            return end;
        }

        /** The octets behind the colon, folding kept, without the last line end. */
        public byte[] rawValue() {
            return Arrays.copyOfRange(octets, valueOffset(), contentEnd());
        }

        /** The whole field with its line end. */
        public byte[] octets() {
            return Arrays.copyOfRange(octets, start, end);
        }

        /** The value with folding undone (RFC 5322 §2.2.3) and blanks at both ends removed; encoded words as they stand. */
        public String unfolded() {
            int from = valueOffset();
            int to = contentEnd();
            byte[] line = new byte[to - from];
            int length = 0;
            for (int i = from; i < to; i++) {
                byte b = octets[i];
                if (b != '\r' && b != '\n') {
                    line[length++] = b;
                } else if (b == '\r' && (i + 1 >= to || octets[i + 1] != '\n')) {
                    line[length++] = ' ';
                }
            }
            return EncodedWords.textOf(line, 0, length).strip();
        }

        /** The value as a person reads it: unfolded, encoded words decoded, no control characters. */
        public String decoded() {
            return EncodedWords.decode(unfolded());
        }

        private int contentEnd() {
            int to = end;
            int from = valueOffset();
            if (to > from && octets[to - 1] == '\n') {
                to--;
                if (to > from && octets[to - 1] == '\r') {
                    to--;
                }
            }
            return to;
        }

        /** Name and size only: content is nobody's business in a log. */
        @Override
        public String toString() {
            return "field " + name() + " of " + (end - start) + " octets";
        }
    }
}
