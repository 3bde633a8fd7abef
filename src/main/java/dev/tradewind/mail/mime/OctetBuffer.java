package dev.tradewind.mail.mime;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Octets that are being put together; grows as needed. For one thread. The array is open to the encoders of this package, which are the
 * hot path.
 */
public final class OctetBuffer {
    byte[] array;
    int size;

    /** An empty buffer with room for {@code capacity} octets. */
    public OctetBuffer(int capacity) {
        array = new byte[capacity];
    }

    /** Octets so far. */
    public int length() {
        return size;
    }

    /** The array behind the buffer, of which the first {@link #length()} octets count; good until the next append. */
    public byte[] array() {
        return array;
    }

    /** A copy of the octets so far. */
    public byte[] toOctets() {
        return Arrays.copyOf(array, size);
    }

    /** Forgets all but the first {@code length} octets. */
    public void truncate(int length) {
        if (length < 0 || length > size) {
            throw new IllegalArgumentException("truncation of " + size + " octets to " + length);
        }
        size = length;
    }

    /** Makes room for {@code more} octets behind the present end. */
    void ensure(int more) {
        if (array.length - size < more) {
            array = Arrays.copyOf(array, Math.max(Math.addExact(size, more), array.length + (array.length >> 1)));
        }
    }

    /** Appends one octet. */
    public OctetBuffer put(int octet) {
        ensure(1);
        array[size++] = (byte) octet;
        return this;
    }

    /** Appends all of {@code octets}. */
    public OctetBuffer put(byte[] octets) {
        return put(octets, 0, octets.length);
    }

    /** Appends {@code octets[from..to)}. */
    public OctetBuffer put(byte[] octets, int from, int to) {
        int length = to - from;
        ensure(length);
        System.arraycopy(octets, from, array, size, length);
        size += length;
        return this;
    }

    /** Appends characters that are known to be ASCII. */
    public OctetBuffer ascii(String text) {
        return ascii(text, 0, text.length());
    }

    /** Appends the characters {@code from} to {@code to}, which are known to be ASCII. */
    OctetBuffer ascii(String text, int from, int to) {
        ensure(to - from);
        for (int i = from; i < to; i++) {
            array[size++] = (byte) text.charAt(i);
        }
        return this;
    }

    void utf8(String text) {
        put(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Appends CR LF. */
    public OctetBuffer crlf() {
        ensure(2);
        array[size++] = '\r';
        array[size++] = '\n';
        return this;
    }

    /** Whether what was written ends with a line end, or nothing was written. */
    boolean atLineStart() {
        return size == 0 || array[size - 1] == '\n';
    }
}
