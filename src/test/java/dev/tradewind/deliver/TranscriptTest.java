package dev.tradewind.deliver;

import dev.tradewind.classify.Cause;
import dev.tradewind.fixture.ScriptedHost;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Replays the transcripts in {@code src/test/transcripts/client} against the real dialer and session over loopback. A file is
 *
 * <pre>
 * # comment
 * to: one@dst.example, two@dst.example     header: from, to, size (octets of text), flags (eightbit, smtputf8), messages
 * S: 220 mx.test                           the host says a line
 * C: EHLO client.test                      the client must say a line
 * C! content                               the client must send the content: so many octets behind BDAT, else dot-stuffed and with a dot
 * C! hang-up                               the client must hang up
 * S! close | reset | stall                 the host hangs up, breaks the connection or says nothing more
 * S! accept                                the next connection
 * = Delivered 250 ok                       results, one a recipient and message; a star at the end stands for any text
 * = usable | unusable                      whether the session can be used after that message
 * </pre>
 */
class TranscriptTest {
    private static final DeliverSettings SETTINGS = new DeliverSettings(
            Duration.ofMillis(500),
            Duration.ofMillis(300),
            Duration.ofMillis(300),
            Duration.ofSeconds(5),
            Duration.ofMillis(300),
            Duration.ofMillis(300),
            Duration.ofMillis(300),
            Duration.ofSeconds(3),
            Duration.ofMillis(300),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            5,
            DeliverSettings.DEFAULT.flight(),
            Optional.empty());

    @TestFactory
    Stream<DynamicTest> transcripts() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(Path.of("src/test/transcripts/client"))) {
            files = all.filter(file -> file.toString().endsWith(".txt"))
                    .sorted()
                    .toList();
        }
        assertThat(files).isNotEmpty();
        return files.stream()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> new Replay(file).run()));
    }

    private static final class Replay {
        private final Map<String, String> header = new HashMap<>();
        private final List<List<String>> connections = new ArrayList<>(List.of(new ArrayList<>()));
        private final List<String> expected = new ArrayList<>();
        private final TestMessage message;

        Replay(Path file) throws IOException {
            for (String line : Files.readAllLines(file)) {
                if (line.startsWith("= ")) {
                    expected.add(line.substring(2));
                } else if (line.equals("S! accept")) {
                    connections.add(new ArrayList<>());
                } else if (line.startsWith("S") || line.startsWith("C")) {
                    connections.getLast().add(line);
                } else if (!line.isBlank() && !line.startsWith("#")) {
                    int colon = line.indexOf(": ");
                    header.put(
                            line.substring(0, colon), line.substring(colon + 2).strip());
                }
            }
            String flags = header.getOrDefault("flags", "");
            message = TestMessage.of(
                    header.getOrDefault("from", "a@src.example"),
                    Arrays.asList(header.getOrDefault("to", "b@dst.example").split(", *", -1)),
                    TestMessage.text(Integer.parseInt(header.getOrDefault("size", "100"))),
                    flags.contains("eightbit"),
                    flags.contains("smtputf8"));
        }

        void run() throws IOException {
            ScriptedHost.Script[] scripts = connections.stream()
                    .map(lines -> (ScriptedHost.Script) peer -> play(lines, peer))
                    .toArray(ScriptedHost.Script[]::new);
            List<String> results = new ArrayList<>();
            try (ScriptedHost host = ScriptedHost.start(scripts);
                    SmtpDialer dialer = new SmtpDialer(SETTINGS, System::nanoTime)) {
                switch (dialer.dial(host.route(), new Dialer.Source("default", "", "client.test"))) {
                    case Dialer.Dialed.Connected(HopSession session) -> {
                        try (session) {
                            int messages = Integer.parseInt(header.getOrDefault("messages", "1"));
                            for (int i = 0; i < messages; i++) {
                                session.transact(message).forEach(result -> results.add(text(result)));
                                if (i == messages - 1) {
                                    results.add(session.isUsable() ? "usable" : "unusable");
                                }
                            }
                        }
                    }
                    case Dialer.Dialed.NotConnected(var _, AttemptResult result) ->
                        results.add("NotConnected " + text(result));
                }
                host.verify();
            }
            assertThat(results).hasSameSizeAs(expected);
            for (int i = 0; i < expected.size(); i++) {
                String wanted = expected.get(i);
                if (wanted.endsWith("*")) {
                    assertThat(results.get(i)).startsWith(wanted.substring(0, wanted.length() - 1));
                } else {
                    assertThat(results.get(i)).isEqualTo(wanted);
                }
            }
        }

        private void play(List<String> lines, ScriptedHost.Peer peer) throws IOException {
            int chunk = -1;
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                String rest = line.substring(3);
                switch (line.substring(0, 3)) {
                    case "S: " -> {
                        // Lines beside each other leave in one packet.
                        List<String> together = new ArrayList<>(List.of(rest));
                        while (i + 1 < lines.size() && lines.get(i + 1).startsWith("S: ")) {
                            together.add(lines.get(++i).substring(3));
                        }
                        peer.say(together.toArray(String[]::new));
                    }
                    case "C: " -> {
                        peer.expect(rest.replace("$SIZE", Integer.toString(message.wire().length)));
                        chunk = rest.startsWith("BDAT") ? message.wire().length : -1;
                    }
                    case "C! " -> {
                        switch (rest) {
                            case "content" -> content(peer, chunk);
                            case "hang-up" -> peer.awaitHangUp();
                            default -> throw new AssertionError(line);
                        }
                    }
                    case "S! " -> {
                        switch (rest) {
                            case "close" -> {
                                return;
                            }
                            case "reset" -> {
                                peer.reset();
                                return;
                            }
                            case "stall" -> peer.stall();
                            default -> throw new AssertionError(line);
                        }
                    }
                    default -> throw new AssertionError(line);
                }
            }
        }

        private void content(ScriptedHost.Peer peer, int chunk) throws IOException {
            if (chunk >= 0) {
                assertThat(peer.octets(chunk)).isEqualTo(message.wire());
            } else {
                String stuffed = new String(peer.stuffedData(), StandardCharsets.UTF_8);
                assertThat(("\r\n" + stuffed).replace("\r\n..", "\r\n.").substring(2))
                        .isEqualTo(new String(message.wire(), StandardCharsets.UTF_8));
            }
        }

        private static String text(AttemptResult result) {
            return switch (result) {
                case AttemptResult.Delivered(var reply) -> "Delivered " + reply.inOneLine();
                case AttemptResult.Deferred(Cause cause, var scope) ->
                    "Deferred " + scope + " " + cause.phase() + " " + cause.inOneLine();
                case AttemptResult.Failed(Cause cause) -> "Failed " + cause.phase() + " " + cause.inOneLine();
                case AttemptResult.Unknown(String _) -> "Unknown";
            };
        }
    }
}
