package dev.tradewind.accept.submission;

import dev.tradewind.smtp.server.BufferBudget;
import dev.tradewind.smtp.server.Peer;
import dev.tradewind.smtp.server.SmtpServer;
import dev.tradewind.smtp.transcript.MemoryConnection;
import dev.tradewind.smtp.transcript.TestCertificate;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many malformed dialogues ({@link HostileDialogue}) against the session alone; {@code soak fuzz-smtp} says them to the program. The number is the system property
 * {@code tradewind.fuzz.smtp} (default 2,000; the acceptance run takes 200,000), the seed {@code tradewind.fuzz.seed}.
 */
class HostileDialogueTest {
    @Test
    void hostileDialoguesGetDocumentedRepliesAndLeaveNothingBehind() throws Exception {
        int dialogues = Integer.getInteger("tradewind.fuzz.smtp", 2000);
        long seed = Long.getLong("tradewind.fuzz.seed", 4711L);
        Set<String> documented = HostileDialogue.documented(Path.of("docs/smtp.md"));
        SubmissionFixture.Options options = new SubmissionFixture.Options();
        options.maxBadCommands = 10;
        try (SubmissionFixture fixture = SubmissionFixture.start(options)) {
            fixture.spool.keeping = false;
            BufferBudget budget = new BufferBudget(64 << 20);
            SmtpServer server = new SmtpServer(
                    SubmissionFixture.HOST,
                    options.settings().limits(),
                    fixture.service(options.settings()),
                    budget,
                    TestCertificate.context(),
                    System::nanoTime);
            long octets = 0;
            for (int i = 0; i < dialogues; i++) {
                Random random = new Random(seed + i);
                byte[] dialogue = HostileDialogue.make(random);
                octets += dialogue.length;
                String said = converse(server, dialogue, random);
                for (String line : said.split("\r\n", -1)) {
                    if (!line.isEmpty()) {
                        assertThat(documented)
                                .as("seed %d: reply '%s' is documented", seed + i, line)
                                .contains(HostileDialogue.status(line));
                    }
                }
            }
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (server.sessions() > 0 && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            assertThat(server.sessions()).as("sessions left").isZero();
            assertThat(budget.reserved()).as("octets still reserved").isZero();
            assertThat(fixture.spool.open).as("stagings left open").hasValue(0);
            assertThat(fixture.spool.commits.get())
                    .as("good messages among them")
                    .isPositive();
            server.drain(Duration.ofSeconds(1));
            System.out.println("hostile dialogues: " + dialogues + ", octets: " + octets + ", messages accepted: "
                    + fixture.spool.commits.get() + ", seed " + seed);
        }
    }

    /** Sends all of it in pieces, ends the stream, and reads to the end. */
    private static String converse(SmtpServer server, byte[] dialogue, Random random) throws Exception {
        MemoryConnection connection = new MemoryConnection(new Peer(InetAddress.ofLiteral("127.0.0.1"), 4000));
        server.serve(connection, SmtpServer.Security.STARTTLS);
        Thread writer = Thread.ofVirtual().start(() -> {
            try (var out = connection.clientOutput()) {
                int at = 0;
                while (at < dialogue.length) {
                    int piece = Math.min(dialogue.length - at, 1 + random.nextInt(2000));
                    out.write(dialogue, at, piece);
                    at += piece;
                }
            } catch (IOException hungUp) {
                Thread.yield(); // the server may hang up on such a client
            }
        });
        String said = new String(connection.clientInput().readAllBytes(), StandardCharsets.ISO_8859_1);
        connection.abort();
        assertThat(writer.join(Duration.ofSeconds(20))).isTrue();
        return said;
    }
}
