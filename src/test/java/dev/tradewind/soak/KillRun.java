package dev.tradewind.soak;

import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Kills the program with SIGKILL at random moments under load, starts it again each time, and holds what was promised against what
 * arrived and against the events (invariants 1 to 3).
 */
final class KillRun {
    /** Outcomes are durable within this (invariant 2). */
    private static final long OUTCOME_WINDOW = TimeUnit.MILLISECONDS.toNanos(20);

    /**
     * How large.
     *
     * @param kills     how many
     * @param perSecond messages offered
     * @param least     shortest time from ready to the next kill
     * @param most      longest
     */
    record Size(int kills, double perSecond, Duration least, Duration most) {
        static final Size FULL = new Size(20, 600, Duration.ofSeconds(2), Duration.ofSeconds(12));
        static final Size CI = new Size(2, 600, Duration.ofSeconds(2), Duration.ofSeconds(5));
    }

    /** One kill and what followed. */
    private record Kill(
            double uptime,
            int connections,
            int inWindow,
            double ready,
            double firstDelivery,
            long arrived,
            int bound) {}

    private KillRun() {}

    /** Runs. Returns what is wrong; prints what was seen. */
    static List<String> run(Path directory, Size size, long seed, PrintStream out) throws Exception {
        Findings findings = new Findings();
        Promises promises = new Promises();
        Arrivals arrivals = new Arrivals();
        Random random = new Random(seed);
        List<Kill> kills = new ArrayList<>();
        Instant began = Instant.now();
        try (CountingHost host = new CountingHost(0, arrivals);
                Subject subject = Subject.start(
                        directory, directory.resolve("events.jsonl"), host.port(), "events.log_rotate_size=16MiB")) {
            long begin = System.nanoTime();
            Load load = new Load(subject, promises, findings, size.perSecond(), 0, 0, seed);
            for (int i = 0; i < size.kills(); i++) {
                long arrivedBefore = arrivals.total();
                long up = System.nanoTime();
                long span = size.most().minus(size.least()).toMillis();
                Pace.pause(size.least().plusMillis(random.nextLong(span)).toNanos());
                double uptime = seconds(up);
                noteErrors(subject, findings);
                int connections = host.connections();
                long killed = System.nanoTime();
                subject.kill();
                while (host.connections() > 0) {
                    Pace.pause(1_000_000);
                }
                long arrived = arrivals.total() - arrivedBefore;
                int inWindow = arrivals.endLife(OUTCOME_WINDOW);
                subject.restart();
                double ready = seconds(killed);
                long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
                while (arrivals.firstOfLife() == 0 && System.nanoTime() < deadline) {
                    Pace.pause(2_000_000);
                }
                findings.require(arrivals.firstOfLife() != 0, "no delivery within 60 s of restart " + (i + 1));
                double first = (arrivals.firstOfLife() - killed) / 1e9;
                kills.add(new Kill(uptime, connections, inWindow, ready, first, arrived, 2 * connections + inWindow));
            }
            Pace.pause(size.least().toNanos());
            load.stop();
            double loaded = seconds(begin);
            Delivered.await(promises, arrivals, 60);
            InetSocketAddress api = subject.awaitAddress().http();
            Queue.awaitQuiet(api, 60);
            double all = seconds(begin);
            noteErrors(subject, findings);
            Delivered.check(promises, arrivals, findings);
            List<EventAudit.Seen> events = EventAudit.fromApi(api, began);
            EventAudit.check("events API", events, promises, findings);
            subject.terminate();
            List<EventAudit.Seen> log = EventAudit.fromLog(subject.eventLog());
            EventAudit.check("events.log", log, promises, findings);
            EventAudit.compare(events, log, findings);
            print(out, seed, size, promises, arrivals, findings, kills, loaded, all);
        }
        return findings.allWrong();
    }

    private static void noteErrors(Subject subject, Findings findings) {
        for (String line : subject.errors()) {
            findings.wrong("logged: " + line);
        }
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    private static void print(
            PrintStream out,
            long seed,
            Size size,
            Promises promises,
            Arrivals arrivals,
            Findings findings,
            List<Kill> kills,
            double loaded,
            double all) {
        out.printf(
                Locale.ROOT,
                "soak kill: %d kills, %.0f messages/s offered, seed %d%n%n",
                size.kills(),
                size.perSecond(),
                seed);
        out.println(
                " kill  up s  arrived  rate/s  connections  in 20 ms  bound  duplicates  serves after s  delivers after s");
        List<Integer> duplicates = arrivals.duplicatesOfKill();
        int sum = 0;
        int bound = 0;
        for (int i = 0; i < kills.size(); i++) {
            Kill kill = kills.get(i);
            sum += duplicates.get(i);
            bound += kill.bound();
            out.printf(
                    Locale.ROOT,
                    " %4d %5.1f %8d %7.0f %12d %9d %6d %11d %15.2f %17.2f%n",
                    i + 1,
                    kill.uptime(),
                    kill.arrived(),
                    kill.arrived() / kill.uptime(),
                    kill.connections(),
                    kill.inWindow(),
                    kill.bound(),
                    duplicates.get(i),
                    kill.ready(),
                    kill.firstDelivery());
            findings.require(
                    duplicates.get(i) <= kill.bound(),
                    duplicates.get(i) + " duplicates for kill " + (i + 1) + ", bound " + kill.bound());
        }
        out.printf(
                Locale.ROOT,
                "%nsent        %8d in %.0f s (%.0f/s, downtime counted)%n",
                promises.taken(),
                loaded,
                promises.taken() / loaded);
        out.printf("accepted    %8d%n", promises.count(Promises.Promise.ACCEPTED));
        out.printf("refused     %8d (broken off before its end)%n", promises.count(Promises.Promise.REFUSED));
        out.printf("unknown     %8d (answer lost, by SMTP)%n", promises.count(Promises.Promise.UNKNOWN));
        out.printf(Locale.ROOT, "delivered   %8d, the last after %.0f s%n", arrivals.unique(), all);
        out.printf("duplicates  %8d of at most %d%n", sum, bound);
        findings.counts("").forEach((name, count) -> out.printf("  %-50s %8d%n", name, count));
        out.println(findings.allWrong().isEmpty() ? "\nnothing is wrong" : "\nWRONG:");
        findings.allWrong().forEach(wrong -> out.println("  " + wrong));
    }
}
