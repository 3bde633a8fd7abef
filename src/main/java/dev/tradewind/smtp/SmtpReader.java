package dev.tradewind.smtp;

import java.io.EOFException;
import java.io.IOException;

/**
 * Reads the client's or the server's side of an SMTP session: lines, message text up to the final dot, and counted octets. Strict: a line
 * ends with CRLF; a CR or LF alone is reported, never taken for a line end and never passed on, because two servers that disagree about
 * where a line ends let mail be smuggled. Used by one thread.
 *
 * <p>Message text is scanned where it lies in the buffer and handed on in blocks; only a leading dot interrupts a block.
 */
public final class SmtpReader {
    /** Octets of the buffer; no line that is read whole may be longer. */
    public static final int BUFFER_OCTETS = 16 * 1024;

    /** Octets of a line that are skipped to find its end once it is too long. */
    private static final int MAX_SKIPPED_LINE = 64 * 1024;

    private final Octets.Source source;
    private final byte[] buffer = new byte[BUFFER_OCTETS];
    private int from;
    private int to;

    /** Reads from a source, which is asked only when nothing is left in the buffer. */
    public SmtpReader(Octets.Source source) {
        this.source = source;
    }

    /** What {@link #readLine} found. */
    public sealed interface Line {
        /**
         * A line.
         *
         * @param octets without CRLF; neither CR nor LF is in it
         */
        record Text(byte[] octets) implements Line {}

        /**
         * Longer than the limit.
         *
         * @param skipped whether it was skipped up to its CRLF; if not, where the next line begins is not known
         */
        record TooLong(boolean skipped) implements Line {}

        /** A CR or LF alone: where the next line begins is disputed, so nothing after it may be read as a command. */
        record BareLineEnd(Bare octet) implements Line {}
    }

    /** Which octet stood alone. */
    public enum Bare {
        CR,
        LF
    }

    /** Octets that have arrived and are not yet read. */
    public int buffered() {
        return to - from;
    }

    /**
     * Reads one line.
     *
     * @param limit octets with CRLF, at most {@link #BUFFER_OCTETS}
     * @throws EOFException if the peer closed the connection
     */
    public Line readLine(int limit) throws IOException {
        int scanned = 0;
        while (true) {
            int end = Math.min(to, from + limit);
            for (int i = from + scanned; i < end; i++) {
                byte octet = buffer[i];
                if (octet == '\n') {
                    return new Line.BareLineEnd(Bare.LF);
                }
                if (octet == '\r') {
                    if (i + 1 >= end) {
                        break;
                    }
                    if (buffer[i + 1] != '\n') {
                        return new Line.BareLineEnd(Bare.CR);
                    }
                    byte[] line = java.util.Arrays.copyOfRange(buffer, from, i);
                    from = i + 2;
                    return new Line.Text(line);
                }
            }
            if (end - from >= limit) {
                return new Line.TooLong(skipLine());
            }
            scanned = Math.max(0, to - from - 1);
            fill();
        }
    }

    private boolean skipLine() throws IOException {
        int skipped = 0;
        while (true) {
            for (int i = from; i < to; i++) {
                if (buffer[i] == '\n') {
                    from = i + 1;
                    return i > 0 && buffer[i - 1] == '\r';
                }
                if (buffer[i] == '\r' && i + 1 < to && buffer[i + 1] != '\n') {
                    return false;
                }
            }
            skipped += to - from;
            if (skipped > MAX_SKIPPED_LINE) {
                return false;
            }
            // the last octet stays: it may be the CR of a CRLF
            buffer[0] = buffer[to - 1];
            from = 1;
            to = 1;
            fillKeepingFirst();
        }
    }

    private void fillKeepingFirst() throws IOException {
        int read = source.read(buffer, 1, buffer.length - 1);
        if (read < 0) {
            throw new EOFException("the peer closed the connection within a line");
        }
        to = 1 + read;
        from = buffer[0] == '\r' && buffer[1] != '\n' ? 0 : 1;
    }

    /** How reading message text ended. */
    public sealed interface Text {
        /**
         * The final dot was read; line ends are all CRLF.
         *
         * @param facts what the text is like
         */
        record Complete(TextFacts facts) implements Text {}

        /**
         * A CR or LF alone: where the text ends is disputed, so nothing after it may be read as a command.
         *
         * @param octet which
         * @param line  number of the line, from 1
         */
        record BareLineEnd(Bare octet, int line) implements Text {}

        /** More than the allowed octets came without a final dot: what follows was not read. */
        record Endless() implements Text {}
    }

    /**
     * Reads message text up to the final dot (RFC 5321 §4.5.2), with dot-stuffing undone.
     *
     * @param keeper     takes the text in blocks
     * @param mostOctets octets after which no final dot is waited for any more
     * @throws EOFException if the peer closed the connection before the final dot: there is no message
     */
    public Text readText(Octets.Keeper keeper, long mostOctets) throws IOException {
        TextScan scan = new TextScan();
        boolean keeping = true;
        long seen = 0;
        while (true) {
            if (from == to) {
                fill();
            }
            int at = from;
            TextScan.Stop stop;
            do {
                int start = at;
                stop = scan.next(buffer, start, to);
                at = scan.position();
                int blockStart = scan.blockStart();
                int blockEnd = scan.blockEnd();
                if (keeping && blockEnd > blockStart) {
                    keeping = keeper.keep(buffer, blockStart, blockEnd);
                }
            } while (stop == TextScan.Stop.DOT);
            seen += at - from;
            from = at;
            switch (stop) {
                case FINAL_DOT -> {
                    return new Text.Complete(scan.facts());
                }
                case BARE_CR -> {
                    return new Text.BareLineEnd(Bare.CR, scan.line());
                }
                case BARE_LF -> {
                    return new Text.BareLineEnd(Bare.LF, scan.line());
                }
                case NEEDS_MORE, DOT -> {
                    if (seen > mostOctets) {
                        return new Text.Endless();
                    }
                }
            }
        }
    }

    /**
     * Reads counted octets (BDAT).
     *
     * @throws EOFException if the peer closed the connection before the last
     */
    public void readCounted(Octets.Keeper keeper, long octets) throws IOException {
        long left = octets;
        boolean keeping = true;
        while (left > 0) {
            if (from == to) {
                fill();
            }
            int block = (int) Math.min(left, to - from);
            if (keeping) {
                keeping = keeper.keep(buffer, from, from + block);
            }
            from += block;
            left -= block;
        }
    }

    /** Reads and forgets what comes until the peer closes, at most so many octets: so that it sees our last reply, not a reset. */
    public void drain(long most) throws IOException {
        long left = most - buffered();
        from = 0;
        to = 0;
        while (left > 0) {
            int read = source.read(buffer, 0, buffer.length);
            if (read < 0) {
                return;
            }
            left -= read;
        }
    }

    /** Waits for the source once; what arrives is buffered. */
    public void fill() throws IOException {
        if (from == to) {
            from = 0;
            to = 0;
        } else if (to == buffer.length) {
            System.arraycopy(buffer, from, buffer, 0, to - from);
            to -= from;
            from = 0;
        }
        int read = source.read(buffer, to, buffer.length - to);
        if (read < 0) {
            throw new EOFException("the peer closed the connection");
        }
        to += read;
    }
}
