package dev.tradewind.sign;

import dev.tradewind.mail.MessageOctets;

import java.util.Arrays;

/**
 * Where the header fields of a message are: an index into its octets, made in one pass, without copying. Fields are numbered from the
 * top. A line that neither continues a field nor has a colon is not a field; it is skipped together with its continuation lines and so
 * can never be signed.
 */
public final class HeaderFields {
    private final byte[] octets;
    /** For each field: start, end of its name, colon, end behind its CRLF. */
    private int[] index = new int[4 * 32];

    private int count;

    private HeaderFields(byte[] octets) {
        this.octets = octets;
    }

    /** The fields of the header section of {@code message}. */
    public static HeaderFields of(MessageOctets message) {
        HeaderFields fields = new HeaderFields(message.octets());
        fields.scan(message.bodyOffset());
        return fields;
    }

    private void scan(int limit) {
        int at = 0;
        while (at < limit) {
            if (octets[at] == '\r' && at + 1 < limit && octets[at + 1] == '\n') {
                return;
            }
            int end = endOfField(at, limit);
            int colon = at;
            while (colon < end && octets[colon] != ':' && octets[colon] != '\r') {
                colon++;
            }
            int nameEnd = colon;
            while (nameEnd > at && isWhiteSpace(octets[nameEnd - 1])) {
                nameEnd--;
            }
            if (colon < end && octets[colon] == ':' && nameEnd > at && !isWhiteSpace(octets[at])) {
                add(at, nameEnd, colon, end);
            }
            at = end;
        }
    }

    private int endOfField(int start, int limit) {
        for (int i = start; i + 1 < limit; i++) {
            if (octets[i] == '\r' && octets[i + 1] == '\n' && (i + 2 >= limit || !isWhiteSpace(octets[i + 2]))) {
                return i + 2;
            }
        }
        return limit;
    }

    private void add(int start, int nameEnd, int colon, int end) {
        int at = count * 4;
        if (at == index.length) {
            index = Arrays.copyOf(index, index.length * 2);
        }
        index[at] = start;
        index[at + 1] = nameEnd;
        index[at + 2] = colon;
        index[at + 3] = end;
        count++;
    }

    /** How many fields there are. */
    public int count() {
        return count;
    }

    /** Index of the first octet of the name of a field. */
    public int start(int field) {
        return index[field * 4];
    }

    /** Index behind the last octet of the name of a field; white space may stand between it and the colon. */
    public int nameEnd(int field) {
        return index[field * 4 + 1];
    }

    /** Index of the first octet of the value of a field, right behind the colon. */
    public int valueStart(int field) {
        return index[field * 4 + 2] + 1;
    }

    /** Index behind the CRLF of a field; behind the last octet where the message ends without one. */
    public int end(int field) {
        return index[field * 4 + 3];
    }

    /** Whether the name of a field is {@code lowerCaseName} in any case. */
    public boolean isNamed(int field, byte[] lowerCaseName) {
        int start = start(field);
        if (nameEnd(field) - start != lowerCaseName.length) {
            return false;
        }
        for (int i = 0; i < lowerCaseName.length; i++) {
            if (lowerCase(octets[start + i]) != lowerCaseName[i]) {
                return false;
            }
        }
        return true;
    }

    static boolean isWhiteSpace(byte b) {
        return b == ' ' || b == '\t';
    }

    static byte lowerCase(byte b) {
        return b >= 'A' && b <= 'Z' ? (byte) (b + ('a' - 'A')) : b;
    }
}
