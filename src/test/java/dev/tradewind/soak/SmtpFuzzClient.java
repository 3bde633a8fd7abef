package dev.tradewind.soak;

import dev.tradewind.accept.submission.HostileDialogue;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Says hostile SMTP dialogues, a connection each: at once, in pieces, slowly, under TLS with and without AUTH, from a trusted and an
 * untrusted address, hanging up in the middle or listening to the end. Every reply must be one that docs/smtp.md has.
 */
final class SmtpFuzzClient implements FuzzRun.Client {
    private static final Set<String> DOCUMENTED = documented();
    private static final SSLContext TLS = tls();

    private static final String[] MORE = {
        "BDAT 18446744073709551617 LAST\r\n",
        "BDAT 000000000000000000000000000005 LAST\r\nhello",
        "BDAT 5 LAST LAST\r\nhello",
        "BDAT 4 LAST\r\nhello",
        "BDAT 6 LAST\r\nhello",
        "MAIL FROM:<a@b.example> SIZE=99999999999999999999999\r\n",
        "MAIL FROM:<a@b.example> SIZE=-1\r\n",
        "MAIL FROM:<" + "a".repeat(3000) + "@b.example>\r\n",
        "MAIL FROM:<a@b.example>\rRCPT TO:<a@b.example>\r\n",
        "RCPT TO:<a@b.example>\nDATA\n",
        "RCPT TO:<" + "@a,".repeat(200) + ":a@b.example>\r\n",
        "RCPT TO:<\"" + "\\\"".repeat(400) + "\"@b.example>\r\n",
        "RCPT TO:<a@[IPv6:::ffff:127.0.0.1]>\r\n",
        "RCPT TO:<a@b.example> ORCPT=rfc822;+ZZ NOTIFY=NEVER,FAILURE\r\n",
        "DATA\r\n" + "Received: x\r\n".repeat(120) + "From: <a@b.example>\r\n\r\n.\r\n",
        "DATA\r\nFrom: <a@b.example>\r\nX: " + "y".repeat(70_000) + "\r\n\r\n.\r\n",
        "DATA\r\nFrom: <a@b.example>\r\nX-MSYS-API: {\"metadata\":" + "[".repeat(2000) + "}\r\n\r\n.\r\n",
        "DATA\r\nFrom: <a@b.example>\r\nContent-Type: multipart/mixed; boundary=\"x\"\r\n\r\n"
                + "--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n".repeat(300) + ".\r\n",
        "DATA\r\nFrom: <a@b.example>\r\n\r\n\r\n.\r\r\n.\n\r\n.\r\n",
        "STARTTLS\r\nRSET\r\n",
        "STARTTLS\r\n\u0016\u0003\u0001\u0000\u0005hello",
        "AUTH PLAIN " + "A".repeat(13_000) + "\r\n",
        "AUTH LOGIN U01UUF9JbmplY3Rpb24=\r\nAAAA\r\n",
        "X".repeat(600) + "\r\n"
    };

    private final Subject subject;

    SmtpFuzzClient(Subject subject) {
        this.subject = subject;
    }

