package dev.tradewind.soak;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Says many malformed things to the program, over sockets, from many clients at a time, and looks at whether it is afterwards as it was
 * before: alive, taking and sending mail, with no more threads, descriptors, objects of sessions, and memory beyond its caches.
 */
final class FuzzRun {
    private static final int CLIENTS = 12;
    private static final long MIB = 1 << 20;

    /** Live heap that may come in any case: what one collection finds and the next does not. */
    private static final long HEAP_SLACK = 8 * MIB;

    /**
     * Live heap that a dialogue may leave: its share of the caches of transmissions, compiled contents and shared data of mail that was
     * accepted. A dialogue whose buffers stayed behind would leave ten times as much.
     */
    private static final long HEAP_OF_A_DIALOGUE = 1 << 10;

    /** What those caches and the slack are bounded by, however many dialogues there were. */
    private static final long MOST_HEAP_GROWTH = (16 + 96 + 32 + 24) * MIB;

    /** Resident memory at its highest: the heap of {@link Subject}, and half as much for everything else. */
    private static final long MOST_RESIDENT = (1024 + 512) * MIB;

    /** One kind of client. A new one is made for each thread. */
    interface Client extends AutoCloseable {
        /** Says one malformed thing, the same for the same random numbers, and judges the answers. */
        void say(Random random, Findings findings) throws IOException, InterruptedException;

        @Override
        void close() throws IOException;
    }

    /** Makes clients. */
    @FunctionalInterface
    interface Clients {
        Client connect(Subject subject);
    }

    private FuzzRun() {}

    /** Runs. Returns what is wrong; prints what was seen. */
    static List<String> run(String name, Clients clients, Path directory, int count, long seed, PrintStream out)
            throws Exception {
        Findings findings = new Findings();
        Arrivals arrivals = new Arrivals();
        out.printf("soak %s: %d, seed %d%n%n", name, count, seed);
        try (CountingHost host = new CountingHost(0, arrivals);
                Subject subject = Subject.start(
                        directory,
                        directory.resolve("events.jsonl"),
                        host.port(),
                        "delivery.connections=5",
                        "smtp.submission.max_bad_commands=10")) {
            // The first tenth warms the program up: classes, caches and pools are there before it is measured.
            int warm = Math.max(500, count / 10);
            say(clients, subject, findings, 0, warm, seed);
            ProcessFigures before = settled(subject, host);
            out.println("after " + warm + ": " + before);
            long begin = System.nanoTime();
            say(clients, subject, findings, warm, count, seed);
            double seconds = (System.nanoTime() - begin) / 1e9;
            ProcessFigures after = settled(subject, host);
            out.println("after " + count + ": " + after);
            out.printf(
                    Locale.ROOT, "%.0f/s, %d mails arrived meanwhile%n", (count - warm) / seconds, arrivals.foreign());
            findings.require(
                    after.threads() <= before.threads() + 8, "threads: " + before.threads() + " -> " + after.threads());
            findings.require(
                    after.descriptors() <= before.descriptors() + 40,
                    "descriptors: " + before.descriptors() + " -> " + after.descriptors());
            long growth = Math.min(MOST_HEAP_GROWTH, HEAP_SLACK + (count - warm) * HEAP_OF_A_DIALOGUE);
            findings.require(
                    after.heapOctets() <= before.heapOctets() + growth,
                    "live heap: " + before.heapOctets() / MIB + " -> " + after.heapOctets() / MIB + " MiB, allowed "
                            + growth / MIB + " more");
            findings.require(
                    after.peakOctets() <= MOST_RESIDENT,
                    "resident memory: " + after.peakOctets() / MIB + " MiB, limit " + MOST_RESIDENT / MIB);
            findings.require(
                    after.sessions() <= before.sessions() + 20,
                    "objects of sessions: " + before.sessions() + " -> " + after.sessions());
            sendOne(subject, arrivals, findings);
            for (String line : subject.errors()) {
                findings.wrong("logged: " + line);
            }
            subject.terminate();
        }
        findings.counts("").forEach((what, times) -> out.printf("  %-50s %8d%n", what, times));
        out.println(findings.allWrong().isEmpty() ? "\nnothing is wrong" : "\nWRONG:");
        findings.allWrong().forEach(wrong -> out.println("  " + wrong));
        return findings.allWrong();
    }

    private static void say(Clients clients, Subject subject, Findings findings, int from, int to, long seed)
            throws InterruptedException {
        AtomicInteger next = new AtomicInteger(from);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            threads.add(Thread.ofPlatform().name("fuzz-" + i).daemon().start(() -> {
                try (Client client = clients.connect(subject)) {
                    for (int n = next.getAndIncrement(); n < to; n = next.getAndIncrement()) {
                        sayOne(client, n, seed, findings);
                    }
                } catch (IOException e) {
                    findings.wrong("client failed: " + e);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void sayOne(Client client, int number, long seed, Findings findings) throws InterruptedException {
        try {
            client.say(new Random(seed + number), findings);
        } catch (IOException | RuntimeException | AssertionError e) {
            String text = String.valueOf(e.getMessage()).strip();
            findings.wrong("number " + number + ": " + e.getClass().getSimpleName() + " "
                    + text.substring(0, Math.min(600, text.length())));
        }
    }

    /** The figures when all is delivered and connections have gone. */
    private static ProcessFigures settled(Subject subject, CountingHost host) throws IOException, InterruptedException {
        Queue.awaitQuiet(subject.awaitAddress().http(), 300);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (host.connections() > 0 && System.nanoTime() < deadline) {
            Pace.pause(TimeUnit.MILLISECONDS.toNanos(100));
        }
        Pace.pause(TimeUnit.SECONDS.toNanos(2));
        return subject.figures();
    }

    private static void sendOne(Subject subject, Arrivals arrivals, Findings findings)
            throws IOException, InterruptedException {
        String body =
                "{\"recipients\":[{\"address\":\"u0@d0.example\"}],\"content\":{\"from\":\"news@mx.tradewind.test\","
                        + "\"subject\":\"after all\",\"headers\":{\"X-Seq\":\"0-0\"},\"text\":\"still here\"}}";
        try (HttpWire wire = new HttpWire(subject.awaitAddress().http())) {
            int status = wire.exchange(
                            "POST",
                            RestClient.TRANSMISSIONS,
                            "",
                            body.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                    .status();
            findings.require(status == 200, "an honest mail afterwards is answered " + status);
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (arrivals.count(0) == 0 && System.nanoTime() < deadline) {
            Pace.pause(TimeUnit.MILLISECONDS.toNanos(20));
        }
        findings.require(arrivals.count(0) == 1, "an honest mail afterwards arrived " + arrivals.count(0) + " times");
    }
}
