package dev.tradewind.sign;

import dev.tradewind.mail.mime.OctetBuffer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.MessageDigest;

import static dev.tradewind.sign.HeaderFields.isWhiteSpace;
import static dev.tradewind.sign.HeaderFields.lowerCase;

/**
 * The two ways to look away from what happens to a message in transit (RFC 6376 §3.4), for header fields and for bodies. Only CRLF ends
 * a line and only space and tab are white space: a bare CR or LF is content like any other octet. A last line without CRLF is taken for
 * what SMTP makes of it (RFC 5321 §4.1.1.4), a line that ends behind its last octet.
 */
public enum Canonicalization {
    /** Nothing may change but empty lines at the end. */
    SIMPLE {
        @Override
        public void field(byte[] octets, int start, int end, OctetBuffer out) {
            out.put(octets, start, end);
            if (!endsWithLine(octets, start, end)) {
                out.crlf();
            }
        }

        @Override
        public long body(byte[] octets, int from, int to, long limit, MessageDigest digest) {
            int end = to;
            while (endsWithLine(octets, from, end)) {
                end -= 2;
            }
            DigestFeed feed = new DigestFeed(digest, limit);
            feed.put(octets, from, end);
            feed.endOfLine();
            return feed.finish();
        }
    },

    /** White space may be folded, unfolded and repeated, names may change case. */
    RELAXED {
        @Override
        public void field(byte[] octets, int start, int end, OctetBuffer out) {
            int colon = start;
            while (colon < end && octets[colon] != ':') {
                colon++;
            }
            int nameEnd = colon;
            while (nameEnd > start && isWhiteSpace(octets[nameEnd - 1])) {
                nameEnd--;
            }
            for (int i = start; i < nameEnd; i++) {
                out.put(lowerCase(octets[i]));
            }
            out.put(':');
            boolean started = false;
            boolean space = false;
            for (int i = colon + 1; i < end; i++) {
                byte b = octets[i];
                if (isWhiteSpace(b)) {
                    space = true;
                } else if (b == '\r' && i + 1 < end && octets[i + 1] == '\n') {
                    i++; // unfolded; the white space behind it counts by itself
                } else {
                    if (space && started) {
                        out.put(' ');
                    }
                    started = true;
                    space = false;
                    out.put(b);
                }
            }
            out.crlf();
        }

        @Override
        public long body(byte[] octets, int from, int to, long limit, MessageDigest digest) {
            int end = endOfLastLine(octets, from, to);
            DigestFeed feed = new DigestFeed(digest, limit);
            if (end == from) {
                return 0;
            }
            // What is canonical already goes to the digest as it lies in the message; only white space interrupts such
            // a stretch.
            int stretch = from;
            int i = nextIrregular(octets, from, end);
            while (i < end) {
                int run = i;
                do {
                    i++;
                } while (isWhiteSpace(octets[i])); // stays below end: the octet before end is no white space
                boolean beforeLineEnd = octets[i] == '\r' && i + 1 < end && octets[i + 1] == '\n';
                if (beforeLineEnd || octets[run] != ' ' || i - run > 1) {
                    feed.put(octets, stretch, run);
                    if (!beforeLineEnd) {
                        feed.space();
                    }
                    stretch = i;
                }
                i = nextIrregular(octets, i, end);
            }
            feed.put(octets, stretch, end);
            feed.endOfLine();
            return feed.finish();
        }
    };

    /** No {@code l=}: the whole body counts. */
    public static final long NO_LIMIT = Long.MAX_VALUE;

    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long LOW_BITS = 0x7f7f7f7f7f7f7f7fL;
    private static final long HIGH_BITS = 0x8080808080808080L;

    /**
     * Appends the canonical form, ending with CRLF, of the header field {@code octets[start..end)}.
     *
     * @param end behind the CRLF of the field, or behind its last octet if it has none
     */
    public abstract void field(byte[] octets, int start, int end, OctetBuffer out);

    /**
     * Feeds the canonical form of the body {@code octets[from..to)} to {@code digest}.
     *
     * @param limit how many canonical octets the digest gets at most ({@code l=})
     * @return how many octets the canonical form has, whatever the limit
     */
    public abstract long body(byte[] octets, int from, int to, long limit, MessageDigest digest);

    static boolean endsWithLine(byte[] octets, int from, int to) {
        return to - from >= 2 && octets[to - 1] == '\n' && octets[to - 2] == '\r';
    }

    /** Behind the last octet that is neither white space at the end of a line nor part of an empty line at the end of the body. */
    private static int endOfLastLine(byte[] octets, int from, int to) {
        int end = to;
        while (true) {
            while (end > from && isWhiteSpace(octets[end - 1])) {
                end--;
            }
            if (!endsWithLine(octets, from, end)) {
                return end;
            }
            end -= 2;
        }
    }

    /**
     * Index, from {@code from} on, of the first white space that may not stay as it is: a tab, or a space before anything up to space;
     * {@code end} if there is none. Looks at eight octets at a time: in each octet of the words below, the top bit says yes.
     */
    private static int nextIrregular(byte[] octets, int from, int end) {
        int i = from;
        for (; i + 9 <= end; i += 8) {
            long here = (long) WORD.get(octets, i);
            long next = (long) WORD.get(octets, i + 1);
            long upToSpace = ~(((next & LOW_BITS) + (0x7f - ' ') * ONES) | next) & HIGH_BITS;
            long irregular = (equal(here, ' ') & upToSpace) | equal(here, '\t');
            if (irregular != 0) {
                return i + (Long.numberOfTrailingZeros(irregular) >> 3);
            }
        }
        for (; i < end; i++) {
            if (octets[i] == '\t' || (octets[i] == ' ' && octets[i + 1] <= ' ')) {
                return i;
            }
        }
        return end;
    }

    private static long equal(long word, char octet) {
        long difference = word ^ (octet * ONES);
        return ~(((difference & LOW_BITS) + LOW_BITS) | difference) & HIGH_BITS;
    }

    /** Collects small stretches, so that the digest (a native call, perhaps) sees few large ones; cuts at the limit. */
    private static final class DigestFeed {
        private static final int SMALL = 512;

        private final MessageDigest digest;
        private final byte[] small = new byte[4 * SMALL];
        private int smallLength;
        private long left;
        private long total;

        DigestFeed(MessageDigest digest, long limit) {
            this.digest = digest;
            this.left = limit;
        }

        void put(byte[] octets, int from, int to) {
            total += to - from;
            int count = (int) Math.min(to - from, left);
            left -= count;
            if (count > small.length - smallLength || count > SMALL) {
                flush();
            }
            if (count > SMALL) {
                digest.update(octets, from, count);
            } else {
                System.arraycopy(octets, from, small, smallLength, count);
                smallLength += count;
            }
        }

        void space() {
            put(SPACE, 0, 1);
        }

        void endOfLine() {
            put(CRLF, 0, 2);
        }

        long finish() {
            flush();
            return total;
        }

        private void flush() {
            digest.update(small, 0, smallLength);
            smallLength = 0;
        }

        private static final byte[] SPACE = {' '};
        private static final byte[] CRLF = {'\r', '\n'};
    }
}
