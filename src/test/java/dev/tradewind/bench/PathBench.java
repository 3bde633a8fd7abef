package dev.tradewind.bench;

import dev.tradewind.bench.Round.Phase;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/**
 * {@code bench path}: the way of a message from submission to the receiving host, ours beside Postfix with OpenDKIM and Postfix alone.
 *
 * <p>All servers run from the beginning to the end and are given the same number of messages in turns, so that what else the machine does
 * meets all alike. Counted is the CPU time of the server's processes until they are quiet again; messages a second are from the first
 * injection to the last arrival. The first messages after the start are reported apart: a JVM needs some thousand to compile what it
 * runs, and whatever it still compiles later counts.
 */
@Command(
        name = "path",
        mixinStandardHelpOptions = true,
        description =
                "Injects mail by SMTP and REST, delivers it to a sink on loopback, and prints messages/s and CPU µs a"
                        + " message: Tradewind beside Postfix + OpenDKIM and Postfix alone (as root, where they are installed).",
        footer =
                "%nExit codes: 0 done, 1 a message was lost, duplicated or not signed, or a server failed, 2 wrong usage.")
final class PathBench implements Callable<Integer> {
    /** Who is measured. */
    enum Who {
        TRADEWIND,
        POSTFIX_OPENDKIM,
        POSTFIX
    }

    @Option(
            names = "--messages",
            defaultValue = "50000",
            description = "Messages for each server and phase. Default: 50000.")
    private int messages;

    @Option(names = "--rounds", defaultValue = "5", description = "Turns they are split into. Default: 5.")
    private int rounds;

    @Option(
            names = "--warm-up",
            defaultValue = "10000",
            description = "Messages for each server and phase before that, reported apart. Default: 10000.")
    private int warmUp;

    @Option(
            names = "--phases",
            split = ",",
            defaultValue = "SMTP,TLS,REST",
            description = "Of SMTP, TLS, REST. Default: all.")
    private List<Phase> phases = new ArrayList<>();

    @Option(
            names = "--servers",
            split = ",",
            description = "Of TRADEWIND, POSTFIX_OPENDKIM, POSTFIX. Default: those that can run here.")
    private List<Who> servers = new ArrayList<>();

    @Option(names = "--connections", defaultValue = "50", description = "SMTP connections at once. Default: 50.")
    private int connections;

    @Option(names = "--per-connection", defaultValue = "100", description = "Messages of one. Default: 100.")
    private int perConnection;

    @Option(names = "--bdat", description = "Submit with BDAT in place of DATA.")
    private boolean chunking;

    @Option(names = "--domains", defaultValue = "10", description = "Domains of the recipients. Default: 10.")
    private int domains;

    @Option(
            names = "--sync-delay",
            description = "Also measures each server with every sync made so much slower, such as 5ms (needs gcc).")
    private Optional<String> syncDelay = Optional.empty();

    @Option(
            names = "--postfix-tls-reuse",
            defaultValue = "true",
            arity = "1",
            description = "Whether Postfix uses a TLS connection for more than one message, which is not its default."
                    + " Default: true.")
    private boolean tlsReuse;

    @Option(names = "--profile", description = "Records what Tradewind spends its time on, and prints it by package.")
    private boolean profile;

    @Option(names = "--dir", description = "Where stores, queues and logs are; kept. Default: a temporary directory.")
    private Optional<Path> directory = Optional.empty();

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final Report report = new Report();

    @Override
    public Integer call() throws Exception {
        Path dir = directory.isPresent()
                ? Files.createDirectories(directory.get().toAbsolutePath())
                : Files.createTempDirectory("tradewind-bench");
        Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxr-xr-x")); // Postfix is another user
        try {
            RsaCost before = RsaCost.measure();
            double syncBefore = SlowSync.medianMicros(dir);
            run(dir);
            print(before, RsaCost.measure());
            out.println("A sync of this disk: " + Report.number(syncBefore) + " µs before, "
                    + Report.number(SlowSync.medianMicros(dir)) + " µs after the run (median).");
        } finally {
            if (directory.isEmpty()) {
                delete(dir);
            }
        }
        return report.faults() == 0 ? 0 : 1;
    }

    private void run(Path dir) throws IOException, InterruptedException {
        List<ServerUnderTest> running = new ArrayList<>();
        Thread hook = Thread.ofPlatform().unstarted(() -> stop(running));
        Runtime.getRuntime().addShutdownHook(hook);
        try (SinkProcess sink = SinkProcess.start(dir.resolve("sink"))) {
            start(dir, sink.port(), running);
            Field field = new Field(
                    sink,
                    new Field.Injection(
                            connections,
                            perConnection,
                            chunking,
                            domains,
                            Field.Injection.DEFAULT.restConnections(),
                            Field.Injection.DEFAULT.perTransmission()));
            for (Phase phase : phases) {
                field.offerTls(phase.tls());
                measure(field, phase, running);
            }
        } finally {
            Runtime.getRuntime().removeShutdownHook(hook);
            stop(running);
        }
    }

