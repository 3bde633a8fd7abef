package dev.tradewind.smtp;

import dev.tradewind.mail.SmtpReply;

import java.io.IOException;

/**
 * Writes replies (RFC 5321 §4.2), several at a time: nothing goes out before {@link #flush} unless the buffer is full. What is in a text
 * and has no place on the wire (line ends, control characters, anything outside ASCII) becomes {@code ?}; a line is cut at
 * {@value #MAX_LINE} octets. Used by one thread.
 */
public final class ReplyWriter {
    /** Octets of a reply line with CRLF, RFC 5321 §4.5.3.1.5. */
    public static final int MAX_LINE = 512;

    private final Octets.Target target;
    private final byte[] buffer = new byte[4096];
    private int used;

    public ReplyWriter(Octets.Target target) {
        this.target = target;
    }

    /** Adds a reply. */
    public void write(SmtpReply reply) throws IOException {
        int last = reply.lines().size() - 1;
        for (int i = 0; i <= last; i++) {
            line(reply.code(), i < last ? '-' : ' ', reply.lines().get(i));
        }
    }

    private void line(int code, char separator, String text) throws IOException {
        if (buffer.length - used < MAX_LINE) {
            flush();
        }
        buffer[used++] = (byte) ('0' + code / 100);
        buffer[used++] = (byte) ('0' + code / 10 % 10);
        buffer[used++] = (byte) ('0' + code % 10);
        buffer[used++] = (byte) separator;
        int length = Math.min(text.length(), MAX_LINE - 6);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            buffer[used++] = (byte) (c < ' ' || c > '~' ? '?' : c);
        }
        buffer[used++] = '\r';
        buffer[used++] = '\n';
    }

    /** Sends what has been written. */
    public void flush() throws IOException {
        if (used > 0) {
            int length = used;
            used = 0;
            target.write(buffer, 0, length);
        }
    }

    /** Forgets what has been written and not sent. */
    public void discard() {
        used = 0;
    }
}