    private static Set<String> documented() {
        try {
            return HostileDialogue.documented(Path.of(System.getProperty("tradewind.root", "."), "docs", "smtp.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Trusts everybody: the certificate is self-made, and not what is tested here. */
    private static SSLContext tls() {
        X509TrustManager everybody = new X509TrustManager() {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String type) {}

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type) {}

            @Override
            public X509Certificate[] getAcceptedIssuers() {
                return new X509Certificate[0];
            }
        };
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {everybody}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void say(Random random, Findings findings) throws IOException, InterruptedException {
        byte[] dialogue = dialogue(random);
        InetSocketAddress address = subject.awaitAddress().submission();
        try (Socket socket = new Socket()) {
            if (random.nextInt(4) == 0) {
                socket.bind(new InetSocketAddress("127.0.0.2", 0));
            }
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(60_000);
            socket.connect(address, 30_000);
            int kind = random.nextInt(100);
            if (kind < 2) {
                underTls(socket, address, dialogue, random, findings);
            } else if (kind < 6) {
                findings.count("hung up without listening");
                speak(socket.getOutputStream(), dialogue, random);
                socket.setSoLinger(true, 0);
            } else {
                findings.count(kind == 99 ? "listened, spoke slowly" : "listened to the end");
                converse(
                        socket,
                        socket.getInputStream(),
                        socket.getOutputStream(),
                        dialogue,
                        kind == 99,
                        random,
                        findings);
            }
        } catch (java.net.SocketException e) {
            findings.count("connection reset"); // it may hang up on such a client before it has read everything
        }
    }

    private static byte[] dialogue(Random random) {
        byte[] base = HostileDialogue.make(random);
        if (random.nextInt(3) > 0) {
            return base;
        }
        byte[] more = MORE[random.nextInt(MORE.length)].getBytes(StandardCharsets.ISO_8859_1);
        byte[] start = "EHLO c.example\r\nMAIL FROM:<b@sender.example>\r\nRCPT TO:<a@b.example>\r\n"
                .getBytes(StandardCharsets.ISO_8859_1);
        int from = random.nextBoolean() ? start.length : start.length - random.nextInt(start.length);
        byte[] all = new byte[from + more.length + base.length];
        System.arraycopy(start, 0, all, 0, from);
        System.arraycopy(more, 0, all, from, more.length);
        System.arraycopy(base, 0, all, from + more.length, base.length);
        return all;
    }

    private static void speak(OutputStream out, byte[] dialogue, Random random) throws IOException {
        for (int at = 0; at < dialogue.length; ) {
            int piece = Math.min(dialogue.length - at, 1 + random.nextInt(8000));
            out.write(dialogue, at, piece);
            at += piece;
        }
    }

    private void converse(
            Socket socket,
            InputStream in,
            OutputStream out,
            byte[] dialogue,
            boolean slowly,
            Random random,
            Findings findings)
            throws IOException {
        Thread speaker = Thread.ofVirtual().start(() -> {
            try {
                if (slowly) {
                    for (int i = 0; i < Math.min(dialogue.length, 40); i++) {
                        out.write(dialogue[i]);
                        Pace.pause(TimeUnit.MILLISECONDS.toNanos(20));
                    }
                } else {
                    speak(out, dialogue, random);
                }
                socket.shutdownOutput();
            } catch (IOException hungUp) {
                findings.count("the server hung up first");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        try {
            judge(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1), findings);
        } finally {
            try {
                socket.close();
                speaker.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void underTls(Socket plain, InetSocketAddress address, byte[] dialogue, Random random, Findings findings)
            throws IOException {
        findings.count("under TLS");
        line(plain.getInputStream());
        plain.getOutputStream().write("EHLO c\r\n".getBytes(StandardCharsets.US_ASCII));
        for (String line = line(plain.getInputStream()); line.startsWith("250-"); ) {
            line = line(plain.getInputStream());
        }
        plain.getOutputStream().write("STARTTLS\r\n".getBytes(StandardCharsets.US_ASCII));
        line(plain.getInputStream());
        try (SSLSocket tls = (SSLSocket)
                TLS.getSocketFactory().createSocket(plain, address.getHostString(), address.getPort(), false)) {
            tls.startHandshake();
            if (random.nextBoolean()) {
                String auth = Base64.getEncoder()
                        .encodeToString(("\0SMTP_Injection\0" + dev.tradewind.fixture.TradewindProcess.KEY)
                                .getBytes(StandardCharsets.UTF_8));
                byte[] login = ("EHLO c\r\nAUTH PLAIN " + auth + "\r\n").getBytes(StandardCharsets.US_ASCII);
                tls.getOutputStream().write(login);
            }
            try {
                speak(tls.getOutputStream(), dialogue, random);
                tls.shutdownOutput();
                judge(new String(tls.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1), findings);
            } catch (javax.net.ssl.SSLException e) {
                findings.count("TLS ended early");
            }
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                throw new EOFException("the server hung up in greeting");
            }
            line.append((char) octet);
        }
        return line.toString();
    }

    private static void judge(String said, Findings findings) {
        for (String line : said.split("\r\n", -1)) {
            if (!line.isEmpty()) {
                String status = HostileDialogue.status(line);
                findings.count("reply " + status);
                findings.require(DOCUMENTED.contains(status), "reply that docs/smtp.md does not have: " + line);
                findings.require(
                        !status.startsWith("451") && !status.equals("421 4.3.0"),
                        "an error on the server's side: " + line);
            }
        }
    }

    @Override
    public void close() {}
}
