package dev.tradewind.accept.submission;

import dev.tradewind.settings.ListenAddress;
import dev.tradewind.smtp.server.BufferBudget;
import dev.tradewind.smtp.server.Peer;
import dev.tradewind.smtp.server.SmtpServer;
import dev.tradewind.smtp.transcript.MemoryConnection;
import dev.tradewind.smtp.transcript.TestCertificate;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a server does with many sessions. */
class SubmissionServerTest {
    private static final String MESSAGE = "From: <news@sender.example>\r\n\r\n";

    @Test
    void connectionsOverTheLimitAreToldAndOthersGoOn() throws Exception {
        SubmissionFixture.Options options = new SubmissionFixture.Options();
        options.maxConnections = 2;
        try (SubmissionFixture fixture = SubmissionFixture.start(options);
                SmtpTalk first = SmtpTalk.over(fixture.connect());
                SmtpTalk second = SmtpTalk.over(fixture.connect())) {
            first.expect("220");
            second.expect("220");
            try (SmtpTalk third = SmtpTalk.over(fixture.connect())) {
                third.expect("421 4.7.0 Too many connections, ");
                assertThat(third.isClosed()).isTrue();
            }
            first.say("QUIT").expect("221");
            assertThat(first.isClosed()).isTrue();
            second.say("NOOP").expect("250");
            awaitSessions(fixture, 1);
            try (SmtpTalk fourth = SmtpTalk.over(fixture.connect())) {
                fourth.expect("220");
            }
        }
    }

    @Test
    void connectionsOfOneNetworkAreLimitedUnlessTrusted() throws Exception {
        SubmissionFixture.Options options = new SubmissionFixture.Options();
        options.maxNetworkConnections = 1;
        options.trusted = false;
        try (SubmissionFixture fixture = SubmissionFixture.start(options);
                SmtpTalk first = SmtpTalk.over(fixture.connect())) {
            first.expect("220");
            try (SmtpTalk second = SmtpTalk.over(fixture.connect())) {
                second.expect("421 4.7.0 Too many connections from your network");
            }
            first.say("QUIT").expect("221");
            awaitSessions(fixture, 0);
            try (SmtpTalk third = SmtpTalk.over(fixture.connect())) {
                third.expect("220");
            }
        }
        options.trusted = true;
        try (SubmissionFixture fixture = SubmissionFixture.start(options);
                SmtpTalk first = SmtpTalk.over(fixture.connect());
                SmtpTalk second = SmtpTalk.over(fixture.connect())) {
            first.expect("220");
            second.expect("220");
        }
    }

    private static void awaitSessions(SubmissionFixture fixture, int sessions) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (fixture.server.sessions() != sessions && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(fixture.server.sessions()).isEqualTo(sessions);
    }

    @Test
    void drainDismissesWhoWaitsAndLetsTransactionsEnd() throws Exception {
        try (SubmissionFixture fixture = SubmissionFixture.start(new SubmissionFixture.Options());
                SmtpTalk waiting = SmtpTalk.over(fixture.connect());
                SmtpTalk busy = SmtpTalk.over(fixture.connect())) {
            waiting.expect("220");
            waiting.say("EHLO client.example").expect("250");
            busy.expect("220");
            busy.say("EHLO client.example").expect("250");
            busy.say("MAIL FROM:<bounce@sender.example>").expect("250");
            busy.say("RCPT TO:<a@b.example>").expect("250");
            CompletableFuture<Void> drained =
                    CompletableFuture.runAsync(() -> fixture.server.drain(Duration.ofSeconds(20)));
            waiting.expect("421 4.3.2");
            assertThat(waiting.isClosed()).isTrue();
            busy.say("DATA").expect("354");
            busy.send(MESSAGE + ".\r\n").expect("250 2.0.0");
            busy.expect("421 4.3.2");
            assertThat(busy.isClosed()).isTrue();
            drained.get(10, TimeUnit.SECONDS);
            assertThat(fixture.spool.committed).hasSize(1);
            assertThatThrownBy(fixture::connect).isInstanceOf(IOException.class);
        }
    }

