package dev.tradewind.mail.mime;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Base64 of RFC 2045 §6.8 in lines of 76 characters. */
public final class Base64Lines {
    private static final int WIDTH = 76;
    private static final Base64.Encoder ENCODER = Base64.getEncoder();
    private static final byte[] CRLF = {'\r', '\n'};

    private Base64Lines() {}

    /** Index of the first character that base64 does not have; the length if a padding or the number of characters is wrong; else -1. */
    public static int firstInvalid(String base64) {
        int length = base64.length();
        int count = 0;
        int padding = 0;
        for (int i = 0; i < length; i++) {
            char c = base64.charAt(i);
            if (isLineEnd(c)) {
                continue;
            }
            if (c == '=') {
                padding++;
            } else if (padding > 0 || !isAlphabet(c)) {
                return i;
            }
            count++;
        }
        boolean complete = padding == 0 ? count % 4 != 1 : padding <= 2 && count % 4 == 0;
        return complete ? -1 : length;
    }

    /** Octets that valid base64 stands for. */
    public static int decodedLength(String base64) {
        int count = 0;
        for (int i = 0; i < base64.length(); i++) {
            char c = base64.charAt(i);
            count += c == '=' || isLineEnd(c) ? 0 : 1;
        }
        return (int) (count * 3L / 4);
    }

    /**
     * Valid base64 in lines of 76 characters, each with its CRLF, padding added where it was left out. What is clean is copied, never
     * decoded.
     *
     * @throws IllegalArgumentException if it is not base64 as {@link #firstInvalid} checks it
     */
    public static byte[] wrapped(String base64) {
        int invalid = firstInvalid(base64);
        if (invalid >= 0) {
            throw new IllegalArgumentException("not base64 at character " + invalid);
        }
        byte[] octets = base64.getBytes(StandardCharsets.ISO_8859_1);
        int length = 0;
        for (byte b : octets) {
            if (!isLineEnd((char) b)) {
                octets[length++] = b;
            }
        }
        OctetBuffer out = new OctetBuffer(length + length / WIDTH * 2 + 8);
        int padding = (4 - length % 4) % 4;
        for (int i = 0; i < length; i += WIDTH) {
            int end = Math.min(length, i + WIDTH);
            out.put(octets, i, end);
            if (end == length) {
                for (int n = 0; n < padding; n++) {
                    out.put('=');
                }
            }
            out.crlf();
        }
        return out.toOctets();
    }

    /** Encodes octets in lines, each with its CRLF. */
    static void encode(OctetBuffer out, byte[] octets, int from, int to) {
        byte[] source = from == 0 && to == octets.length ? octets : java.util.Arrays.copyOfRange(octets, from, to);
        byte[] encoded = ENCODER.encode(source);
        out.ensure(encoded.length + encoded.length / WIDTH * CRLF.length + 4);
        for (int i = 0; i < encoded.length; i += WIDTH) {
            out.put(encoded, i, Math.min(encoded.length, i + WIDTH));
            out.crlf();
        }
    }

    private static boolean isLineEnd(char c) {
        return c == '\r' || c == '\n';
    }

    static boolean isAlphabet(int c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
    }
}
