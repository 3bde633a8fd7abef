package dev.tradewind.mail.mime;

/**
 * Quoted-printable of RFC 2045 §6.7. Lines of at most 76 characters; a soft line break never stands inside the octets of one UTF-8
 * character, so that a reader who decodes line by line shows no broken characters; blanks at the end of a line are encoded, and so is
 * the F of a line that begins with {@code From }, which old mail stores would change (and a signature with it).
 */
final class QuotedPrintable {
    private static final int LITERAL = 0;
    private static final int BLANK = 1;
    private static final int LINE_END = 2;
    private static final int ENCODED = 3;

    /** Characters of a line before the {@code =} of a soft line break. */
    private static final int WIDTH = 75;

    private static final byte[] KIND = new byte[256];
    static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'};

    static {
        for (int i = 0; i < 256; i++) {
            KIND[i] = (byte) (i > ' ' && i < 0x7f && i != '=' ? LITERAL : ENCODED);
        }
        KIND[' '] = BLANK;
        KIND['\t'] = BLANK;
        KIND['\r'] = LINE_END;
        KIND['\n'] = LINE_END;
    }

    private QuotedPrintable() {}

    /** Text: CRLF, lone CR and lone LF are line ends. */
    static void encodeText(OctetBuffer out, byte[] octets, int from, int to) {
        encode(out, octets, from, to, false);
    }

    /** Octets that must come back as they are: only CRLF is a line end, a lone CR or LF is data. */
    static void encodeExactly(OctetBuffer out, byte[] octets, int from, int to) {
        encode(out, octets, from, to, true);
    }

    private static void encode(OctetBuffer out, byte[] octets, int from, int to, boolean exact) {
        int column = 0;
        int i = from;
        while (i < to) {
            out.ensure(128); // a turn writes one line at most
            byte[] array = out.array;
            int size = out.size;
            if (column == 0 && startsWithFrom(octets, i, to)) {
                hex(array, size, 'F');
                out.size = size + 3;
                column = 3;
                i++;
                continue;
            }
            int limit = Math.min(to, i + WIDTH - column);
            int start = i;
            i = Octets.nextNotLiteral(octets, i, limit);
            while (i < limit && octets[i] == '\t') {
                i = Octets.nextNotLiteral(octets, i + 1, limit);
            }
            System.arraycopy(octets, start, array, size, i - start);
            column += i - start;
            out.size = size + i - start;
            if (i == to) {
                break;
            }
            int kind = KIND[octets[i] & 0xff];
            if (kind == LINE_END && isLineEnd(octets, i, to, exact)) {
                closeLine(out, column);
                out.crlf();
                i += octets[i] == '\r' && i + 1 < to && octets[i + 1] == '\n' ? 2 : 1;
                column = 0;
            } else if (kind <= BLANK) { // the line is full
                softBreak(out);
                column = 0;
            } else {
                int length = characterLength(octets, i, to);
                if (column + 3 * length > WIDTH) {
                    softBreak(out);
                    column = 0;
                }
                for (int n = 0; n < length; n++) {
                    hex(array, out.size, octets[i++]);
                    out.size += 3;
                }
                column += 3 * length;
            }
        }
        closeLine(out, column);
    }

    private static boolean isLineEnd(byte[] octets, int at, int to, boolean exact) {
        return !exact || (octets[at] == '\r' && at + 1 < to && octets[at + 1] == '\n');
    }

    /** Encodes the blank that would end the line, if one does. */
    private static void closeLine(OctetBuffer out, int column) {
        if (column == 0) {
            return;
        }
        byte last = out.array[out.size - 1];
        if (last != ' ' && last != '\t') {
            return;
        }
        out.ensure(8);
        out.size--;
        if (column + 2 > WIDTH + 1) {
            softBreak(out);
        }
        hex(out.array, out.size, last);
        out.size += 3;
    }

    private static void softBreak(OctetBuffer out) {
        out.ensure(16);
        out.array[out.size++] = '=';
        out.array[out.size++] = '\r';
        out.array[out.size++] = '\n';
    }

    private static void hex(byte[] array, int at, int octet) {
        array[at] = '=';
        array[at + 1] = HEX[(octet >> 4) & 15];
        array[at + 2] = HEX[octet & 15];
    }

    static boolean startsWithFrom(byte[] octets, int at, int to) {
        return to - at >= 5
                && octets[at] == 'F'
                && octets[at + 1] == 'r'
                && octets[at + 2] == 'o'
                && octets[at + 3] == 'm'
                && octets[at + 4] == ' ';
    }

    /** Octets of the UTF-8 character at an index; 1 where the octets are none. */
    static int characterLength(byte[] octets, int at, int to) {
        int lead = octets[at] & 0xff;
        int length = lead < 0xc2 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 1;
        if (at + length > to) {
            return 1;
        }
        for (int i = 1; i < length; i++) {
            if ((octets[at + i] & 0xc0) != 0x80) {
                return 1;
            }
        }
        return length;
    }
}
