package dev.tradewind.accept.submission;

import dev.tradewind.smtp.server.BufferBudget;
import dev.tradewind.smtp.server.Peer;
import dev.tradewind.smtp.server.SmtpServer;
import dev.tradewind.smtp.transcript.MemoryConnection;
import dev.tradewind.smtp.transcript.TestCertificate;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many malformed dialogues: made from pieces of good ones, cut, doubled, reordered, with octets changed. The number is the system property
 * {@code tradewind.fuzz.smtp} (default 2,000; the acceptance run takes 200,000), the seed {@code tradewind.fuzz.seed}.
 */
class HostileDialogueTest {
    private static final String[] PIECES = {
        "EHLO client.example\r\n",
        "EHLO client.example\r\n",
        "EHLO client.example\r\n",
        "HELO c\r\n",
        "MAIL FROM:<bounce@sender.example>\r\n",
        "MAIL FROM:<bounce@sender.example>\r\n",
        "MAIL FROM:<> SIZE=100 BODY=8BITMIME RET=HDRS ENVID=a+2B\r\n",
        "MAIL FROM:<ö@sender.example> SMTPUTF8\r\n",
        "RCPT TO:<a@b.example>\r\n",
        "RCPT TO:<a@b.example> NOTIFY=NEVER ORCPT=rfc822;a\r\n",
        "RCPT TO:<@x,@y:\"a b\"@b.example>\r\n",
        "DATA\r\n",
        "DATA\r\n",
        "DATA\r\nFrom: <news@sender.example>\r\n\r\nbody\r\n.\r\n",
        "DATA\r\nFrom: <news@sender.example>\r\n\r\nbody\r\n.\r\n",
        "MAIL FROM:<>\r\nRCPT TO:<a@b.example>\r\nDATA\r\nFrom: <news@sender.example>\r\n\r\n..\r\n.\r\n",
        "From: <news@sender.example>\r\nSubject: x\r\n\r\nbody\r\n.\r\n",
        "From: <news@sender.example>\r\nX-MSYS-API: {\"cc\":[\"c@d.example\"],\"tags\":[\"t\"]}\r\nTo: a@b.example\r\n\r\n..\r\n.\r\n",
        "From: <news@sender.example>\r\nX-MSYS-API: {\"cc\":[{]}\r\n =?utf-8?B?w7w=?=\r\n\r\n.\r\n",
        ".\r\n",
        "\r\n.\r\n",
        "\n.\n",
        "\r.\r",
        "\n.\r\n",
        "\r\n.\n",
        "BDAT 5\r\nFrom:",
        "BDAT 30 LAST\r\nFrom: <news@sender.example>\r\n\r\n",
        "BDAT 0 LAST\r\n",
        "BDAT 99999999999\r\n",
        "BDAT -1\r\n",
        "BDAT 70000 LAST\r\n",
        "RSET\r\n",
        "NOOP\r\n",
        "VRFY a\r\n",
        "EXPN a\r\n",
        "HELP\r\n",
        "QUIT\r\n",
        "STARTTLS\r\n",
        "AUTH PLAIN AHgAeQ==\r\n",
        "AUTH LOGIN\r\n",
        "AUTH PLAIN\r\n",
        "*\r\n",
        "AHgAeQ==\r\n",
        "GET / HTTP/1.1\r\n",
        "\0\0\r\n",
        "\u00ff\r\n",
        "\r\n"
    };

    private static Set<String> documented() throws IOException {
        Set<String> replies = new HashSet<>();
        Matcher matcher = Pattern.compile("`(\\d{3})(?: (\\d\\.\\d{1,3}\\.\\d{1,3}))?`")
                .matcher(Files.readString(Path.of("docs/smtp.md")));
        while (matcher.find()) {
            replies.add(matcher.group(2) == null ? matcher.group(1) : matcher.group(1) + " " + matcher.group(2));
        }
        return replies;
    }

    private static byte[] dialogue(Random random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int pieces = 1 + random.nextInt(14);
        boolean decent = random.nextInt(3) > 0;
        if (decent) {
            String start = "EHLO client.example\r\nMAIL FROM:<bounce@sender.example>\r\nRCPT TO:<a@b.example>\r\n";
            out.writeBytes(start.getBytes(StandardCharsets.UTF_8));
        }
        for (int i = 0; i < pieces; i++) {
            byte[] piece = PIECES[random.nextInt(PIECES.length)].getBytes(StandardCharsets.UTF_8);
            switch (random.nextInt(12)) {
                case 0 -> out.write(piece, 0, random.nextInt(piece.length + 1));
                case 1 -> {
                    byte[] changed = piece.clone();
                    changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
                    out.writeBytes(changed);
                }
                case 2 -> {
                    int times = random.nextInt(random.nextInt(20) == 0 ? 3000 : 5);
                    for (int n = 0; n < times; n++) {
                        out.writeBytes(piece);
                    }
                }
                case 3 -> {
                    byte[] noise = new byte[random.nextInt(random.nextInt(20) == 0 ? 100_000 : 40)];
                    random.nextBytes(noise);
                    out.writeBytes(noise);
                }
                default -> out.writeBytes(piece);
            }
        }
        return out.toByteArray();
    }

    @Test
    void hostileDialoguesGetDocumentedRepliesAndLeaveNothingBehind() throws Exception {
        int dialogues = Integer.getInteger("tradewind.fuzz.smtp", 2000);
        long seed = Long.getLong("tradewind.fuzz.seed", 4711L);
        Set<String> documented = documented();
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
                byte[] dialogue = dialogue(random);
                octets += dialogue.length;
                String said = converse(server, dialogue, random);
                for (String line : said.split("\r\n", -1)) {
                    if (!line.isEmpty()) {
                        assertThat(documented)
                                .as("seed %d: reply '%s' is documented", seed + i, line)
                                .contains(status(line));
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

    private static String status(String line) {
        Matcher matcher = Pattern.compile("(\\d{3})[ -](?:(\\d\\.\\d{1,3}\\.\\d{1,3}) )?.*")
                .matcher(line);
        assertThat(matcher.matches()).as("reply line '%s'", line).isTrue();
        return matcher.group(2) == null ? matcher.group(1) : matcher.group(1) + " " + matcher.group(2);
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
