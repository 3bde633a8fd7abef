package dev.tradewind.soak;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Fills the disk of the data directory (a tmpfs, which only root may mount): first the mail does, until the front door closes by itself;
 * then a file that takes all the rest, so that even outcomes cannot be written; then there is room again (invariant 7).
 */
final class DiskFullRun {
    private static final int MEGABYTE = 1 << 20;

    /**
     * How large.
     *
     * @param disk      MiB of the disk
     * @param lowWater  MiB of {@code spool.low_water}; the reserve is a quarter of it
     * @param perSecond messages offered
     * @param full      seconds for which nothing can be written
     */
    record Size(int disk, int lowWater, double perSecond, int full) {
        static final Size FULL = new Size(256, 64, 500, 15);
        static final Size CI = new Size(128, 32, 300, 3);
    }

    private final Path disk;
    private final PrintStream out;
    private final long begin = System.nanoTime();
    private final Findings findings = new Findings();
    private final Promises promises = new Promises();
    private final Arrivals arrivals = new Arrivals();

    private DiskFullRun(Path disk, PrintStream out) {
        this.disk = disk;
        this.out = out;
    }

    /** Runs. Returns what is wrong; prints what was seen. */
    static List<String> run(Path directory, Size size, long seed, PrintStream out) throws Exception {
        Path disk = Files.createDirectory(directory.resolve("disk"));
        command("mount", "-t", "tmpfs", "-o", "size=" + size.disk() + "m", "tmpfs", disk.toString());
        try {
            DiskFullRun run = new DiskFullRun(disk, out);
            run.run(directory.resolve("events.jsonl"), size, seed);
            return run.findings.allWrong();
        } finally {
            command("umount", disk.toString());
        }
    }

    private static void command(String... words) throws IOException, InterruptedException {
        if (new ProcessBuilder(words).inheritIO().start().waitFor() != 0) {
            throw new IOException(String.join(" ", words) + " failed; this run needs root");
        }
    }

    private void run(Path eventLog, Size size, long seed) throws Exception {
        out.printf("soak disk-full: disk of %d MiB, low water %d MiB, seed %d%n%n", size.disk(), size.lowWater(), seed);
        Instant began = Instant.now();
        Path ballast = disk.resolve("ballast");
        fill(ballast, (long) size.disk() * MEGABYTE * 3 / 4);
        try (CountingHost host = new CountingHost(0, arrivals);
                Subject subject = Subject.start(
                        disk,
                        eventLog,
                        host.port(),
                        "spool.low_water=" + size.lowWater() + "MiB",
                        "spool.reserve=" + size.lowWater() / 4 + "MiB",
                        "spool.write_buffers=8MiB",
                        "spool.max_wal=8MiB",
                        "spool.cache=32MiB")) {
            InetSocketAddress api = subject.awaitAddress().http();
            long pause = TimeUnit.MILLISECONDS.toNanos(200);
            Load load = new Load(subject, promises, findings, size.perSecond(), 20_000, pause, seed);
            while (usable() > (size.lowWater() + size.lowWater() / 4) * (long) MEGABYTE) {
                Pace.pause(TimeUnit.MILLISECONDS.toNanos(20));
            }
            host.holdReplies(true);
            say("mail has filled the disk nearly up to the mark");
            Queue.awaitReady(api, 503, "disk", 120);
            say("the front door is closed, /health/ready says so");
            awaitRefusals();
            say("transmissions are answered 503 with Retry-After, submission 452 4.3.1");

            Path filler = disk.resolve("filler");
            Thread filling = Thread.ofPlatform().daemon().start(() -> keepFull(filler));
            while (usable() > 0) {
                Pace.pause(TimeUnit.MILLISECONDS.toNanos(5));
            }
            say("another file has taken the rest");
            int held = host.heldReplies();
            findings.require(held > 0, "no delivery was in flight when the disk became full");
            host.holdReplies(false);
            say(held + " deliveries in flight get their replies");
            Queue.awaitReady(api, 503, "cannot write", 60);
            say("nothing can be written any more, /health/ready says so");
            Pace.pause(TimeUnit.SECONDS.toNanos(1));
            long arrived = arrivals.total();
            long accepted = promises.count(Promises.Promise.ACCEPTED);
            Pace.pause(TimeUnit.SECONDS.toNanos(size.full()));
            findings.require(
                    promises.count(Promises.Promise.ACCEPTED) == accepted,
                    "mail was accepted while nothing could be written");
            findings.require(Queue.health(api, "live").status() == 200, "/health/live is not 200 on a full disk");
            say(arrivals.total() - arrived + " deliveries in " + size.full() + " s without a disk");

            filling.interrupt();
            filling.join();
            Files.delete(filler);
            Files.delete(ballast);
            long back = Queue.awaitReady(api, 200, "", 60);
            say("ready " + back + " ms after there was room again");
            long before = promises.count(Promises.Promise.ACCEPTED);
            Pace.pause(TimeUnit.SECONDS.toNanos(3));
            findings.require(
                    promises.count(Promises.Promise.ACCEPTED) > before, "no mail is accepted though there is room");
            load.stop();
            Delivered.await(promises, arrivals, 60);
            Queue.awaitQuiet(api, 60);
            say("all is delivered");
            findings.require(subject.isAlive(), "the process has died");
            Delivered.check(promises, arrivals, findings);
            List<EventAudit.Seen> events = EventAudit.fromApi(api, began);
            EventAudit.check("events API", events, promises, findings);
            subject.terminate();
            List<EventAudit.Seen> log = EventAudit.fromLog(subject.eventLog());
            EventAudit.check("events.log", log, promises, findings);
            EventAudit.compare(events, log, findings);
        }
        print();
    }

