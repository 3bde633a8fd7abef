package dev.tradewind.mail.mime;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Searches in octets, eight at a time: in mail nearly every octet is an ordinary character, and these pass over them. */
final class Octets {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGHS = 0x8080_8080_8080_8080L;

    private Octets() {}

    /** Whether an octet is above 127. */
    static boolean anyEightBit(byte[] octets, int from, int to) {
        int i = from;
        for (; i + 8 <= to; i += 8) {
            if (((long) LONGS.get(octets, i) & HIGHS) != 0) {
                return true;
            }
        }
        for (; i < to; i++) {
            if (octets[i] < 0) {
                return true;
            }
        }
        return false;
    }

    /** Index of the first octet that is below blank or above 127; {@code to} if there is none. */
    static int nextControlOrEightBit(byte[] octets, int from, int to) {
        int i = from;
        while (i + 8 <= to) {
            long eight = (long) LONGS.get(octets, i);
            if (((eight | (eight - ONES * ' ')) & HIGHS) != 0) {
                break;
            }
            i += 8;
        }
        while (i < to && octets[i] >= ' ') {
            i++;
        }
        return i;
    }

    /** Index of the first octet that is not printable ASCII or blank, or is {@code =}; {@code to} if there is none. */
    static int nextNotLiteral(byte[] octets, int from, int to) {
        int i = from;
        while (i + 8 <= to) {
            long eight = (long) LONGS.get(octets, i);
            long equals = eight ^ (ONES * '=');
            // Below blank or above 127; DEL, which carries into the high bit; '='. The carries make false alarms only.
            if (((eight | (eight - ONES * ' ') | (eight + ONES) | ((equals - ONES) & ~equals)) & HIGHS) != 0) {
                break;
            }
            i += 8;
        }
        while (i < to && octets[i] >= ' ' && octets[i] != '=' && octets[i] != 0x7f) {
            i++;
        }
        return i;
    }
}
