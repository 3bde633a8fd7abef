package dev.tradewind.spool;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Appends the primitives of the record codec to a growing array. Used by one thread. */
final class OctetWriter {
    private byte[] octets;
    private int size;

    OctetWriter(int expectedOctets) {
        octets = new byte[expectedOctets];
    }

    /** One octet. */
    OctetWriter octet(int value) {
        room(1);
        octets[size++] = (byte) value;
        return this;
    }

    /** A number from 0 in 1..10 octets, seven bits each, low ones first; the high bit says that more follow. */
    OctetWriter unsigned(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            octets[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        octets[size++] = (byte) rest;
        return this;
    }

    /** Any number; small absolute values are short. */
    OctetWriter signed(long value) {
        return unsigned((value << 1) ^ (value >> 63));
    }

    /** Eight octets, high ones first, so that they sort as unsigned numbers. */
    OctetWriter fixed64(long value) {
        room(8);
        for (int shift = 56; shift >= 0; shift -= 8) {
            octets[size++] = (byte) (value >>> shift);
        }
        return this;
    }

    /** Octets as they are. */
    OctetWriter raw(byte[] value) {
        room(value.length);
        System.arraycopy(value, 0, octets, size, value.length);
        size += value.length;
        return this;
    }

    /** Length and octets. */
    OctetWriter bytes(byte[] value) {
        return unsigned(value.length).raw(value);
    }

    /** Length and UTF-8. */
    OctetWriter text(String value) {
        return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    /** What was written. */
    byte[] toArray() {
        return size == octets.length ? octets : Arrays.copyOf(octets, size);
    }

    private void room(int more) {
        if (octets.length - size < more) {
            octets = Arrays.copyOf(octets, Math.max(octets.length * 2, Math.addExact(size, more)));
        }
    }
}
