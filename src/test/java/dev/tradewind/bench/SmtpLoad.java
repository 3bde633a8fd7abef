package dev.tradewind.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Submits mail by SMTP over several connections at once, as a mailer program does: MAIL, RCPT and DATA in one flight, the content in the
 * next; or, with BDAT, all in one. A message that is deferred is offered again.
 *
 * @param port         of the server, on loopback
 * @param connections  at once
 * @param perConnection messages of one connection, then it is closed and another one opened
 * @param chunking     BDAT (RFC 3030) in place of DATA
 * @param domains      recipients are spread over so many
 */
record SmtpLoad(int port, int connections, int perConnection, boolean chunking, int domains) {
    private static final int TIMEOUT_MILLIS = 120_000;
    private static final int MOST_DEFERRALS = 1000;
    private static final int SOON_MILLIS = 20;

    /**
     * What was done.
     *
     * @param accepted answered with 250
     * @param deferred times a message was deferred
     */
    record Sent(int accepted, int deferred) {}

    /**
     * Submits messages 0 to {@code messages - 1} of a run; returns when the last is accepted.
     *
     * @throws IOException if a message is refused for good, deferred too often, or a connection is lost
     */
    Sent send(int run, int messages) throws IOException, InterruptedException {
        AtomicInteger next = new AtomicInteger();
        AtomicInteger deferred = new AtomicInteger();
        Semaphore taken = new Semaphore(0);
        List<Future<?>> ends = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(connections)) {
            for (int i = 0; i < Math.min(connections, messages); i++) {
                ends.add(threads.submit(() -> {
                    new Connections(run, messages, next, deferred, taken).run();
                    return null;
                }));
            }
            for (Future<?> end : ends) {
                end.get();
            }
        } catch (ExecutionException e) {
            throw new IOException("submission to port " + port + " failed: " + e.getCause(), e);
        }
        return new Sent(messages, deferred.get());
    }

    /** One connection after the other, until there is nothing more to send. One thread. */
    private final class Connections {
        private final int run;
        private final int messages;
        private final AtomicInteger next;
        private final AtomicInteger deferred;
        private final Semaphore taken;
        private final BenchMessage message;

        Connections(int run, int messages, AtomicInteger next, AtomicInteger deferred, Semaphore taken) {
            this.run = run;
            this.messages = messages;
            this.next = next;
            this.deferred = deferred;
            this.taken = taken;
            this.message = new BenchMessage(run, domains);
        }

        void run() throws IOException, InterruptedException {
            int number = next.getAndIncrement();
            while (number < messages) {
                try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
                    socket.setTcpNoDelay(true);
                    socket.setSoTimeout(TIMEOUT_MILLIS);
                    InputStream in = new BufferedInputStream(socket.getInputStream(), 2048);
                    OutputStream out = socket.getOutputStream();
                    expect(in, 220, "greeting");
                    out.write(ascii("EHLO load.example\r\n"));
                    expect(in, 250, "EHLO");
                    for (int i = 0; i < perConnection && number < messages; i++) {
                        while (!offer(in, out, number)) {
                            if (deferred.incrementAndGet() > MOST_DEFERRALS) {
                                throw new IOException("message " + run + "-" + number + " was deferred, after "
                                        + MOST_DEFERRALS + " others");
                            }
                            awaitRoom();
                        }
                        taken.release();
                        number = next.getAndIncrement();
                    }
                    out.write(ascii("QUIT\r\n"));
                    expect(in, 221, "QUIT");
                }
            }
        }

        /** A deferred message is tried again when another one has been taken, which frees room, or soon. */
        private void awaitRoom() throws InterruptedException {
            taken.drainPermits();
            if (taken.tryAcquire(SOON_MILLIS, TimeUnit.MILLISECONDS)) {
                taken.release(); // for the others that wait
            }
        }

        /** Whether the server took the message; false: deferred. */
        private boolean offer(InputStream in, OutputStream out, int number) throws IOException {
            byte[] content = message.message(number);
            String envelope = "MAIL FROM:<bounces@" + BenchMessage.SENDER_DOMAIN + "> SIZE=" + content.length
                    + "\r\nRCPT TO:<" + message.recipient(number) + ">\r\n";
            if (chunking) {
                out.write(flight(envelope + "BDAT " + content.length + " LAST\r\n", content, new byte[0]));
                boolean taken = take(in, "MAIL");
                taken &= take(in, "RCPT");
                return take(in, "BDAT") && taken;
            }
            out.write(ascii(envelope + "DATA\r\n"));
            boolean taken = take(in, "MAIL");
            taken &= take(in, "RCPT");
            int data = reply(in);
            if (data != 354) {
                if (data / 100 == 5 && taken) {
                    throw new IOException("DATA was refused with " + data);
                }
                return false;
            }
            out.write(flight("", content, ascii(".\r\n")));
            return take(in, "end of data") && taken;
        }

        private boolean take(InputStream in, String command) throws IOException {
            int code = reply(in);
            if (code / 100 == 5) {
                throw new IOException(command + " was refused with " + code);
            }
            return code == 250;
        }
    }

    private static byte[] flight(String before, byte[] content, byte[] after) {
        byte[] octets = new byte[before.length() + content.length + after.length];
        System.arraycopy(ascii(before), 0, octets, 0, before.length());
        System.arraycopy(content, 0, octets, before.length(), content.length);
        System.arraycopy(after, 0, octets, before.length() + content.length, after.length);
        return octets;
    }

    private static void expect(InputStream in, int expected, String command) throws IOException {
        int code = reply(in);
        if (code != expected) {
            throw new IOException(command + " was answered with " + code);
        }
    }

    /** The code of the next reply, all its lines read. */
    private static int reply(InputStream in) throws IOException {
        while (true) {
            int code = 0;
            int at = 0;
            boolean last = false;
            int octet;
            while ((octet = in.read()) != '\n') {
                if (octet < 0) {
                    throw new IOException("connection lost");
                }
                if (at < 3) {
                    code = code * 10 + octet - '0';
                } else if (at == 3) {
                    last = octet != '-';
                }
                at++;
            }
            if (last) {
                return code;
            }
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
