package dev.tradewind.spool;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

import static org.assertj.core.api.Assertions.assertThat;

/** A large backlog is opened quickly, in a small heap. Full size: {@code -Dtradewind.pending=1000000}. */
class PendingMailTest {
    private static final int PENDING = Integer.getInteger("tradewind.pending", 50_000);
    private static final int RECIPIENTS = 1_000;
    private static final int QUEUES = 500;

    @TempDir
    Path directory;

    private RocksSpool open() throws Exception {
        return RocksSpool.open(
                directory.resolve("s"),
                RocksSpoolSettings.DEFAULTS,
                InstantSource.system(),
                System::nanoTime,
                new Random(1),
                () -> 1L << 30);
    }

    @Test
    void backlogIsOpenedInSeconds() throws Exception {
        long filling = System.nanoTime();
        try (RocksSpool spool = open()) {
            byte[] content = new byte[20_000];
            CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
            for (int sent = 0; sent < PENDING; sent += RECIPIENTS) {
                try (Spool.Staging staging = spool.stage()) {
                    List<Waiting> waiting = new ArrayList<>();
                    for (int i = 0; i < RECIPIENTS; i++) {
                        String domain = "d" + (sent + i) % QUEUES + ".example";
                        waiting.add(Mail.waiting(
                                staging.add(Mail.to("someone" + i + "@" + domain)),
                                Mail.queue(domain),
                                Mail.NOON.plusMillis(sent + i)));
                    }
                    long id = staging.transmissionId();
                    staging.commit(
                            Mail.transmission(id, RECIPIENTS, content, Optional.empty(), Mail.NOON),
                            content,
                            Optional.empty());
                    last = spool.generated(new Spool.Generated(id, RECIPIENTS, true, waiting, List.of(), List.of()));
                }
            }
            last.join();
        }
        long opening = System.nanoTime();
        try (RocksSpool spool = open()) {
            Map<QueueKey, Instant> queues = new TreeMap<>();
            spool.forEachQueue(queues::put);
            assertThat(queues).hasSize(QUEUES);
            int found = 0;
            for (QueueKey queue : queues.keySet()) {
                found += spool.due(queue, Mail.NOON.plusSeconds(1_000_000), 10).size();
            }
            long opened = System.nanoTime();
            assertThat(found).isEqualTo(QUEUES * 10);
            System.out.printf(
                    "%d pending: filled in %.1f s, opened with %d queues and %d messages in %.2f s%n",
                    PENDING, (opening - filling) / 1e9, queues.size(), found, (opened - opening) / 1e9);
            assertThat(Duration.ofNanos(opened - opening)).isLessThan(Duration.ofSeconds(20));
        }
    }

    @Test
    void frontOfABusyQueueIsReadWithoutWalkingOverWhatHasLeft() throws Exception {
        int messages = Math.min(PENDING, 20_000);
        try (RocksSpool spool = open()) {
            List<Waiting> waiting;
            try (Spool.Staging staging = spool.stage()) {
                waiting = new ArrayList<>();
                for (int i = 0; i < messages; i++) {
                    waiting.add(Mail.waiting(
                            staging.add(Mail.to("u" + i + "@example.com")), Mail.QUEUE, Mail.NOON.plusMillis(i)));
                }
                byte[] content = new byte[100];
                staging.commit(
                        Mail.transmission(staging.transmissionId(), messages, content, Optional.empty(), Mail.NOON),
                        content,
                        Optional.empty());
                spool.generated(new Spool.Generated(
                                staging.transmissionId(), messages, true, waiting, List.of(), List.of()))
                        .join();
            }
            Instant end = Mail.NOON.plusSeconds(3600);
            long reading = 0;
            int reads = 0;
            for (int done = 0; done < messages; ) {
                long began = System.nanoTime();
                List<Waiting> due = spool.due(Mail.QUEUE, end, 100);
                reading += System.nanoTime() - began;
                reads++;
                assertThat(due).hasSize(Math.min(100, messages - done));
                assertThat(due.getFirst().id()).isEqualTo(waiting.get(done).id());
                for (CompletableFuture<Void> finished :
                        due.stream().map(one -> spool.finished(one, List.of())).toList()) {
                    finished.join();
                }
                done += due.size();
            }
            double micros = reading / 1e3 / reads;
            System.out.printf("due, 100 messages at a time while a queue of %d drains: %.0f us%n", messages, micros);
            assertThat(micros).isLessThan(5_000);
        }
    }
}
