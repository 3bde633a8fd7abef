package dev.tradewind.soak;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A receiving host on 127.0.0.1 that accepts everything (PIPELINING, CHUNKING) and tells its {@link Arrivals} which message came. The
 * number of a message is in its recipient, {@code u7@…}; the field {@code X-Seq: 5-9} says which recipients it is for, so that a content
 * that comes to the wrong recipient is noticed.
 */
final class CountingHost implements Closeable {
    private static final int LONGEST_LINE = 4096;
    private static final byte[] OK = ascii("250 2.0.0 ok\r\n");
    private static final byte[] EHLO = ascii(
            "250-mx.test\r\n250-PIPELINING\r\n250-CHUNKING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 104857600\r\n");
    private static final byte[] SEQ = ascii("X-Seq: ");

    private final ServerSocket listener;
    private final Arrivals arrivals;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Object gate = new Object();
    private boolean holding;
    private int held;

    /** Listens at a port; 0 takes a free one. */
    CountingHost(int port, Arrivals arrivals) throws IOException {
        this.arrivals = arrivals;
        this.listener = new ServerSocket();
        listener.setReuseAddress(true);
        listener.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 512);
        Thread.ofPlatform().name("counting-host").daemon().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Connections that are open now. */
    int connections() {
        return open.size();
    }

    /** While on, messages are taken (and counted) but the reply to their end is held back. */
    void holdReplies(boolean on) {
        synchronized (gate) {
            holding = on;
            gate.notifyAll();
        }
    }

    /** How many replies are held back now. */
    int heldReplies() {
        synchronized (gate) {
            return held;
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                open.add(socket);
                Thread.ofPlatform().name("counting-session").daemon().start(() -> serve(socket));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    System.err.println("counting host: " + e);
                }
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            new Session(socket).run();
        } catch (IOException e) {
            // The client was killed, which is what it is for.
        } finally {
            open.remove(socket);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
        holdReplies(false);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private final class Session {
        private final InputStream in;
        private final OutputStream out;
        private final ByteArrayOutputStream replies = new ByteArrayOutputStream();
        private final List<String> recipients = new ArrayList<>();
        private final ByteArrayOutputStream content = new ByteArrayOutputStream();

        Session(Socket socket) throws IOException {
            in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
            out = socket.getOutputStream();
        }

        void run() throws IOException {
            reply(ascii("220 mx.test ESMTP\r\n"));
            while (true) {
                if (in.available() == 0) {
                    flush();
                }
                String line = line();
                String verb = line.substring(0, Math.min(4, line.length())).toUpperCase(Locale.ROOT);
                switch (verb) {
                    case "EHLO" -> reply(EHLO);
                    case "MAIL", "RSET" -> {
                        recipients.clear();
                        content.reset();
                        reply(OK);
                    }
                    case "RCPT" -> {
                        recipients.add(line);
                        reply(OK);
                    }
                    case "DATA" -> {
                        reply(ascii("354 go on\r\n"));
                        flush();
                        for (String text = line(); !text.equals("."); text = line()) {
                            content.writeBytes((text + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
                        }
                        end();
                    }
                    case "BDAT" -> {
                        String[] words = line.split(" ", 3);
                        byte[] chunk = in.readNBytes(Integer.parseInt(words[1]));
                        if (chunk.length < Integer.parseInt(words[1])) {
                            throw new EOFException("in a chunk");
                        }
                        content.writeBytes(chunk);
                        if (words.length > 2) {
                            end();
                        } else {
                            reply(OK);
                        }
                    }
                    case "QUIT" -> {
                        reply(ascii("221 2.0.0 bye\r\n"));
                        flush();
                        return;
                    }
                    default -> reply(ascii("250 2.0.0 whatever\r\n"));
                }
            }
        }

        private void end() throws IOException {
            String seq = seq(content.toByteArray());
            for (String recipient : recipients) {
                arrivals.arrived(recipient, seq);
            }
            recipients.clear();
            content.reset();
            awaitGate();
            reply(OK);
        }

        private void awaitGate() throws IOException {
            synchronized (gate) {
                if (!holding) {
                    return;
                }
                held++;
                try {
                    flush();
                    while (holding) {
                        gate.wait();
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } finally {
                    held--;
                }
            }
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            while (true) {
                int octet = in.read();
                if (octet < 0) {
                    throw new EOFException("hung up");
                }
                if (octet == '\n') {
                    int length = line.length();
                    return length > 0 && line.charAt(length - 1) == '\r'
                            ? line.substring(0, length - 1)
                            : line.toString();
                }
                if (line.length() == LONGEST_LINE) {
                    throw new IOException("line of more than " + LONGEST_LINE + " octets");
                }
                line.append((char) octet);
            }
        }

        private void reply(byte[] reply) {
            replies.writeBytes(reply);
        }

        private void flush() throws IOException {
            if (replies.size() > 0) {
                out.write(replies.toByteArray());
                replies.reset();
            }
        }
    }

    /** Value of the field X-Seq of the header section; empty if there is none. */
    private static String seq(byte[] content) {
        for (int at = 0; at < content.length; ) {
            int end = at;
            while (end < content.length && content[end] != '\r') {
                end++;
            }
            if (end == at) {
                return "";
            }
            if (startsWith(content, at, SEQ)) {
                return new String(content, at + SEQ.length, end - at - SEQ.length, StandardCharsets.US_ASCII).strip();
            }
            at = end + 2;
        }
        return "";
    }

    private static boolean startsWith(byte[] content, int at, byte[] prefix) {
        if (at + prefix.length > content.length) {
            return false;
        }
        for (int i = 0; i < prefix.length; i++) {
            if (content[at + i] != prefix[i]) {
                return false;
            }
        }
        return true;
    }
}
