package dev.tradewind.bench;

import dev.tradewind.bench.Field.Injection;
import dev.tradewind.bench.Round.Phase;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code ./tradewind bench path} in small: nothing may be lost, come twice or go unsigned. The figures of so few messages and a cold JVM say
 * nothing about speed; they are printed, not judged.
 */
@Timeout(300)
class BenchPathTest {
    private static final int MESSAGES = 300;
    private static final Injection SMALL = new Injection(10, 25, false, 10, 2, 100);

    @TempDir
    private Path directory = Path.of("");

    @Test
    void tradewindDeliversAllItTook() throws IOException, InterruptedException {
        try (SinkProcess sink = SinkProcess.start(directory.resolve("sink"))) {
            ServerUnderTest ours =
                    new TradewindUnderTest("Tradewind", directory.resolve("ours"), sink.port(), Optional.empty());
            try {
                Field field = new Field(sink, SMALL);
                for (Phase phase : Phase.values()) {
                    field.offerTls(phase.tls());
                    check(field.round(ours, phase, MESSAGES));
                }
            } finally {
                ours.stop();
            }
        }
    }

    @Test
    void tradewindDeliversAllItTookWhenSyncsAreSlow() throws IOException, InterruptedException {
        Path library = SlowSync.compile(directory, java.time.Duration.ofMillis(5));
        try (SinkProcess sink = SinkProcess.start(directory.resolve("sink"))) {
            ServerUnderTest ours = new TradewindUnderTest(
                    "Tradewind, syncs 5 ms slower", directory.resolve("ours"), sink.port(), Optional.of(library));
            try {
                check(new Field(sink, new Injection(10, 25, true, 10, 2, 100)).round(ours, Phase.SMTP, MESSAGES));
            } finally {
                ours.stop();
            }
        }
    }

    @Test
    @Tag("needs-postfix")
    @Tag("needs-opendkim")
    @Tag("needs-root")
    void theSameBenchMeasuresPostfixWithOpenDkim() throws IOException, InterruptedException {
        // Not below the directory of the tests: Postfix is another user, who may not enter there.
        Path open = Files.createTempDirectory("tradewind-bench-test");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (SinkProcess sink = SinkProcess.start(directory.resolve("sink"))) {
            ServerUnderTest postfix = new PostfixUnderTest(
                    Report.PEER, open, sink.port(), new PostfixUnderTest.Options(true, true, Optional.empty()));
            try {
                Field field = new Field(sink, SMALL);
                for (Phase phase : new Phase[] {Phase.SMTP, Phase.TLS}) {
                    field.offerTls(phase.tls());
                    check(field.round(postfix, phase, MESSAGES));
                }
            } finally {
                postfix.stop();
            }
        } finally {
            PathBench.delete(open);
        }
    }

    private static void check(Round round) {
        System.out.println(
                "bench path, " + MESSAGES + " messages, cold: " + round.phase().text() + ", " + round.server()
                        + ": " + Report.number(round.messagesPerSecond()) + " messages/s, CPU "
                        + Report.number(round.cpuMicrosPerMessage()) + " µs/message");
        assertThat(round.lost()).as("lost").isZero();
        assertThat(round.duplicated()).as("duplicated").isZero();
        assertThat(round.unsigned()).as("unsigned").isZero();
    }
}