    private void measure(Field field, Phase phase, List<ServerUnderTest> running)
            throws IOException, InterruptedException {
        List<ServerUnderTest> able = running.stream()
                .filter(server -> phase != Phase.REST || server.rest().isPresent())
                .toList();
        if (warmUp > 0) {
            for (ServerUnderTest server : able) {
                report.addCold(told("first  ", field.round(server, phase, warmUp)));
            }
        }
        List<Profile> profiles = new ArrayList<>();
        if (profile) {
            for (ServerUnderTest server : able) {
                if (server instanceof TradewindUnderTest ours) {
                    profiles.add(Profile.start(ours.pid(), phase + ", " + ours.name()));
                }
            }
        }
        for (int round = 0; round < rounds; round++) {
            int count = messages * (round + 1) / rounds - messages * round / rounds;
            for (ServerUnderTest server : able) {
                report.add(told("round " + (round + 1), field.round(server, phase, count)));
            }
        }
        for (Profile one : profiles) {
            out.println(one.stop());
        }
    }

    private Round told(String which, Round round) {
        out.println(which + " " + round.phase() + " " + round.server() + ": "
                + Report.number(round.messagesPerSecond()) + " messages/s, CPU "
                + Report.number(round.cpuMicrosPerMessage()) + " µs/message"
                + (round.lost() + round.duplicated() + round.unsigned() > 0
                        ? "; LOST " + round.lost() + ", TWICE " + round.duplicated() + ", UNSIGNED " + round.unsigned()
                        : ""));
        return round;
    }

    private void start(Path dir, int sinkPort, List<ServerUnderTest> into) throws IOException, InterruptedException {
        List<Who> wanted = new ArrayList<>(servers);
        if (wanted.isEmpty()) {
            wanted.add(Who.TRADEWIND);
            if (PostfixUnderTest.isPossible()) {
                wanted.add(Who.POSTFIX_OPENDKIM);
                wanted.add(Who.POSTFIX);
            } else {
                out.println("Postfix and OpenDKIM are left out: they must be installed, and this be root. On Debian:"
                        + " apt-get install -y --no-install-recommends postfix opendkim opendkim-tools");
            }
        }
        for (Who who : wanted) {
            into.add(start(who, "", dir, sinkPort, null));
        }
        if (syncDelay.isPresent()) {
            Path library = SlowSync.compile(dir, delay(syncDelay.get()));
            for (Who who : wanted) {
                into.add(start(who, ", syncs " + syncDelay.get() + " slower", dir, sinkPort, library));
            }
        }
    }

    private ServerUnderTest start(Who who, String suffix, Path dir, int sinkPort, @Nullable Path preload)
            throws IOException, InterruptedException {
        Optional<Path> library = Optional.ofNullable(preload);
        Path own = dir.resolve(who.name().toLowerCase(java.util.Locale.ROOT) + (preload == null ? "" : "-slow"));
        return switch (who) {
            case TRADEWIND -> new TradewindUnderTest("Tradewind" + suffix, own, sinkPort, library);
            case POSTFIX_OPENDKIM ->
                new PostfixUnderTest(
                        Report.PEER + suffix, own, sinkPort, new PostfixUnderTest.Options(true, tlsReuse, library));
            case POSTFIX ->
                new PostfixUnderTest(
                        "Postfix alone" + suffix,
                        own,
                        sinkPort,
                        new PostfixUnderTest.Options(false, tlsReuse, library));
        };
    }

    private static Duration delay(String text) {
        if (!text.matches("[0-9]{1,4}ms")) {
            throw new IllegalArgumentException("--sync-delay " + text + ": write milliseconds, such as 5ms");
        }
        return Duration.ofMillis(Long.parseLong(text.substring(0, text.length() - 2)));
    }

    private static void stop(List<ServerUnderTest> running) {
        for (ServerUnderTest server : running) {
            try {
                server.stop();
            } catch (IOException e) {
                System.err.println("bench: stopping " + server.name() + ": " + e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        running.clear();
    }

    private void print(RsaCost before, RsaCost after) {
        out.println();
        out.println(report.allRounds());
        out.println(report.table());
        out.println("Bare RSA-2048 signature: " + before.library() + " " + Report.number(before.micros())
                + " µs before, "
                + Report.number(after.micros()) + " µs after the run; openssl speed "
                + Report.number(before.opensslMicros()) + " and " + Report.number(after.opensslMicros()) + " µs.");
        out.println(messages + " messages for each server and phase in " + rounds + " rounds, medians of them; "
                + connections + " connections, " + (chunking ? "BDAT" : "DATA") + ", " + perConnection
                + " messages each; Postfix " + (tlsReuse ? "reuses" : "does not reuse") + " TLS connections; "
                + Runtime.getRuntime().availableProcessors() + " processors.");
    }

    static void delete(Path dir) throws IOException {
        try (Stream<Path> files = Files.walk(dir)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
