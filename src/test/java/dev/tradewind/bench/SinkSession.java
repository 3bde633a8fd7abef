package dev.tradewind.bench;

import org.jspecify.annotations.Nullable;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One connection to the sink (RFC 5321, 2920, 3030, 3207): accepts everything it understands. It keeps no content, copies nothing and
 * sends its replies together when it must wait for more, so that it takes little of the time of the machine that it shares with the
 * measured server. One thread.
 *
 * <p>Limits: a command has at most 4096 octets; no state is checked, a client out of order is not told so.
 */
final class SinkSession {
    private static final int LONGEST_LINE = 4096;
    private static final byte[] GREETING = ascii("220 sink.example ESMTP sink\r\n");
    private static final byte[] OK = ascii("250 2.0.0 ok\r\n");
    private static final byte[] SENDER_OK = ascii("250 2.1.0 ok\r\n");
    private static final byte[] RECIPIENT_OK = ascii("250 2.1.5 ok\r\n");
    private static final byte[] GO_ON = ascii("354 end with .\r\n");
    private static final byte[] BYE = ascii("221 2.0.0 bye\r\n");
    private static final byte[] TLS_GO_ON = ascii("220 2.0.0 go on\r\n");
    private static final byte[] UNKNOWN = ascii("500 5.5.2 unknown command\r\n");
    private static final String EXTENSIONS = "250-sink.example\r\n250-PIPELINING\r\n250-CHUNKING\r\n250-8BITMIME\r\n"
            + "250-SMTPUTF8\r\n250-ENHANCEDSTATUSCODES\r\n";
    private static final byte[] PLAIN_EHLO = ascii(EXTENSIONS + "250 SIZE 104857600\r\n");
    private static final byte[] TLS_EHLO = ascii(EXTENSIONS + "250-STARTTLS\r\n250 SIZE 104857600\r\n");

    private final Tally tally;
    private final Samples samples;
    private final @Nullable SSLContext tls;
    private final HeaderScan header = new HeaderScan();
    private final byte[] in = new byte[32 * 1024];
    private int position;
    private int limit;
    private final byte[] out = new byte[8 * 1024];
    private int outLength;
    private Socket socket;
    private InputStream input;
    private OutputStream output;
    private boolean inTls;

    /** Octets of the message so far, and its copy if it is a sample. */
    private long size;

    private @Nullable ByteArrayOutputStream copy;

    /** @param tls what STARTTLS is offered with; null: it is not */
    SinkSession(Socket socket, Tally tally, Samples samples, @Nullable SSLContext tls) throws IOException {
        this.socket = socket;
        this.input = socket.getInputStream();
        this.output = socket.getOutputStream();
        this.tally = tally;
        this.samples = samples;
        this.tls = tls;
        header.reset();
    }

    /** Serves the client until it quits or is lost. */
    void run() throws IOException {
        reply(GREETING);
        while (true) {
            int end = line();
            if (end < 0) {
                return;
            }
            int from = position;
            position = end;
            int verb = verb(from, end);
            switch (verb) {
                case 'E' << 24 | 'H' << 16 | 'L' << 8 | 'O' -> reply(tls == null || inTls ? PLAIN_EHLO : TLS_EHLO);
                case 'M' << 24 | 'A' << 16 | 'I' << 8 | 'L' -> reply(SENDER_OK);
                case 'R' << 24 | 'C' << 16 | 'P' << 8 | 'T' -> reply(RECIPIENT_OK);
                case 'D' << 24 | 'A' << 16 | 'T' << 8 | 'A' -> {
                    reply(GO_ON);
                    beginMessage();
                    readToDot();
                    endMessage(true);
                }
                case 'B' << 24 | 'D' << 16 | 'A' << 8 | 'T' -> readChunk(text(from, end));
                case 'H' << 24 | 'E' << 16 | 'L' << 8 | 'O', 'N' << 24 | 'O' << 16 | 'O' << 8 | 'P' -> reply(OK);
                case 'R' << 24 | 'S' << 16 | 'E' << 8 | 'T' -> {
                    header.reset();
                    size = 0;
                    reply(OK);
                }
                case 'S' << 24 | 'T' << 16 | 'A' << 8 | 'R' -> startTls();
                case 'Q' << 24 | 'U' << 16 | 'I' << 8 | 'T' -> {
                    reply(BYE);
                    flush();
                    return;
                }
                default -> reply(UNKNOWN);
            }
        }
    }

    private int verb(int from, int end) {
        if (end - from < 4) {
            return 0;
        }
        return (in[from] & 0xdf) << 24
                | (in[from + 1] & 0xdf) << 16
                | (in[from + 2] & 0xdf) << 8
                | (in[from + 3] & 0xdf);
    }

    private String text(int from, int end) {
        return new String(in, from, end - from, StandardCharsets.ISO_8859_1).strip();
    }

