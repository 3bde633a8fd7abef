package dev.tradewind.accept.submission;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

import static org.assertj.core.api.Assertions.assertThat;

/** A client that says lines and reads replies. */
final class SmtpTalk implements Closeable {
    private final InputStream in;
    private final OutputStream out;

    SmtpTalk(InputStream in, OutputStream out) {
        this.in = new BufferedInputStream(in);
        this.out = out;
    }

    static SmtpTalk over(Socket socket) throws IOException {
        return new SmtpTalk(socket.getInputStream(), socket.getOutputStream());
    }

    static String plain(String user, String password) {
        return Base64.getEncoder().encodeToString(("\0" + user + "\0" + password).getBytes(StandardCharsets.UTF_8));
    }

    SmtpTalk say(String line) throws IOException {
        return send(line + "\r\n");
    }

    SmtpTalk send(String octets) throws IOException {
        return send(octets.getBytes(StandardCharsets.UTF_8));
    }

    SmtpTalk send(byte[] octets) throws IOException {
        out.write(octets);
        out.flush();
        return this;
    }

    /** Reads one reply, which must begin so; its last line is returned. */
    String expect(String beginning) throws IOException {
        String line = reply();
        assertThat(line).startsWith(beginning);
        return line;
    }

    /** Reads one reply; its last line is returned. */
    String reply() throws IOException {
        while (true) {
            String line = line();
            if (line.length() < 4 || line.charAt(3) != '-') {
                return line;
            }
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int octet = in.read();
            if (octet < 0) {
                throw new EOFException("closed after '" + line + "'");
            }
            if (octet == '\n') {
                return line.substring(0, line.length() - 1);
            }
            line.append((char) octet);
        }
    }

    boolean isClosed() throws IOException {
        return in.read() < 0;
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
