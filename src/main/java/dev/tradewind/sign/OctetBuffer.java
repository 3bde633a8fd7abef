package dev.tradewind.sign;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Octets that are being put together; grows as needed. For one thread. */
public final class OctetBuffer {
    private byte[] octets;
    private int length;

    /** An empty buffer with room for {@code capacity} octets. */
    public OctetBuffer(int capacity) {
        octets = new byte[Math.max(capacity, 16)];
    }

    /** Octets so far. */
    public int length() {
        return length;
    }

    /** The array behind the buffer, of which the first {@link #length()} octets count; good until the next append. */
    public byte[] array() {
        return octets;
    }

    /** A copy of the octets so far. */
    public byte[] toByteArray() {
        return Arrays.copyOf(octets, length);
    }

    /** Forgets all but the first {@code newLength} octets. */
    public void truncate(int newLength) {
        if (newLength < 0 || newLength > length) {
            throw new IllegalArgumentException("truncation of " + length + " octets to " + newLength);
        }
        length = newLength;
    }

    /** Appends one octet. */
    public OctetBuffer put(int octet) {
        if (length == octets.length) {
            reserve(1);
        }
        octets[length++] = (byte) octet;
        return this;
    }

    /** Appends {@code source[from..to)}. */
    public OctetBuffer put(byte[] source, int from, int to) {
        int count = to - from;
        if (octets.length - length < count) {
            reserve(count);
        }
        System.arraycopy(source, from, octets, length, count);
        length += count;
        return this;
    }

    /** Appends all of {@code source}. */
    public OctetBuffer put(byte[] source) {
        return put(source, 0, source.length);
    }

    /** Appends text that is known to be ASCII. */
    public OctetBuffer put(String ascii) {
        return put(ascii.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void reserve(int more) {
        int doubled = (int) Math.min(octets.length * 2L, Integer.MAX_VALUE - 8);
        octets = Arrays.copyOf(octets, Math.max(Math.addExact(length, more), doubled));
    }
}
