package dev.tradewind.soak;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Random;

/**
 * A client of the SMTP submission: messages to one to three recipients, with DATA or BDAT, over a connection that is kept. If the
 * connection is lost behind the end of a message, nobody knows whether it was taken; before it, it was not.
 */
final class SmtpClient implements Runnable {
    private final Subject subject;
    private final Promises promises;
    private final Findings findings;
    private final Load.Shape shape;
    private final Random random;
    private Optional<Wire> open = Optional.empty();

    SmtpClient(Subject subject, Promises promises, Findings findings, Load.Shape shape, Random random) {
        this.subject = subject;
        this.promises = promises;
        this.findings = findings;
        this.shape = shape;
        this.random = random;
    }

    @Override
    public void run() {
        Pace pace = new Pace(shape.perSecond());
        try {
            while (!Thread.currentThread().isInterrupted() && !shape.stop().getAsBoolean()) {
                int count = 1 + random.nextInt(3);
                pace.await(count);
                Wire wire;
                try {
                    wire = wire();
                } catch (IOException e) {
                    findings.count("smtp: connections refused or lost");
                    hangUp();
                    Pace.pause(20_000_000);
                    continue;
                }
                submit(wire, promises.take(count), count);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            hangUp();
        }
    }

    private void submit(Wire wire, int first, int count) throws InterruptedException {
        String content = "From: <news@mx.tradewind.test>\r\nTo: undisclosed-recipients:;\r\nSubject: number " + first
                + "\r\nX-Seq: " + first + "-" + (first + count - 1) + "\r\n\r\nHello.\r\n" + padding();
        StringBuilder flight = new StringBuilder("MAIL FROM:<bounce@mx.tradewind.test>\r\n");
        for (int i = first; i < first + count; i++) {
            flight.append("RCPT TO:<u").append(i).append("@d").append(i % 10).append(".example>\r\n");
        }
        boolean chunked = random.nextBoolean();
        boolean ended = false;
        try {
            if (chunked) {
                flight.append("BDAT ")
                        .append(content.length())
                        .append(" LAST\r\n")
                        .append(content);
                ended = true;
                wire.say(flight.toString());
            } else {
                wire.say(flight.append("DATA\r\n").toString());
            }
            String mail = wire.reply();
            boolean good = mail.startsWith("250");
            String refusal = good ? "" : mail;
            for (int i = 0; i < count; i++) {
                String rcpt = wire.reply();
                if (!rcpt.startsWith("250") && good) {
                    good = false;
                    refusal = rcpt;
                }
            }
            String last = wire.reply();
            if (!chunked && last.startsWith("354")) {
                ended = true;
                wire.say(content + ".\r\n");
                last = wire.reply();
            }
            if (good && last.startsWith("250")) {
                promises.are(first, count, Promises.Promise.ACCEPTED);
                findings.count("smtp: messages accepted");
            } else {
                promises.are(first, count, Promises.Promise.REFUSED);
                refused(refusal.isEmpty() ? last : refusal);
            }
        } catch (IOException e) {
            if (!ended) {
                promises.are(first, count, Promises.Promise.REFUSED);
            }
            findings.count("smtp: answers lost");
            hangUp();
        }
    }

    private String padding() {
        byte[] noise = new byte[shape.padding() * 3 / 4];
        random.nextBytes(noise);
        return noise.length == 0 ? "" : Base64.getMimeEncoder().encodeToString(noise) + "\r\n";
    }

    private void refused(String reply) throws InterruptedException {
        String status = reply.substring(0, Math.min(9, reply.length()));
        findings.count("smtp: " + status);
        findings.require(
                status.equals("452 4.3.1") || status.equals("421 4.3.2"), // no room, shutting down
                "submission answered " + reply);
        if (reply.startsWith("421")) {
            hangUp();
        } else {
            try {
                Wire wire = open.orElseThrow();
                wire.say("RSET\r\n");
                wire.reply();
            } catch (IOException e) {
                hangUp();
            }
        }
        Pace.pause(shape.pauseAfterRefusalNanos());
    }

    private Wire wire() throws IOException, InterruptedException {
        if (open.isEmpty()) {
            Wire wire = new Wire(subject.awaitAddress().submission());
            open = Optional.of(wire);
            wire.reply();
            wire.say("EHLO client.example\r\n");
            wire.reply();
        }
        return open.get();
    }

    private void hangUp() {
        open.ifPresent(Wire::close);
        open = Optional.empty();
    }

    /** One connection. */
    static final class Wire {
        private final Socket socket = new Socket();
        private final InputStream in;
        private final OutputStream out;

        Wire(InetSocketAddress address) throws IOException {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(120_000);
            socket.connect(address, 10_000);
            in = new BufferedInputStream(socket.getInputStream());
            out = socket.getOutputStream();
        }

        void say(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }

        /** The last line of the next reply. */
        String reply() throws IOException {
            while (true) {
                StringBuilder line = new StringBuilder();
                for (int octet = in.read(); octet != '\n'; octet = in.read()) {
                    if (octet < 0) {
                        throw new EOFException("the server hung up");
                    }
                    line.append((char) octet);
                }
                if (line.length() < 4 || line.charAt(3) != '-') {
                    return line.toString().strip();
                }
            }
        }

        void close() {
            try {
                socket.close();
            } catch (IOException e) {
                Thread.yield(); // it was lost already
            }
        }
    }
}
