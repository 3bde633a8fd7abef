package dev.tradewind.smtp.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Gathers what goes out in one flight (RFC 2920), so that it leaves in one write if it fits the buffer. Not thread-safe.
 *
 * <p>Content that does not fit is written as it comes: the caller sees to it that no more replies are outstanding than the peer can hold
 * back, since nobody reads them meanwhile.
 */
public final class FlightWriter {
    /** Octets gathered before they are written; a usual message with its commands. */
    public static final int BUFFER_OCTETS = 16 * 1024;

    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] DOT = {'.'};
    private static final byte[] END = {'\r', '\n', '.', '\r', '\n'};

    /** Where the octets go. */
    @FunctionalInterface
    public interface Sink {
        /** Writes all of them. */
        void write(byte[] octets, int offset, int length) throws IOException;
    }

    private final Sink sink;
    private final byte[] buffer = new byte[BUFFER_OCTETS];
    private int used;

    /** Writes to a sink. */
    public FlightWriter(Sink sink) {
        this.sink = sink;
    }

    /** Appends text; UTF-8. */
    public FlightWriter text(String text) throws IOException {
        int length = text.length();
        if (length > buffer.length - used) {
            flush();
        }
        int start = used;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x80 || used == buffer.length) {
                used = start;
                byte[] octets = text.getBytes(StandardCharsets.UTF_8);
                return octets(octets, 0, octets.length);
            }
            buffer[used++] = (byte) c;
        }
        return this;
    }

    /** Appends a number in decimal. */
    public FlightWriter number(long number) throws IOException {
        return text(Long.toString(number));
    }

    /** Ends a line. */
    public FlightWriter crlf() throws IOException {
        return octets(CRLF, 0, 2);
    }

    /** Appends octets as they are. */
    public FlightWriter octets(byte[] octets, int offset, int length) throws IOException {
        if (length > buffer.length - used) {
            flush();
            if (length > buffer.length) {
                sink.write(octets, offset, length);
                return this;
            }
        }
        System.arraycopy(octets, offset, buffer, used, length);
        used += length;
        return this;
    }

    /**
     * Appends the parts of a message as one text, dot-stuffed (RFC 5321 §4.5.2), and the line with the dot that ends it. A dot behind a
     * bare LF is stuffed, too: there are servers that take LF for the end of a line, and would else see an end of data where none is.
     */
    public FlightWriter data(byte[]... parts) throws IOException {
        byte last = '\n';
        byte beforeLast = '\r';
        for (byte[] part : parts) {
            int from = 0;
            byte before = last;
            for (int i = 0; i < part.length; i++) {
                byte octet = part[i];
                if (octet == '.' && before == '\n') {
                    buffered(part, from, i);
                    buffered(DOT, 0, 1);
                    from = i;
                }
                before = octet;
            }
            buffered(part, from, part.length);
            if (part.length > 0) {
                beforeLast = part.length > 1 ? part[part.length - 2] : last;
                last = part[part.length - 1];
            }
        }
        boolean ended = last == '\n' && beforeLast == '\r';
        return ended ? octets(END, 2, 3) : octets(END, 0, 5);
    }

    /** Appends by way of the buffer, however much it is: pieces between dots must not each become a packet. */
    private void buffered(byte[] octets, int from, int to) throws IOException {
        int at = from;
        while (at < to) {
            if (used == buffer.length) {
                flush();
            }
            int length = Math.min(to - at, buffer.length - used);
            System.arraycopy(octets, at, buffer, used, length);
            used += length;
            at += length;
        }
    }

    /** Writes what is gathered. */
    public void flush() throws IOException {
        if (used > 0) {
            int length = used;
            used = 0;
            sink.write(buffer, 0, length);
        }
    }
}