    @Test
    void drainReachesClientsUnderTls() throws Exception {
        SubmissionFixture.Options options = new SubmissionFixture.Options();
        options.tlsListener = true;
        try (SubmissionFixture fixture = SubmissionFixture.start(options);
                Socket socket = TestCertificate.context()
                        .getSocketFactory()
                        .createSocket(
                                "127.0.0.1",
                                fixture.server.tlsAddress().orElseThrow().getPort());
                SmtpTalk waiting = SmtpTalk.over(socket)) {
            socket.setSoTimeout(20_000);
            waiting.expect("220");
            waiting.say("EHLO client.example").expect("250");
            CompletableFuture<Void> drained =
                    CompletableFuture.runAsync(() -> fixture.server.drain(Duration.ofSeconds(20)));
            waiting.expect("421 4.3.2");
            assertThat(waiting.isClosed()).isTrue();
            drained.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void occupiedPortIsSaidWithTheKeyToChange() throws Exception {
        try (SubmissionFixture first = SubmissionFixture.start(new SubmissionFixture.Options())) {
            SubmissionFixture.Options options = new SubmissionFixture.Options();
            options.port = first.server.address().getPort();
            assertThatThrownBy(() -> SubmissionFixture.start(options).close())
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("cannot listen on 127.0.0.1:" + options.port + ": ")
                    .hasMessageEndingWith(": choose another address with -c smtp.submission.listen=HOST:PORT");
        }
    }

    @Test
    void drainIsBoundedAndLeavesNoHalfMessage() throws Exception {
        try (SubmissionFixture fixture = SubmissionFixture.start(new SubmissionFixture.Options());
                SmtpTalk busy = SmtpTalk.over(fixture.connect())) {
            busy.expect("220");
            busy.say("EHLO client.example").expect("250");
            busy.say("MAIL FROM:<bounce@sender.example>").expect("250");
            busy.say("RCPT TO:<a@b.example>").expect("250");
            busy.say("DATA").expect("354");
            fixture.server.drain(Duration.ofMillis(50));
            assertThatThrownBy(() -> busy.expect("4")).isInstanceOf(IOException.class);
            assertThat(fixture.spool.committed).isEmpty();
        }
    }

    @Test
    void memoryForAllMessagesIsBounded() throws Exception {
        SubmissionFixture.Options options = new SubmissionFixture.Options();
        options.maxSize = "4MiB";
        options.buffer = "8MiB";
        options.bufferWait = Duration.ZERO;
        byte[] block = new byte[100_000];
        java.util.Arrays.fill(block, (byte) 'x');
        for (int i = 70; i < block.length; i += 72) {
            block[i] = '\r';
            block[i + 1] = '\n';
        }
        block[block.length - 2] = '\r';
        block[block.length - 1] = '\n';
        try (SubmissionFixture fixture = SubmissionFixture.start(options)) {
            List<SmtpTalk> talks = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                SmtpTalk talk = SmtpTalk.over(fixture.connect());
                talk.expect("220");
                talk.say("EHLO client.example").expect("250");
                talk.say("MAIL FROM:<bounce@sender.example>").expect("250");
                talk.say("RCPT TO:<a@b.example>").expect("250");
                talk.say("DATA").expect("354");
                talk.send(MESSAGE);
                talks.add(talk);
            }
            for (int part = 0; part < 20; part++) {
                for (SmtpTalk talk : talks) {
                    talk.send(block);
                }
            }
            int accepted = 0;
            int deferred = 0;
            for (SmtpTalk talk : talks) {
                String reply = talk.send(".\r\n").reply();
                accepted += reply.startsWith("250 ") ? 1 : 0;
                deferred += reply.startsWith("452 4.3.1 Too much mail at once") ? 1 : 0;
            }
            assertThat(accepted + deferred).isEqualTo(6);
            assertThat(accepted).as("of 2 MB each, 8 MiB hold four").isLessThanOrEqualTo(4);
            // a size that is announced is reserved before the message is sent
            talks.getFirst()
                    .say("MAIL FROM:<bounce@sender.example> SIZE=2500000")
                    .expect("250");
            talks.getFirst().say("RCPT TO:<a@b.example>").expect("250");
            talks.getFirst().say("DATA").expect("354");
            talks.get(1).say("MAIL FROM:<bounce@sender.example> SIZE=2500000").expect("250");
            talks.get(1).say("RCPT TO:<a@b.example>").expect("250");
            talks.get(1).say("DATA").expect("452 4.3.1");
            talks.getFirst().send(MESSAGE + ".\r\n").expect("250");
            talks.get(1).say("MAIL FROM:<bounce@sender.example>").expect("250");
            for (SmtpTalk talk : talks) {
                talk.close();
            }
            awaitSessions(fixture, 0);
            assertThat(fixture.server.gauges()).containsEntry("tradewind_submission_buffer_reserved_octets", 0.0);
        }
    }

    @Test
    void whoSpeaksBeforeTheGreetingIsRefusedUnlessTrusted() throws Exception {
        for (boolean trusted : new boolean[] {false, true}) {
            SubmissionFixture.Options options = new SubmissionFixture.Options();
            options.trusted = trusted;
            try (SubmissionFixture fixture = SubmissionFixture.start(options);
                    SmtpServer server = new SmtpServer(
                            SubmissionFixture.HOST,
                            options.settings().limits(),
                            fixture.service(options.settings()),
                            new BufferBudget(1 << 20),
                            TestCertificate.context(),
                            System::nanoTime)) {
                MemoryConnection connection = new MemoryConnection(new Peer(InetAddress.ofLiteral("127.0.0.1"), 4000));
                SmtpTalk talk = new SmtpTalk(connection.clientInput(), connection.clientOutput());
                talk.say("EHLO early.example");
                server.serve(connection, SmtpServer.Security.STARTTLS);
                talk.expect(trusted ? "220" : "554 5.5.1 You spoke before");
                talk.close();
            }
        }
    }

    @Test
    void addressThatCannotBeBoundIsNamed() throws Exception {
        try (SubmissionFixture fixture = SubmissionFixture.start(new SubmissionFixture.Options());
                SmtpServer server = new SmtpServer(
                        SubmissionFixture.HOST,
                        new SubmissionFixture.Options().settings().limits(),
                        fixture.service(new SubmissionFixture.Options().settings()),
                        new BufferBudget(1 << 20),
                        TestCertificate.context(),
                        System::nanoTime)) {
            String taken = "127.0.0.1:" + fixture.server.address().getPort();
            assertThatThrownBy(() -> server.listen(ListenAddress.parse(taken), SmtpServer.Security.NONE))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot listen on " + taken);
        }
    }

    @Test
    void garbageInsteadOfTlsEndsTheSessionOnly() throws Exception {
        SubmissionFixture.Options options = new SubmissionFixture.Options();
        options.tlsListener = true;
        try (SubmissionFixture fixture = SubmissionFixture.start(options)) {
            try (Socket socket = new Socket(
                    "127.0.0.1", fixture.server.tlsAddress().orElseThrow().getPort())) {
                socket.setSoTimeout(20_000);
                socket.getOutputStream().write("EHLO not.tls\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                while (socket.getInputStream().read() >= 0) {
                    // an alert, then the end
                }
            }
            try (SmtpTalk talk = SmtpTalk.over(fixture.connect())) {
                talk.expect("220");
            }
            awaitSessions(fixture, 0);
        }
    }
}