    private long usable() throws IOException {
        return Files.getFileStore(disk).getUsableSpace();
    }

    private void fill(Path file, long leave) throws IOException {
        byte[] piece = new byte[1 << 16];
        new Random(1).nextBytes(piece);
        try (OutputStream ballast = Files.newOutputStream(file)) {
            while (usable() > leave) {
                ballast.write(piece);
            }
        }
    }

    /** Takes whatever is free or becomes free, to the last page. */
    private void keepFull(Path file) {
        byte[] large = new byte[MEGABYTE];
        byte[] page = new byte[4096];
        try {
            while (!Thread.currentThread().isInterrupted()) {
                try (OutputStream filler =
                        Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                    for (long usable = usable(); usable > 0; usable = usable()) {
                        filler.write(usable > large.length ? large : page);
                    }
                } catch (IOException e) {
                    findings.count("filler: met the end of the disk");
                }
                Pace.pause(TimeUnit.MILLISECONDS.toNanos(5));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitRefusals() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (findings.counted("rest: 503 1500") < 5 || findings.counted("smtp: 452 4.3.1") < 5) {
            if (System.nanoTime() > deadline) {
                findings.wrong("the front door does not refuse: " + findings.counts(""));
                return;
            }
            Pace.pause(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    private void say(String what) throws IOException {
        out.printf(
                Locale.ROOT,
                "%6.1f s  %4d MiB free  accepted %7d  refused %6d  arrived %7d  %s%n",
                (System.nanoTime() - begin) / 1e9,
                usable() / MEGABYTE,
                promises.count(Promises.Promise.ACCEPTED),
                promises.count(Promises.Promise.REFUSED),
                arrivals.total(),
                what);
    }

    private void print() {
        out.printf("%naccepted    %8d%n", promises.count(Promises.Promise.ACCEPTED));
        out.printf("refused     %8d%n", promises.count(Promises.Promise.REFUSED));
        out.printf("unknown     %8d%n", promises.count(Promises.Promise.UNKNOWN));
        out.printf("delivered   %8d%n", arrivals.unique());
        out.printf("duplicates  %8d%n", arrivals.duplicatesWithoutKill());
        findings.counts("").forEach((name, count) -> out.printf("  %-50s %8d%n", name, count));
        out.println(findings.allWrong().isEmpty() ? "\nnothing is wrong" : "\nWRONG:");
        findings.allWrong().forEach(wrong -> out.println("  " + wrong));
    }
}
