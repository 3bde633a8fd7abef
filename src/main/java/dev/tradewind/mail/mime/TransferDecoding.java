package dev.tradewind.mail.mime;

import java.util.Locale;

/**
 * Undoes a Content-Transfer-Encoding tolerantly (RFC 2045 §6): what an encoding does not allow is left out (base64) or kept as it stands
 * (quoted-printable); an unknown encoding is none.
 */
public final class TransferDecoding {
    private TransferDecoding() {}

    /** The octets that encoded octets stand for. */
    public static byte[] decode(byte[] octets, int from, int to, String encoding) {
        return switch (encoding.strip().toLowerCase(Locale.ROOT)) {
            case "quoted-printable" -> quotedPrintable(octets, from, to);
            case "base64" -> base64(octets, from, to);
            default -> java.util.Arrays.copyOfRange(octets, from, to);
        };
    }

    private static byte[] quotedPrintable(byte[] octets, int from, int to) {
        OctetBuffer out = new OctetBuffer(to - from);
        for (int i = from; i < to; i++) {
            byte b = octets[i];
            if (b == '=') {
                int end = i + 1;
                while (end < to && (octets[end] == ' ' || octets[end] == '\t')) {
                    end++; // blanks that a relay added to a soft line break
                }
                if (end == to) {
                    break;
                }
                if (octets[end] == '\n' || (octets[end] == '\r' && end + 1 < to && octets[end + 1] == '\n')) {
                    i = octets[end] == '\r' ? end + 1 : end;
                    continue;
                }
                if (i + 2 < to && hex(octets[i + 1]) >= 0 && hex(octets[i + 2]) >= 0) {
                    out.put(hex(octets[i + 1]) << 4 | hex(octets[i + 2]));
                    i += 2;
                    continue;
                }
            }
            out.put(b);
        }
        return out.toOctets();
    }

    private static byte[] base64(byte[] octets, int from, int to) {
        OctetBuffer out = new OctetBuffer((to - from) / 4 * 3 + 3);
        int value = 0;
        int bits = 0;
        for (int i = from; i < to; i++) {
            int digit = EncodedWords.base64Digit((char) (octets[i] & 0xff));
            if (octets[i] == '=') {
                bits = 0;
                value = 0;
            }
            if (digit < 0) {
                continue;
            }
            value = (value << 6 | digit) & 0xffff;
            bits += 6;
            if (bits >= 8) {
                bits -= 8;
                out.put(value >> bits);
            }
        }
        return out.toOctets();
    }

    private static int hex(byte b) {
        return b < 0 ? -1 : EncodedWords.hexDigit((char) b);
    }
}
