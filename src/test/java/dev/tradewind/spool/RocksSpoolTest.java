package dev.tradewind.spool;

import dev.tradewind.account.Tenant;
import dev.tradewind.event.EventType;
import dev.tradewind.mail.MessageId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.FlushOptions;

import java.io.IOException;
import java.nio.file.Files;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RocksSpoolTest extends SpoolContract {
    @TempDir
    Path directory;

    private final List<RocksSpool> opened = new ArrayList<>();

    static RocksSpool open(Path directory, InstantSource clock, DiskProbe disk) throws IOException {
        return RocksSpool.open(directory, SmallSpool.SETTINGS, clock, System::nanoTime, new Random(1), disk);
    }

    @Override
    RocksSpool spool() throws IOException {
        RocksSpool spool = open(directory.resolve("spool"), () -> Mail.NOON, () -> Long.MAX_VALUE / 2);
        opened.add(spool);
        return spool;
    }

    @AfterEach
    void close() {
        opened.forEach(RocksSpool::close);
    }

    @Test
    void virtualThreadReadsWhatIsOnDiskAloneAfterReopening() throws Exception {
        RocksSpool spool = spool();
        long id = Mail.send(spool, Mail.NOON, "x", "a@example.com", "b@example.com");
        Spool.StoredRecipient stored = spool.recipients(id, 0, 1).getFirst();
        assertThat(spool.store().<Boolean>read(db -> {
                    try (FlushOptions flush = new FlushOptions().setWaitForFlush(true)) {
                        db.db().flush(flush, db.handle(RocksStore.Family.MESSAGE));
                        db.db().compactRange(db.handle(RocksStore.Family.MESSAGE));
                    }
                    return true;
                }))
                .isTrue();
        spool.close();

        RocksSpool again = spool();
        CompletableFuture<Optional<Recipient>> read = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                read.complete(again.recipient(stored.id()));
            } catch (RuntimeException e) {
                read.completeExceptionally(e);
            }
        });
        assertThat(read.get(10, TimeUnit.SECONDS)).contains(stored.recipient());
    }

    @Test
    void everythingIsThereAfterReopening() throws Exception {
        RocksSpool spool = spool();
        long id = Mail.send(spool, Mail.NOON, "x", "a@example.com", "b@example.com");
        long scheduled = Mail.send(spool, Mail.NOON, Optional.of(Mail.NOON), "later", "c@example.com");
        List<Waiting> waiting = Mail.generate(spool, id, Mail.QUEUE, Mail.NOON);
        spool.finished(
                        waiting.getFirst(),
                        List.of(Mail.event(
                                EventType.DELIVERY, waiting.getFirst().id(), "a@example.com", Mail.NOON)))
                .join();
        spool.events().consumerOffset("log", 2);
        Spool.Staging unfinished = spool.stage();
        for (int i = 0; i < 1_000; i++) {
            unfinished.add(Mail.to("u" + i + "@example.com"));
        }
        spool.close();
        assertThat(spool.state()).isEqualTo(Spool.State.CLOSED);
        assertThatThrownBy(spool::stage).isInstanceOf(StoreUnavailable.class);
        assertThatThrownBy(() -> spool.transmission(id)).isInstanceOf(StoreUnreadable.class);

        RocksSpool again = spool();
        assertThat(again.due(Mail.QUEUE, Mail.NOON, 10)).containsExactly(waiting.get(1));
        assertThat(Ungenerateds.of(again))
                .extracting(u -> u.transmission().id())
                .containsExactly(scheduled);
        assertThat(again.recipients(unfinished.transmissionId(), 0, 1)).isEmpty();
        assertThat(again.events().end()).isEqualTo(3);
        assertThat(again.events().consumerOffset("log")).isEqualTo(2);
        Mail.generate(again, scheduled, Mail.QUEUE, Mail.NOON);
        assertThat(again.events().end()).isEqualTo(4);
    }

    @Test
    void idsDoNotRepeatWhenTheClockStepsBackOverARestart() throws Exception {
        long before;
        try (RocksSpool spool = open(directory.resolve("s"), () -> Mail.NOON, () -> Long.MAX_VALUE)) {
            before = Mail.send(spool, Mail.NOON, "x", "a@example.com");
        }
        Instant past = Mail.NOON.minus(Duration.ofDays(1));
        try (RocksSpool spool = open(directory.resolve("s"), () -> past, () -> Long.MAX_VALUE)) {
            assertThat(Mail.send(spool, past, "x", "a@example.com")).isGreaterThan(before);
        }
    }

    @Test
    void numbersOfRefusedMailDoNotRepeatEither() throws Exception {
        long refused;
        try (RocksSpool spool = open(directory.resolve("s"), () -> Mail.NOON, () -> Long.MAX_VALUE)) {
            refused = spool.nextNumber();
            MessageId message = MessageId.of(refused, 0, 0);
            spool.happened(List.of(Mail.event(EventType.POLICY_REJECTION, message, "a@example.com", Mail.NOON)))
                    .join();
        }
        Instant past = Mail.NOON.minus(Duration.ofDays(1));
        try (RocksSpool spool = open(directory.resolve("s"), () -> past, () -> Long.MAX_VALUE)) {
            assertThat(spool.nextNumber()).isGreaterThan(refused);
            assertThat(Mail.send(spool, past, "x", "a@example.com")).isGreaterThan(refused);
        }
    }

    @Test
    void manyCallersShareGroups() throws Exception {
        RocksSpool spool = spool();
        List<Future<Long>> sent = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 500; i++) {
                String address = "u" + i + "@example.com";
                sent.add(threads.submit(() -> Mail.send(spool, Mail.NOON, "x", address)));
            }
        }
        for (Future<Long> one : sent) {
            assertThat(spool.transmission(one.get())).isPresent();
        }
        assertThat(Ungenerateds.of(spool)).hasSize(500);
        Map<String, Double> gauges = spool.gauges();
        assertThat(gauges.get("tradewind_spool_changes_total")).isEqualTo(500);
        assertThat(gauges.get("tradewind_spool_groups_total")).isLessThan(500);
        assertThat(gauges.get("tradewind_spool_pending_changes")).isZero();
        assertThat(gauges.get("tradewind_spool_pending_bytes")).isZero();
    }

    @Test
    void startAndCancelOfTheSameTransmissionHaveOneWinner() throws Exception {
        RocksSpool spool = spool();
        for (int round = 0; round < 50; round++) {
            long id = Mail.send(spool, Mail.NOON, Optional.of(Mail.NOON), "later", "a@example.com");
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<Boolean> start = threads.submit(() -> spool.start(id));
                Future<Boolean> cancel = threads.submit(() -> spool.cancel(id));
                Future<Boolean> again = threads.submit(() -> spool.start(id));
                assertThat(List.of(start.get(), cancel.get(), again.get()))
                        .filteredOn(won -> won)
                        .hasSize(1);
                assertThat(spool.ungenerated(id).orElseThrow().progress())
                        .isEqualTo(
                                cancel.get()
                                        ? Spool.Ungenerated.Progress.CANCELLING
                                        : Spool.Ungenerated.Progress.GENERATING);
            }
        }
    }

    @Test
    void campaignIsCalledOffByOneChangeThatOutlivesARestartAndCoversNothingNew() throws Exception {
        RocksSpool spool = spool();
        Optional<Instant> start = Optional.of(Mail.NOON.plusSeconds(3600));
        for (int i = 0; i < 20; i++) {
            Mail.send(spool, Mail.NOON, start, "later", "a@example.com");
        }
        double before = spool.gauges().get("tradewind_spool_changes_total");
        spool.cancelCampaign(Tenant.MAIN, "spring", Mail.NOON);
        assertThat(spool.gauges().get("tradewind_spool_changes_total")).isEqualTo(before + 1);
        spool.close();

        RocksSpool again = spool();
        assertThat(Ungenerateds.of(again))
                .hasSize(20)
                .allSatisfy(one -> assertThat(one.progress()).isEqualTo(Spool.Ungenerated.Progress.CALLED_OFF));
        long later = Mail.send(again, Mail.NOON, start, "later", "b@example.com"); // by a clock that stands still
        assertThat(again.start(later)).isTrue();

        Instant muchLater = Mail.NOON.plus(Duration.ofDays(8));
        again.sweep(muchLater);
        assertThat(again.start(Ungenerateds.of(again).getFirst().transmission().id()))
                .as("a record that is needed is kept")
                .isFalse();
        for (Spool.Ungenerated one : Ungenerateds.of(again)) {
            again.cancel(one.transmission().id());
        }
        again.sweep(muchLater);
        assertThat(again.store().get(RocksStore.Family.META, CalledOff.key(Tenant.MAIN, "spring")))
                .as("and goes when it is not")
                .isNull();
    }

    @Test
    void startAndCallingOffHaveOneWinner() throws Exception {
        RocksSpool spool = spool();
        for (int round = 0; round < 50; round++) {
            long id = Mail.send(spool, Mail.NOON, Optional.of(Mail.NOON), "later", "a@example.com");
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<Boolean> start = threads.submit(() -> spool.start(id));
                Future<?> callOff = threads.submit(() -> {
                    spool.cancelCampaign(Tenant.MAIN, "spring", Mail.NOON);
                    return true;
                });
                boolean started = start.get();
                callOff.get();
                assertThat(spool.ungenerated(id).orElseThrow().progress())
                        .isEqualTo(
                                started
                                        ? Spool.Ungenerated.Progress.GENERATING
                                        : Spool.Ungenerated.Progress.CALLED_OFF);
            }
        }
    }

    @Test
    void outcomesAreDurableWithinTwentyMilliseconds() throws Exception {
        RocksSpool spool = spool();
        long id = Mail.send(spool, Mail.NOON, "x", "a@example.com");
        Waiting waiting = Mail.generate(spool, id, Mail.QUEUE, Mail.NOON).getFirst();
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 20; i++) {
            Waiting next = waiting.deferredUntil(Mail.NOON.plusSeconds(i + 1), Optional.empty(), "451 no");
            long began = System.nanoTime();
            spool.deferred(waiting, next, List.of()).join();
            best = Math.min(best, System.nanoTime() - began);
            waiting = next;
        }
        assertThat(Duration.ofNanos(best)).isLessThan(Duration.ofMillis(20));
    }

    @Test
    void contentIsStoredOnceForAllTransmissionsOfAnAccount() throws Exception {
        RocksSpool spool = spool();
        String body = "b".repeat(50_000);
        for (int i = 0; i < 20; i++) {
            Mail.send(spool, Mail.NOON, body, "a@example.com");
        }
        int contents = spool.store().read(db -> {
            int count = 0;
            try (RocksStore.Entries all = db.allEntries(RocksStore.Family.CONTENT, new byte[0])) {
                for (all.first(); all.isValid(); all.next()) {
                    count++;
                }
            }
            return count;
        });
        assertThat(contents).isEqualTo(1);
    }

    @Test
    void backupTakenWhileRunningCanBeRestored() throws Exception {
        RocksSpool spool = spool();
        Path backup = directory.resolve("backup");
        long id = Mail.send(spool, Mail.NOON, "c".repeat(10_000), "a@example.com");
        Mail.generate(spool, id, Mail.QUEUE, Mail.NOON);
        spool.backup(backup);
        long later = Mail.send(spool, Mail.NOON, "x", "b@example.com");
        spool.backup(backup);
        long tooLate = Mail.send(spool, Mail.NOON, "x", "b@example.com");

        Path restored = directory.resolve("restored");
        RocksSpool.restore(backup, restored);
        try (RocksSpool copy = open(restored, () -> Mail.NOON, () -> Long.MAX_VALUE)) {
            assertThat(copy.due(Mail.QUEUE, Mail.NOON, 10)).hasSize(1);
            ContentId content = copy.transmission(id).orElseThrow().content();
            assertThat(copy.content(content))
                    .hasValueSatisfying(c -> assertThat(c).hasSize(10_000));
            assertThat(copy.transmission(later)).isPresent();
            assertThat(copy.transmission(tooLate)).isEmpty();
        }
        assertThatThrownBy(() -> RocksSpool.restore(backup, restored))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not empty");
        assertThatThrownBy(() -> RocksSpool.restore(directory.resolve("none"), directory.resolve("new")))
                .hasMessageContaining("no backup");
    }

    @Test
    void secondProcessIsRefused() throws Exception {
        spool();
        assertThatThrownBy(this::spool).isInstanceOf(IOException.class);
    }

    @Test
    void newerFormatIsRefusedAndOlderBroughtUpToDate() throws Exception {
        Path place = directory.resolve("s");
        try (RocksSpool spool = open(place, () -> Mail.NOON, () -> Long.MAX_VALUE)) {
            Mail.send(spool, Mail.NOON, "x", "a@example.com");
        }
        byte[] key = Mail.octets("migrated");
        StoreFormat.Step step = new StoreFormat.Step() {
            @Override
            public int from() {
                return StoreFormat.CURRENT;
            }

            @Override
            public void apply(RocksStore.Opened db) throws org.rocksdb.RocksDBException {
                db.db().put(db.handle(RocksStore.Family.META), key, key);
            }
        };
        StoreFormat next = new StoreFormat(StoreFormat.CURRENT + 1, List.of(step));
        try (RocksSpool spool = RocksSpool.open(
                place, SmallSpool.SETTINGS, () -> Mail.NOON, System::nanoTime, new Random(1), () -> 1L << 40, next)) {
            assertThat(spool.store().get(RocksStore.Family.META, key)).isEqualTo(key);
            assertThat(Ungenerateds.of(spool)).hasSize(1);
        }
        assertThatThrownBy(() -> open(place, () -> Mail.NOON, () -> Long.MAX_VALUE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("newer version")
                .hasMessageContaining("format " + (StoreFormat.CURRENT + 1));
        Files.delete(place.resolve("format"));
        assertThatThrownBy(() -> open(place, () -> Mail.NOON, () -> Long.MAX_VALUE))
                .hasMessageContaining("format " + (StoreFormat.CURRENT + 1));
        StoreFormat four = new StoreFormat(4, List.of());
        assertThatThrownBy(() -> RocksSpool.open(
                        place,
                        SmallSpool.SETTINGS,
                        () -> Mail.NOON,
                        System::nanoTime,
                        new Random(1),
                        () -> 1L << 40,
                        four))
                .hasMessageContaining("cannot be brought");
    }

    @Test
    void virtualThreadsReadWhatIsOnDisk() throws Exception {
        RocksSpool spool = spool();
        long id = Mail.send(spool, Mail.NOON, "v".repeat(9_000), "a@example.com");
        Mail.generate(spool, id, Mail.QUEUE, Mail.NOON);
        StoreAudit.compact(spool);
        Map<QueueKey, Instant> queues = new TreeMap<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(threads.submit(() -> spool.transmission(id)).get()).isPresent();
            assertThat(threads.submit(() -> spool.content(
                                    spool.transmission(id).orElseThrow().content()))
                            .get())
                    .isPresent();
            assertThat(threads.submit(() -> spool.due(Mail.QUEUE, Mail.NOON, 5)).get())
                    .hasSize(1);
            threads.submit(() -> spool.forEachQueue(queues::put)).get();
        }
        assertThat(queues).hasSize(1);
    }

    @Test
    void refusedCommitThatTheLogBroughtBackIsRemoved() throws Exception {
        Path place = directory.resolve("s");
        byte[] key = Mail.octets("k".repeat(32));
        byte[] body = Mail.octets("once");
        long refused;
        long kept;
        try (RocksSpool spool = open(place, () -> Mail.NOON, () -> Long.MAX_VALUE)) {
            kept = Mail.send(spool, Mail.NOON, "x", "a@example.com");
            try (Spool.Staging staging = spool.stage()) {
                refused = staging.transmissionId();
                staging.add(Mail.to("b@example.com"));
                staging.commit(
                        Mail.transmission(refused, 1, body, Optional.empty(), Mail.NOON),
                        body,
                        Optional.of(new Spool.IdempotentAnswer(key, new byte[32], 200, body, Mail.NOON)));
            }
        }
        new RefusedCommits(place.resolve("refused")).write(List.of(new RefusedCommits.Refused(refused, key)));
        try (RocksSpool spool = open(place, () -> Mail.NOON, () -> Long.MAX_VALUE)) {
            assertThat(spool.transmission(refused)).isEmpty();
            assertThat(spool.recipients(refused, 0, 1)).isEmpty();
            assertThat(spool.idempotentAnswer(key, Mail.NOON)).isEmpty();
            assertThat(spool.content(ContentId.of(1, body))).isEmpty();
            assertThat(spool.transmission(kept)).isPresent();
            assertThat(StoreAudit.problems(spool)).isEmpty();
        }
        assertThat(new RefusedCommits(place.resolve("refused")).read()).isEmpty();
    }
}
