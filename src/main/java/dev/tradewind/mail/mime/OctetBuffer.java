package dev.tradewind.mail.mime;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing array of octets. Not thread-safe; the array is open to the encoders of this package, which are the hot path. */
final class OctetBuffer {
    byte[] array;
    int size;

    OctetBuffer(int capacity) {
        array = new byte[capacity];
    }

    /** Makes room for {@code more} octets behind the present end. */
    void ensure(int more) {
        if (array.length - size < more) {
            array = Arrays.copyOf(array, Math.max(Math.addExact(size, more), array.length + (array.length >> 1)));
        }
    }

    void put(int octet) {
        ensure(1);
        array[size++] = (byte) octet;
    }

    void put(byte[] octets) {
        put(octets, 0, octets.length);
    }

    void put(byte[] octets, int from, int to) {
        int length = to - from;
        ensure(length);
        System.arraycopy(octets, from, array, size, length);
        size += length;
    }

    /** Appends characters that are known to be ASCII. */
    void ascii(String text) {
        ascii(text, 0, text.length());
    }

    /** Appends characters that are known to be ASCII. */
    void ascii(String text, int from, int to) {
        ensure(to - from);
        for (int i = from; i < to; i++) {
            array[size++] = (byte) text.charAt(i);
        }
    }

    void utf8(String text) {
        put(text.getBytes(StandardCharsets.UTF_8));
    }

    void crlf() {
        ensure(2);
        array[size++] = '\r';
        array[size++] = '\n';
    }

    /** Whether what was written ends with a line end, or nothing was written. */
    boolean atLineStart() {
        return size == 0 || array[size - 1] == '\n';
    }

    byte[] toOctets() {
        return Arrays.copyOf(array, size);
    }
}
