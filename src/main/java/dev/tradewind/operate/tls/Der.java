package dev.tradewind.operate.tls;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;

/** As much of the distinguished encoding rules (X.690) as a certificate and a private key need: writing, and taking elements apart. */
final class Der {
    static final int BOOLEAN = 0x01;
    static final int INTEGER = 0x02;
    static final int BIT_STRING = 0x03;
    static final int OCTET_STRING = 0x04;
    static final int NULL = 0x05;
    static final int UTF8_STRING = 0x0c;
    static final int GENERALIZED_TIME = 0x18;
    static final int UTC_TIME = 0x17;
    static final int SEQUENCE = 0x30;
    static final int SET = 0x31;

    private static final DateTimeFormatter UTC =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter GENERALIZED =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private Der() {}

    /** One element: tag, length, the contents one after the other. */
    static byte[] element(int tag, byte[]... contents) {
        ByteArrayOutputStream inner = new ByteArrayOutputStream();
        for (byte[] content : contents) {
            inner.writeBytes(content);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = inner.size();
        if (length < 0x80) {
            out.write(length);
        } else {
            byte[] octets = BigInteger.valueOf(length).toByteArray();
            int start = octets[0] == 0 ? 1 : 0;
            out.write(0x80 | (octets.length - start));
            out.write(octets, start, octets.length - start);
        }
        out.writeBytes(inner.toByteArray());
        return out.toByteArray();
    }

    static byte[] sequence(byte[]... contents) {
        return element(SEQUENCE, contents);
    }

    static byte[] integer(BigInteger value) {
        return element(INTEGER, value.toByteArray());
    }

    static byte[] text(String text) {
        return element(UTF8_STRING, text.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] bits(byte[] octets) {
        return element(BIT_STRING, new byte[] {0}, octets);
    }

    /** RFC 5280 section 4.1.2.5: two digits of the year until 2049, four after. */
    static byte[] time(Instant time) {
        boolean early = time.atZone(ZoneOffset.UTC).getYear() < 2050;
        String text = (early ? UTC : GENERALIZED).format(time);
        return element(early ? UTC_TIME : GENERALIZED_TIME, text.getBytes(StandardCharsets.US_ASCII));
    }

    /** An object identifier, {@code 2.5.29.17}. */
    static byte[] oid(String dotted) {
        String[] parts = dotted.split("\\.", -1);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(Integer.parseInt(parts[0]) * 40 + Integer.parseInt(parts[1]));
        for (int i = 2; i < parts.length; i++) {
            long arc = Long.parseLong(parts[i]);
            int groups = 1;
            while (arc >>> (7 * groups) != 0) {
                groups++;
            }
            for (int group = groups - 1; group >= 0; group--) {
                out.write((int) (arc >>> (7 * group) & 0x7f) | (group == 0 ? 0 : 0x80));
            }
        }
        return element(0x06, out.toByteArray());
    }

    /**
     * The first element inside a constructed one, whole: the algorithm identifier of a SubjectPublicKeyInfo, say.
     *
     * @throws IllegalArgumentException if there is none
     */
    static byte[] firstInside(byte[] constructed) {
        int start = contentStart(constructed, 0);
        int end = contentStart(constructed, start) + contentLength(constructed, start);
        if (end > constructed.length) {
            throw new IllegalArgumentException("DER element of " + end + " octets in " + constructed.length);
        }
        return Arrays.copyOfRange(constructed, start, end);
    }

    private static int contentStart(byte[] der, int at) {
        int first = octet(der, at + 1);
        return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
    }

    private static int contentLength(byte[] der, int at) {
        int first = octet(der, at + 1);
        if (first < 0x80) {
            return first;
        }
        int octets = first & 0x7f;
        if (octets == 0 || octets > 3) {
            throw new IllegalArgumentException("DER length of " + octets + " octets");
        }
        int length = 0;
        for (int i = 0; i < octets; i++) {
            length = length << 8 | octet(der, at + 2 + i);
        }
        return length;
    }

    private static int octet(byte[] der, int at) {
        if (at >= der.length) {
            throw new IllegalArgumentException("DER ends after " + der.length + " octets");
        }
        return der[at] & 0xff;
    }
}
