package dev.tradewind.spool;

import dev.tradewind.event.EventType;
import dev.tradewind.settings.ByteSize;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A disk that really fills up (invariant 7): a tmpfs of 64 MB, which only root may mount. */
@Tag("needs-root")
class DiskFullTest {
    @TempDir
    Path directory;

    private Path disk = Path.of("");

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(directory.resolve("disk"));
        run("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", disk.toString());
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", disk.toString());
    }

    private static void run(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor())
                .as(String.join(" ", command))
                .isZero();
    }

    private RocksSpool open(String lowWater, String reserve) throws IOException {
        RocksSpoolSettings s = SmallSpool.SETTINGS;
        RocksSpoolSettings settings = new RocksSpoolSettings(
                ByteSize.parse(lowWater),
                ByteSize.parse(reserve),
                s.retentionContent(),
                s.retentionEvents(),
                s.cache(),
                s.writeBuffers(),
                s.maxWal(),
                s.outcomeGather(),
                s.readWait());
        return RocksSpool.open(
                disk.resolve("spool"), settings, () -> Mail.NOON, System::nanoTime, new Random(1), DiskProbe.of(disk));
    }

    private void fillUpTo(long leave) throws IOException {
        byte[] piece = new byte[4096];
        try (OutputStream ballast = Files.newOutputStream(disk.resolve("ballast"))) {
            while (DiskProbe.of(disk).usableOctets() > leave) {
                ballast.write(piece);
            }
        }
    }

    private static void await(RocksSpool spool, Spool.State state) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (spool.state() != state) {
            assertThat(System.nanoTime()).as("state " + spool.state()).isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void frontDoorClosesInTimeAndOutcomesAreStillWritten() throws Exception {
        try (RocksSpool spool = open("16MiB", "8MiB")) {
            long id = Mail.send(spool, Mail.NOON, "x", "a@example.com", "b@example.com");
            List<Waiting> waiting = Mail.generate(spool, id, Mail.QUEUE, Mail.NOON);
            Spool.Staging begun = spool.stage();
            begun.add(Mail.to("c@example.com"));
            fillUpTo(1 << 20);
            await(spool, Spool.State.LOW_ON_DISK);
            assertThat(disk.resolve("spool/reserve")).doesNotExist();
            assertThatThrownBy(spool::stage)
                    .isInstanceOf(StoreUnavailable.class)
                    .hasMessageContaining("disk");
            byte[] content = Mail.octets("x");
            assertThatThrownBy(() -> begun.commit(
                            Mail.transmission(begun.transmissionId(), 1, content, Optional.empty(), Mail.NOON),
                            content,
                            Optional.empty()))
                    .isInstanceOf(StoreUnavailable.class);
            spool.finished(
                            waiting.getFirst(),
                            List.of(Mail.event(
                                    EventType.DELIVERY, waiting.getFirst().id(), "a@example.com", Mail.NOON)))
                    .get(5, TimeUnit.SECONDS);
            assertThat(spool.state()).isEqualTo(Spool.State.LOW_ON_DISK);
            Files.delete(disk.resolve("ballast"));
            await(spool, Spool.State.OPEN);
            Mail.send(spool, Mail.NOON, "x", "a@example.com");
            assertThat(StoreAudit.problems(spool)).isEmpty();
        }
    }

    @Test
    void fullDiskLosesNothingAndIsLeftWithoutARestart() throws Exception {
        List<Long> acknowledged = new ArrayList<>();
        List<Long> refused = new ArrayList<>();
        try (RocksSpool spool = open("0", "0")) {
            for (int round = 0; round < 3; round++) {
                long id = Mail.send(spool, Mail.NOON, "x", addresses(300));
                acknowledged.add(id);
                List<Waiting> waiting = Mail.generate(spool, id, Mail.QUEUE, Mail.NOON);
                fillUpTo(512 << 10);
                List<Thread> senders = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    Random random = new Random(100L * round + i);
                    senders.add(Thread.ofVirtual().start(() -> sendUntilRefused(spool, random, acknowledged, refused)));
                }
                for (Thread sender : senders) {
                    sender.join();
                }
                await(spool, Spool.State.BROKEN);
                List<CompletableFuture<Void>> outcomes = new ArrayList<>();
                for (Waiting one : waiting) {
                    outcomes.add(spool.finished(
                            one, List.of(Mail.event(EventType.DELIVERY, one.id(), "a@example.com", Mail.NOON))));
                }
                assertThatThrownBy(spool::stage).isInstanceOf(StoreUnavailable.class);
                assertThat(outcomes).noneMatch(CompletableFuture::isDone);
                assertThat(spool.gauges()).containsEntry("tradewind_spool_state", 2.0);
                assertThat(spool.transmission(id)).as("readable while broken").isPresent();

                Files.delete(disk.resolve("ballast"));
                CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new))
                        .get(30, TimeUnit.SECONDS);
                await(spool, Spool.State.OPEN);
                check(spool, acknowledged, refused);
                assertThat(spool.recipients(id, 0, 1)).isEmpty();
                spool.sweep(Mail.NOON.plus(Duration.ofDays(8)));
                acknowledged.removeIf(one -> spool.transmission(one).isEmpty());
            }
        }
        try (RocksSpool spool = open("0", "0")) {
            check(spool, acknowledged, refused);
            assertThat(refused).isNotEmpty();
        }
    }

    private static String[] addresses(int count) {
        String[] addresses = new String[count];
        for (int i = 0; i < count; i++) {
            addresses[i] = "u" + i + "@example.com";
        }
        return addresses;
    }

    private static void check(RocksSpool spool, List<Long> acknowledged, List<Long> refused) {
        assertThat(StoreAudit.problems(spool)).isEmpty();
        assertThat(acknowledged).allMatch(id -> spool.transmission(id).isPresent());
        assertThat(refused)
                .noneMatch(id -> spool.transmission(id).isPresent()
                        || !spool.recipients(id, 0, 1).isEmpty());
    }

    private static void sendUntilRefused(RocksSpool spool, Random random, List<Long> acknowledged, List<Long> refused) {
        while (true) {
            long id = 0;
            try (Spool.Staging staging = spool.stage()) {
                id = staging.transmissionId();
                byte[] content = new byte[10_000];
                random.nextBytes(content);
                staging.add(Mail.to("someone@example.com"));
                staging.commit(
                        Mail.transmission(id, 1, content, Optional.empty(), Mail.NOON), content, Optional.empty());
                synchronized (acknowledged) {
                    acknowledged.add(id);
                }
            } catch (StoreUnavailable e) {
                synchronized (refused) {
                    if (id != 0) {
                        refused.add(id);
                    }
                }
                return;
            }
        }
    }
}
