package dev.tradewind.soak;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** {@code ./tradewind soak NAME}: an acceptance run at full size. The same runs, smaller, are tests. */
@Command(
        name = "tradewind soak",
        mixinStandardHelpOptions = true,
        description =
                "Acceptance runs at full size, against the program as a process of its own. Exit codes: 0 nothing is"
                        + " wrong, 1 something is (printed last), 2 bad arguments.")
public final class Soak implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    private Soak() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Soak()).execute(args));
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(System.out);
        return 2;
    }

    /** Runs in a directory of its own, which goes away afterwards. */
    @FunctionalInterface
    interface Run {
        /** Returns what is wrong. */
        List<String> in(Path directory, PrintStream out) throws Exception;
    }

    private static int run(Run run) throws Exception {
        Path directory = Files.createTempDirectory("tradewind-soak");
        try {
            return run.in(directory, System.out).isEmpty() ? 0 : 1;
        } finally {
            delete(directory);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            all.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Names the runs.")
    int list() {
        for (String name : spec.subcommands().keySet()) {
            if (!name.equals("list")) {
                System.out.printf(
                        "%-10s %s%n",
                        name,
                        spec.subcommands()
                                .get(name)
                                .getCommandSpec()
                                .usageMessage()
                                .description()[0]);
            }
        }
        return 0;
    }

    @Command(
            name = "kill",
            mixinStandardHelpOptions = true,
            description =
                    "SIGKILL at random moments under load: nothing lost, duplicates within bounds, one final event each.")
    int kill(
            @Option(names = "--kills", defaultValue = "20", description = "How many. Default: 20.") int kills,
            @Option(names = "--rate", defaultValue = "600", description = "Messages/s offered. Default: 600.")
                    double rate,
            @Option(names = "--seed", defaultValue = "1", description = "Of all that is random here.") long seed)
            throws Exception {
        KillRun.Size full = KillRun.Size.FULL;
        KillRun.Size size = new KillRun.Size(kills, rate, full.least(), full.most());
        return run((directory, out) -> KillRun.run(directory, size, seed, out));
    }

    @Command(
            name = "stop",
            mixinStandardHelpOptions = true,
            description =
                    "SIGTERM at random moments under load: it drains and says so, exit 0, nothing lost, nothing twice.")
    int stop(
            @Option(names = "--stops", defaultValue = "10", description = "How many. Default: 10.") int stops,
            @Option(names = "--rate", defaultValue = "300", description = "Messages/s offered. Default: 300.")
                    double rate,
            @Option(names = "--seed", defaultValue = "1", description = "Of all that is random here.") long seed)
            throws Exception {
        StopRun.Size full = StopRun.Size.FULL;
        StopRun.Size size = new StopRun.Size(stops, rate, full.least(), full.most());
        return run((directory, out) -> StopRun.run(directory, size, seed, out));
    }

    @Command(
            name = "disk-full",
            mixinStandardHelpOptions = true,
            description =
                    "A disk that fills up to the last page and gets room again: nothing lost, no restart. Needs root.")
    int diskFull(@Option(names = "--seed", defaultValue = "1", description = "Of all that is random here.") long seed)
            throws Exception {
        return run((directory, out) -> DiskFullRun.run(directory, DiskFullRun.Size.FULL, seed, out));
    }

    @Command(
            name = "fuzz-smtp",
            mixinStandardHelpOptions = true,
            description = "Malformed SMTP dialogues: documented replies only, and nothing is left of them.")
    int fuzzSmtp(
            @Option(names = "--count", defaultValue = "100000", description = "How many. Default: 100000.") int count,
            @Option(names = "--seed", defaultValue = "1", description = "Of the first one.") long seed)
            throws Exception {
        return run((directory, out) -> FuzzRun.run("fuzz-smtp", SmtpFuzzClient::new, directory, count, seed, out));
    }

    @Command(
            name = "fuzz-api",
            mixinStandardHelpOptions = true,
            description = "Malformed API requests: documented answers only, no 5xx, and nothing is left of them.")
    int fuzzApi(
            @Option(names = "--count", defaultValue = "100000", description = "How many. Default: 100000.") int count,
            @Option(names = "--seed", defaultValue = "1", description = "Of the first one.") long seed)
            throws Exception {
        return run((directory, out) -> FuzzRun.run("fuzz-api", ApiFuzzClient::new, directory, count, seed, out));
    }

    @Command(
            name = "pending",
            mixinStandardHelpOptions = true,
            description =
                    "Opens a store with a large backlog: how soon it delivers, and what that costs in memory and disk.")
    int pending(
            @Option(names = "--messages", defaultValue = "1000000", description = "How many. Default: 1000000.")
                    int messages)
            throws Exception {
        return run((directory, out) -> PendingRun.run(directory, messages, out));
    }
}
