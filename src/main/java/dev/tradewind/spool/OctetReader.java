package dev.tradewind.spool;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads what {@link OctetWriter} wrote; anything else is a {@link CorruptRecord}. Used by one thread. */
final class OctetReader {
    private final String what;
    private final byte[] octets;
    private int at;

    /** @param what name of the record, for errors */
    OctetReader(String what, byte[] octets) {
        this.what = what;
        this.octets = octets;
    }

    int octet() {
        need(1);
        return octets[at++] & 0xff;
    }

    /** One octet that must be {@code version}. */
    void version(int version) {
        int found = octet();
        if (found != version) {
            throw corrupt("version " + found + " is not known");
        }
    }

    long unsigned() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = octet();
            if (shift == 63 && next > 1) {
                break;
            }
            value |= (long) (next & 0x7f) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw corrupt("a number of more than 64 bits");
    }

    /** A number of 0..2^31-1. */
    int count() {
        long value = unsigned();
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw corrupt("a count of " + Long.toUnsignedString(value));
        }
        return (int) value;
    }

    long signed() {
        long value = unsigned();
        return (value >>> 1) ^ -(value & 1);
    }

    long fixed64() {
        need(8);
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | (octets[at++] & 0xff);
        }
        return value;
    }

    byte[] raw(int length) {
        need(length);
        at += length;
        return Arrays.copyOfRange(octets, at - length, at);
    }

    byte[] bytes() {
        return raw(count());
    }

    String text() {
        int length = count();
        need(length);
        at += length;
        return new String(octets, at - length, length, StandardCharsets.UTF_8);
    }

    /** The record must end here. */
    void end() {
        if (at != octets.length) {
            throw corrupt(octets.length - at + " octets too many");
        }
    }

    CorruptRecord corrupt(String problem) {
        return new CorruptRecord(what + " of " + octets.length + " octets, at " + at + ": " + problem);
    }

    CorruptRecord corrupt(IllegalArgumentException problem) {
        return new CorruptRecord(
                what + " of " + octets.length + " octets, at " + at + ": " + problem.getMessage(), problem);
    }

    private void need(int length) {
        if (octets.length - at < length) {
            throw corrupt("ends where " + length + " more octets belong");
        }
    }
}
