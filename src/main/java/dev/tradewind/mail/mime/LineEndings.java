package dev.tradewind.mail.mime;

/**
 * Line ends. On the wire a line ends with CRLF and neither octet stands alone (RFC 5321 §2.3.8): submission refuses what breaks this
 * rule, because two servers that disagree about where a line ends let mail be smuggled; the API repairs it, because JSON strings are
 * written with {@code \n}.
 */
public final class LineEndings {
    private LineEndings() {}

    /** Index of the first CR or LF that is not part of a CRLF; -1 if there is none. */
    public static int firstBare(byte[] octets, int from, int to) {
        for (int i = from; i < to; i++) {
            i = Octets.nextControlOrEightBit(octets, i, to);
            if (i == to) {
                break;
            }
            byte b = octets[i];
            if (b == '\r') {
                if (i + 1 >= to || octets[i + 1] != '\n') {
                    return i;
                }
                i++;
            } else if (b == '\n') {
                return i;
            }
        }
        return -1;
    }

    /** Index of the first CR or LF that is not part of a CRLF; -1 if there is none. */
    public static int firstBare(byte[] octets) {
        return firstBare(octets, 0, octets.length);
    }

    /**
     * Every lone CR and lone LF made a CRLF, and a CRLF added where the last line has none. CR CR LF is a lone CR and a CRLF.
     *
     * @return the same array if there was nothing to repair
     */
    public static byte[] normalized(byte[] octets) {
        boolean ended = octets.length == 0
                || (octets.length >= 2 && octets[octets.length - 1] == '\n' && octets[octets.length - 2] == '\r');
        if (ended && firstBare(octets) < 0) {
            return octets;
        }
        OctetBuffer out = new OctetBuffer(octets.length + octets.length / 32 + 16);
        append(out, octets, 0, octets.length);
        if (!out.atLineStart()) {
            out.crlf();
        }
        return out.toOctets();
    }

    /** Appends octets with every CRLF, lone CR and lone LF as CRLF. */
    static void append(OctetBuffer out, byte[] octets, int from, int to) {
        int lineStart = from;
        for (int i = Octets.nextControlOrEightBit(octets, from, to);
                i < to;
                i = Octets.nextControlOrEightBit(octets, i + 1, to)) {
            byte b = octets[i];
            if (b != '\n' && b != '\r') {
                continue;
            }
            if (b == '\r' && i + 1 < to && octets[i + 1] == '\n') {
                i++;
                continue; // a right line end is copied with its line
            }
            out.put(octets, lineStart, i);
            out.crlf();
            lineStart = i + 1;
        }
        out.put(octets, lineStart, to);
    }
}