    private void startTls() throws IOException {
        SSLContext context = tls;
        if (context == null || inTls) {
            reply(UNKNOWN);
            return;
        }
        reply(TLS_GO_ON);
        flush();
        SSLSocket secure = (SSLSocket) context.getSocketFactory()
                .createSocket(socket, socket.getInetAddress().getHostAddress(), socket.getPort(), true);
        secure.setUseClientMode(false);
        secure.startHandshake();
        socket = secure;
        input = secure.getInputStream();
        output = secure.getOutputStream();
        inTls = true;
        position = limit = 0;
    }

    // ---- content

    private void beginMessage() {
        header.reset();
        size = 0;
        copy = samples.take() ? new ByteArrayOutputStream() : null;
    }

    private void consume(int from, int to) {
        if (!header.isDone()) {
            header.feed(in, from, to);
        }
        size += to - from;
        if (copy != null) {
            copy.write(in, from, to - from);
        }
    }

    private void endMessage(boolean stuffed) throws IOException {
        Tally.Run run = tally.find(header.run()).orElse(null);
        if (run == null) {
            tally.foreign();
        } else {
            run.arrived(header.number(), header.isSigned(), size);
        }
        if (copy != null) {
            samples.keep(stuffed ? unstuff(copy.toByteArray()) : copy.toByteArray());
            copy = null;
        }
        header.reset();
        size = 0;
        reply(OK);
    }

    /**
     * Looks for CRLF.CRLF as Boyer and Moore do: by the octet where its end would be, four of five octets of ordinary text are not even
     * looked at. The CRLF of the DATA command counts as its beginning, and is still in the buffer.
     */
    private void readToDot() throws IOException {
        int start = position;
        int end = position + 2;
        while (true) {
            while (end < limit) {
                switch (in[end]) {
                    case '\n' -> {
                        if (isEnd(end)) {
                            consume(start, end - 2);
                            position = end + 1;
                            return;
                        }
                        end += 3;
                    }
                    case '\r' -> end += 1;
                    case '.' -> end += 2;
                    default -> end += 5;
                }
            }
            // The last four octets may be the beginning of the end; the two before the content too.
            int keep = Math.max(start - 2, limit - 4);
            int safe = Math.max(start, keep);
            consume(start, safe);
            start = safe;
            int moved = keep;
            position = keep;
            if (fill() < 0) {
                throw new IOException("connection lost in content");
            }
            moved -= position;
            start -= moved;
            end -= moved;
        }
    }

    private boolean isEnd(int end) {
        return end >= 4 && in[end - 1] == '\r' && in[end - 2] == '.' && in[end - 3] == '\n' && in[end - 4] == '\r';
    }

    /** {@code BDAT SIZE [LAST]} (RFC 3030 §2). */
    private void readChunk(String command) throws IOException {
        String[] words = command.split(" ");
        boolean last = words.length > 2;
        long left = Long.parseLong(words[1]);
        if (size == 0) {
            beginMessage();
        }
        while (left > 0) {
            if (position == limit && fill() < 0) {
                throw new IOException("connection lost in a chunk");
            }
            int part = (int) Math.min(left, limit - position);
            consume(position, position + part);
            position += part;
            left -= part;
        }
        if (last) {
            endMessage(false);
        } else {
            reply(OK);
        }
    }

    // ---- octets

    /** End of the line at the position, behind its LF; -1: the client is gone. */
    private int line() throws IOException {
        int at = position;
        while (true) {
            while (at < limit) {
                if (in[at++] == '\n') {
                    return at;
                }
            }
            if (limit - position > LONGEST_LINE) {
                throw new IOException("command of more than " + LONGEST_LINE + " octets");
            }
            int before = position;
            if (fill() < 0) {
                return -1;
            }
            at -= before - position;
        }
    }

    /** Sends what is to be sent, moves what is unread to the front if there is little room, and reads. */
    private int fill() throws IOException {
        flush();
        if (position == limit) {
            position = limit = 0;
        } else if (in.length - limit < in.length / 2) {
            System.arraycopy(in, position, in, 0, limit - position);
            limit -= position;
            position = 0;
        }
        int count = input.read(in, limit, in.length - limit);
        if (count > 0) {
            limit += count;
        }
        return count;
    }

    private void reply(byte[] reply) throws IOException {
        if (reply.length > out.length - outLength) {
            flush();
        }
        System.arraycopy(reply, 0, out, outLength, reply.length);
        outLength += reply.length;
    }

    private void flush() throws IOException {
        if (outLength > 0) {
            output.write(out, 0, outLength);
            outLength = 0;
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Undoes dot-stuffing (RFC 5321 §4.5.2). */
    static byte[] unstuff(byte[] content) {
        byte[] plain = new byte[content.length];
        int length = 0;
        for (int i = 0; i < content.length; i++) {
            boolean stuffed = content[i] == '.' && (i == 0 || content[i - 1] == '\n');
            if (!stuffed) {
                plain[length++] = content[i];
            }
        }
        return Arrays.copyOf(plain, length);
    }
}
