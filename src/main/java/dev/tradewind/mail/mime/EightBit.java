package dev.tradewind.mail.mime;

import dev.tradewind.mail.MessageOctets;

/**
 * What a message asks of the hops that carry it.
 *
 * @param needs8bit      the body has octets above 127: 8BITMIME (RFC 6152), else {@link SevenBitConversion}
 * @param hasUtf8Headers the top header section has octets above 127: SMTPUTF8 (RFC 6531), which has no substitute
 * @param longLines      a line has more than 998 octets before its CRLF (RFC 5321 §4.5.3.1.6)
 */
public record EightBit(boolean needs8bit, boolean hasUtf8Headers, boolean longLines) {
    private static final int MAX_LINE = 998;

    /** Looks at every octet once. */
    public static EightBit of(MessageOctets message) {
        byte[] octets = message.octets();
        boolean header = hasEightBit(octets, 0, message.bodyOffset());
        boolean body = hasEightBit(octets, message.bodyOffset(), octets.length);
        return new EightBit(body, header, hasLongLine(octets, 0, octets.length));
    }

    /** Whether any hop can carry the message as it is. */
    public boolean isSevenBit() {
        return !needs8bit && !hasUtf8Headers && !longLines;
    }

    static boolean hasEightBit(byte[] octets, int from, int to) {
        return Octets.anyEightBit(octets, from, to);
    }

    /** Looks backward from the furthest place where a line end may be: most of a message is never looked at. */
    static boolean hasLongLine(byte[] octets, int from, int to) {
        int lineStart = from;
        while (to - lineStart > MAX_LINE) {
            int i = Math.min(to - 1, lineStart + MAX_LINE + 1);
            while (i >= lineStart && octets[i] != '\n') {
                i--;
            }
            if (i < lineStart) {
                return true;
            }
            lineStart = i + 1;
        }
        return false;
    }
}
