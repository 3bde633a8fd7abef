package dev.tradewind.spool;

import com.sun.management.OperatingSystemMXBean;
import dev.tradewind.event.Event;
import dev.tradewind.event.EventType;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Measures what the store costs; arguments: an empty directory, and how many messages. */
final class SpoolBench {
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final RocksSpool spool;
    private final int messages;
    private final ConcurrentLinkedQueue<Long> accepted = new ConcurrentLinkedQueue<>();
    private long began;
    private long cpu;

    private SpoolBench(RocksSpool spool, int messages) {
        this.spool = spool;
        this.messages = messages;
    }

    public static void main(String[] arguments) throws Exception {
        try (RocksSpool spool = RocksSpool.open(
                Path.of(arguments[0]),
                RocksSpoolSettings.DEFAULTS,
                InstantSource.system(),
                System::nanoTime,
                new Random(1),
                () -> 1L << 30)) {
            SpoolBench bench = new SpoolBench(spool, Integer.parseInt(arguments[1]));
            bench.acceptSmall(bench.messages / 4);
            bench.accepted.clear();
            bench.acceptSmall(bench.messages);
            List<Waiting> waiting = bench.generate();
            bench.read(waiting);
            bench.defer(waiting);
            bench.stageLarge();
            bench.stageLarge();
            spool.gauges().forEach((name, value) -> System.out.println(name + " " + value));
        }
    }

    private void start() {
        began = System.nanoTime();
        cpu = SYSTEM.getProcessCpuTime();
    }

    private void stop(String what, int count) {
        double seconds = (System.nanoTime() - began) / 1e9;
        double cpuMicros = (SYSTEM.getProcessCpuTime() - cpu) / 1e3;
        System.out.printf(
                "%-50s %8.0f/s %7.1f us CPU each (%.1f s)%n", what, count / seconds, cpuMicros / count, seconds);
    }

    private void acceptSmall(int count) throws InterruptedException, ExecutionException {
        start();
        List<Future<Boolean>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int t = 0; t < 64; t++) {
                Random random = new Random(t + count);
                running.add(threads.submit(() -> {
                    for (int i = 0; i < count / 64; i++) {
                        byte[] content = new byte[10_240];
                        random.nextBytes(content);
                        try (Spool.Staging staging = spool.stage()) {
                            staging.add(Mail.to("someone" + i + "@example.com"));
                            staging.commit(
                                    Mail.transmission(
                                            staging.transmissionId(), 1, content, Optional.empty(), Instant.now()),
                                    content,
                                    Optional.empty());
                            accepted.add(staging.transmissionId());
                        }
                    }
                    return true;
                }));
            }
            for (Future<Boolean> one : running) {
                one.get();
            }
        }
        stop("accept 10 KB by 64 virtual threads", count);
    }

    private static Event event(EventType type, Waiting waiting) {
        Event small = Mail.event(type, waiting.id(), "someone@example.com", Instant.now());
        String json = "{\"padding\":\"" + "some field of an event, ".repeat(35) + "\"}";
        return new Event(
                type, small.timestamp(), small.tenant(), small.message(), small.recipient(), Mail.octets(json));
    }

    private List<Waiting> generate() {
        List<Waiting> all = new ArrayList<>();
        start();
        List<CompletableFuture<Void>> futures = new ArrayList<>();
        for (Long id : accepted) {
            Spool.StoredRecipient to = spool.recipients(id, 0, 1).getFirst();
            Waiting waiting = Mail.waiting(to.id(), Mail.queue("d" + id % 100 + ".example"), Instant.now());
            all.add(waiting);
            futures.add(spool.generated(new Spool.Generated(
                    id, 1, true, List.of(waiting), List.of(), List.of(event(EventType.INJECTION, waiting)))));
        }
        futures.forEach(CompletableFuture::join);
        stop("read the recipient, generated, 1 KB event", all.size());
        return all;
    }

    private void read(List<Waiting> waiting) throws InterruptedException, ExecutionException {
        start();
        int read = 0;
        for (int d = 0; d < 100; d++) {
            read += spool.due(Mail.queue("d" + d + ".example"), Instant.now(), 1_000)
                    .size();
        }
        stop("due, 1,000 at a time, platform thread", read);
        start();
        List<Future<Boolean>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int t = 0; t < 64; t++) {
                List<Waiting> mine = waiting.subList(t * waiting.size() / 64, (t + 1) * waiting.size() / 64);
                running.add(threads.submit(() -> {
                    for (Waiting one : mine) {
                        spool.recipient(one.id());
                        spool.content(spool.transmission(one.id().transmission())
                                .orElseThrow()
                                .content());
                    }
                    return true;
                }));
            }
            for (Future<Boolean> one : running) {
                one.get();
            }
        }
        stop("recipient, transmission, content; virtual threads", waiting.size());
    }

    private void defer(List<Waiting> waiting) throws InterruptedException, ExecutionException {
        start();
        List<Future<Boolean>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int t = 0; t < 64; t++) {
                List<Waiting> mine = waiting.subList(t * waiting.size() / 64, (t + 1) * waiting.size() / 64);
                running.add(threads.submit(() -> {
                    for (Waiting one : mine) {
                        spool.finished(one, List.of(event(EventType.DELIVERY, one)))
                                .join();
                    }
                    return true;
                }));
            }
            for (Future<Boolean> one : running) {
                one.get();
            }
        }
        stop("finished, 1 KB event, 64 virtual threads that wait", waiting.size());
    }

    private void stageLarge() throws StoreUnavailable {
        start();
        byte[] content = new byte[10_240];
        int count = messages * 4;
        for (int n = 0; n < count / 1_000; n++) {
            try (Spool.Staging staging = spool.stage()) {
                for (int i = 0; i < 1_000; i++) {
                    staging.add(Mail.to("someone" + i + "@example.com"));
                }
                staging.commit(
                        Mail.transmission(staging.transmissionId(), 1_000, content, Optional.empty(), Instant.now()),
                        content,
                        Optional.empty());
            }
        }
        stop("stage transmissions of 1,000 recipients", count);
        start();
        int read = 0;
        for (Spool.Ungenerated one : Ungenerateds.of(spool)) {
            read += spool.recipients(one.transmission().id(), 0, 1_000).size();
        }
        stop("recipients, 1,000 at a time", read);
    }
}
