package dev.tradewind.soak;

import dev.tradewind.api.Reply;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * Stops the program with SIGTERM at random moments under load and starts it again each time: it drains, says so, ends with 0, and nothing
 * is lost and nothing sent twice.
 */
final class StopRun {
    /**
     * How large.
     *
     * @param stops     how many
     * @param perSecond messages offered
     * @param least     shortest time from ready to the next stop
     * @param most      longest
     */
    record Size(int stops, double perSecond, Duration least, Duration most) {
        static final Size FULL = new Size(10, 300, Duration.ofSeconds(3), Duration.ofSeconds(12));
        static final Size CI = new Size(1, 300, Duration.ofSeconds(3), Duration.ofSeconds(5));
    }

    private StopRun() {}

    /** Runs. Returns what is wrong; prints what was seen. */
    static List<String> run(Path directory, Size size, long seed, PrintStream out) throws Exception {
        Findings findings = new Findings();
        Promises promises = new Promises();
        Arrivals arrivals = new Arrivals();
        Random random = new Random(seed);
        Instant began = Instant.now();
        out.printf(
                Locale.ROOT,
                "soak stop: %d stops, %.0f messages/s offered, seed %d%n%n",
                size.stops(),
                size.perSecond(),
                seed);
        out.println(" stop  up s  arrived  connections  drained s  serves after s");
        try (CountingHost host = new CountingHost(0, arrivals);
                Subject subject = Subject.start(directory, directory.resolve("events.jsonl"), host.port())) {
            Load load = new Load(subject, promises, findings, size.perSecond(), 0, 0, seed);
            for (int i = 0; i < size.stops(); i++) {
                long arrivedBefore = arrivals.total();
                long up = System.nanoTime();
                long span = size.most().minus(size.least()).toMillis();
                Pace.pause(size.least().plusMillis(random.nextLong(span)).toNanos());
                noteErrors(subject, findings);
                double uptime = seconds(up);
                int connections = host.connections();
                long asked = System.nanoTime();
                stop(subject, findings);
                double drained = seconds(asked);
                noteErrors(subject, findings);
                arrivals.endLife(0);
                double serves = subject.restart().toNanos() / 1e9;
                out.printf(
                        Locale.ROOT,
                        " %4d %5.1f %8d %12d %10.2f %15.2f%n",
                        i + 1,
                        uptime,
                        arrivals.total() - arrivedBefore,
                        connections,
                        drained,
                        serves);
            }
            Pace.pause(size.least().toNanos());
            load.stop();
            Delivered.await(promises, arrivals, 60);
            InetSocketAddress api = subject.awaitAddress().http();
            Queue.awaitQuiet(api, 60);
            noteErrors(subject, findings);
            Delivered.check(promises, arrivals, findings);
            List<EventAudit.Seen> events = EventAudit.fromApi(api, began);
            EventAudit.check("events API", events, promises, findings);
            subject.terminate();
            List<EventAudit.Seen> log = EventAudit.fromLog(subject.eventLog());
            EventAudit.check("events.log", log, promises, findings);
            EventAudit.compare(events, log, findings);
        }
        List<Integer> duplicates = arrivals.duplicatesOfKill();
        for (int i = 0; i < duplicates.size(); i++) {
            findings.require(duplicates.get(i) == 0, duplicates.get(i) + " second copies after stop " + (i + 1));
        }
        print(out, promises, arrivals, findings);
        return findings.allWrong();
    }

    /** SIGTERM; {@code /health/ready} must say so to who has been asking all the time. */
    private static void stop(Subject subject, Findings findings)
            throws IOException, InterruptedException, ExecutionException {
        boolean said = false;
        try (HttpWire asking = new HttpWire(subject.awaitAddress().http())) {
            Reply before = ready(asking);
            findings.require(before.status() == 200, "not ready before its stop: " + before);
            FutureTask<Boolean> stopping = new FutureTask<>(() -> {
                subject.terminate(); // must exit with 0
                return true;
            });
            Thread.ofVirtual().name("stop").start(stopping);
            try {
                while (!stopping.isDone()) {
                    Reply reply = ready(asking);
                    said |= reply.status() == 503 && reply.text().contains("shutting down");
                    Pace.pause(TimeUnit.MILLISECONDS.toNanos(5));
                }
            } catch (IOException closed) {
                findings.count("health: connection closed at the end of a stop");
            }
            stopping.get();
        }
        findings.require(said, "/health/ready did not say 503 while draining");
    }

    private static Reply ready(HttpWire wire) throws IOException {
        return wire.exchange("GET", "/health/ready", "", new byte[0]);
    }

    private static void noteErrors(Subject subject, Findings findings) {
        for (String line : subject.errors()) {
            findings.wrong("logged: " + line);
        }
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    private static void print(PrintStream out, Promises promises, Arrivals arrivals, Findings findings) {
        out.printf("%nsent        %8d%n", promises.taken());
        out.printf("accepted    %8d%n", promises.count(Promises.Promise.ACCEPTED));
        out.printf(
                "refused     %8d (\"later\", or broken off before its end)%n",
                promises.count(Promises.Promise.REFUSED));
        out.printf("unknown     %8d (answer lost, by SMTP)%n", promises.count(Promises.Promise.UNKNOWN));
        out.printf("delivered   %8d%n", arrivals.unique());
        findings.counts("").forEach((name, count) -> out.printf("  %-50s %8d%n", name, count));
        out.println(findings.allWrong().isEmpty() ? "\nnothing is wrong" : "\nWRONG:");
        findings.allWrong().forEach(wrong -> out.println("  " + wrong));
    }
}
