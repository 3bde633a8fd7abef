package dev.tradewind.mail.mime;

import java.nio.charset.StandardCharsets;

/**
 * Writing of RFC 2047 encoded words in UTF-8: each at most 75 characters, lines with them at most 76, no character split over two. Q or
 * B, whichever is shorter for the whole text. Q leaves only what is allowed everywhere, so that one form serves text and names.
 */
final class EncodedWordWriter {
    private static final int MAX_LINE = 76;
    private static final int MAX_WORD = 75;
    private static final byte[] Q_OPEN = "=?UTF-8?Q?".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] B_OPEN = "=?UTF-8?B?".getBytes(StandardCharsets.US_ASCII);
    private static final int FRAME = 12;
    private static final char[] BASE64 =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".toCharArray();
    private static final boolean[] Q_PLAIN = new boolean[128];

    static {
        for (char c = 0; c < 128; c++) {
            Q_PLAIN[c] = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '!'
                    || c == '*'
                    || c == '+'
                    || c == '-'
                    || c == '/';
        }
    }

    private EncodedWordWriter() {}

    /**
     * Appends text as encoded words, separated by single blanks or folds.
     *
     * @param column characters that stand on the present line, the blank or quote before the first word among them
     * @return characters on the last line
     */
    static int append(OctetBuffer out, byte[] utf8, int column) {
        boolean q = isQShorter(utf8);
        int at = 0;
        int col = column;
        while (at < utf8.length) {
            int room = Math.min(MAX_WORD, MAX_LINE - col) - FRAME;
            int end = q ? qEnd(utf8, at, room) : bEnd(utf8, at, room);
            if (end == at) { // not one character fits here
                out.crlf();
                out.put(' ');
                col = 1;
                continue;
            }
            int before = out.size;
            out.put(q ? Q_OPEN : B_OPEN);
            if (q) {
                q(out, utf8, at, end);
            } else {
                b(out, utf8, at, end);
            }
            out.put('?');
            out.put('=');
            col += out.size - before;
            at = end;
            if (at < utf8.length) {
                out.crlf();
                out.put(' ');
                col = 1;
            }
        }
        return col;
    }

    private static boolean isQShorter(byte[] utf8) {
        int length = 0;
        for (byte b : utf8) {
            length += b >= 0 && (Q_PLAIN[b] || b == ' ') ? 1 : 3;
        }
        return length <= (utf8.length + 2) / 3 * 4;
    }

    private static int qEnd(byte[] utf8, int from, int room) {
        int used = 0;
        int at = from;
        while (at < utf8.length) {
            int length = QuotedPrintable.characterLength(utf8, at, utf8.length);
            byte b = utf8[at];
            used += b >= 0 && (Q_PLAIN[b] || b == ' ') ? 1 : 3 * length;
            if (used > room) {
                break;
            }
            at += length;
        }
        return at;
    }

    private static int bEnd(byte[] utf8, int from, int room) {
        int end = Math.min(utf8.length, from + Math.max(0, room / 4 * 3));
        while (end > from && end < utf8.length && (utf8[end] & 0xc0) == 0x80) {
            end--;
        }
        return end;
    }

    private static void q(OctetBuffer out, byte[] utf8, int from, int to) {
        out.ensure(3 * (to - from));
        for (int i = from; i < to; i++) {
            byte b = utf8[i];
            if (b >= 0 && Q_PLAIN[b]) {
                out.array[out.size++] = b;
            } else if (b == ' ') {
                out.array[out.size++] = '_';
            } else {
                out.array[out.size++] = '=';
                out.array[out.size++] = QuotedPrintable.HEX[(b >> 4) & 15];
                out.array[out.size++] = QuotedPrintable.HEX[b & 15];
            }
        }
    }

    private static void b(OctetBuffer out, byte[] utf8, int from, int to) {
        out.ensure((to - from + 2) / 3 * 4);
        for (int i = from; i < to; i += 3) {
            int left = to - i;
            int bits = (utf8[i] & 0xff) << 16
                    | (left > 1 ? (utf8[i + 1] & 0xff) << 8 : 0)
                    | (left > 2 ? utf8[i + 2] & 0xff : 0);
            out.array[out.size++] = (byte) BASE64[bits >> 18];
            out.array[out.size++] = (byte) BASE64[bits >> 12 & 63];
            out.array[out.size++] = (byte) (left > 1 ? BASE64[bits >> 6 & 63] : '=');
            out.array[out.size++] = (byte) (left > 2 ? BASE64[bits & 63] : '=');
        }
    }
}
