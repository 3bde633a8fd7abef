package dev.tradewind.spool;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

import static org.assertj.core.api.Assertions.assertThat;

/** The parts of the spool that can be looked at alone. */
class SmallPartsTest {
    @TempDir
    Path directory;

    private final AtomicLong free = new AtomicLong();

    private DiskGuard guard() {
        DiskGuard guard = new DiskGuard(directory.resolve("reserve"), SmallSpool.SETTINGS, free::get);
        guard.check();
        return guard;
    }

    @Test
    void frontDoorClosesAtTheMarkAndOpensAQuarterAboveIt() {
        free.set(9 << 20);
        DiskGuard guard = guard();
        assertThat(guard.isLow()).isFalse();
        free.set((8 << 20) - 1);
        guard.check();
        assertThat(guard.isLow()).isTrue();
        free.set(9 << 20);
        guard.check();
        assertThat(guard.isLow()).isTrue();
        free.set(10 << 20);
        guard.check();
        assertThat(guard.isLow()).isFalse();
    }

    @Test
    void reserveIsReallyThereAndGivenUpInTime() throws IOException {
        free.set(100 << 20);
        DiskGuard guard = guard();
        assertThat(Files.size(directory.resolve("reserve"))).isEqualTo(2 << 20);
        free.set((4 << 20) - 1);
        guard.check();
        assertThat(guard.hasReserve()).isFalse();
        free.set(11 << 20);
        guard.check();
        assertThat(guard.hasReserve()).isFalse();
        free.set(13 << 20);
        guard.check();
        assertThat(guard.hasReserve()).isTrue();
    }

    @Test
    void unreadableDiskChangesNothing() {
        DiskGuard guard = new DiskGuard(directory.resolve("reserve"), SmallSpool.SETTINGS, () -> {
            throw new IOException("no such disk");
        });
        guard.check();
        assertThat(guard.isLow()).isFalse();
    }

    @Test
    void numbersGrowWhateverTheClockDoes() {
        AtomicLong millis = new AtomicLong(1_800_000_000_000L);
        TransmissionNumbers numbers = new TransmissionNumbers(() -> Instant.ofEpochMilli(millis.get()), 0);
        Set<Long> seen = new HashSet<>();
        long last = 0;
        for (int i = 0; i < 5_000; i++) {
            millis.addAndGet(i % 100 == 0 ? -500 : i % 3);
            long next = numbers.next();
            assertThat(next).isGreaterThan(last);
            assertThat(seen.add(next)).isTrue();
            last = next;
        }
        assertThat(Long.toString(last)).hasSize(19);
    }

    @Test
    void numbersStartAboveTheStoredMark() {
        long used = new TransmissionNumbers(() -> Mail.NOON, 0).next();
        long mark = TransmissionNumbers.mark(used, 0);
        assertThat(mark).isGreaterThan(used);
        assertThat(TransmissionNumbers.mark(used + 1, mark)).isEqualTo(mark);
        assertThat(new TransmissionNumbers(() -> Mail.NOON.minusSeconds(9), mark).next())
                .isGreaterThan(used);
    }

    @Test
    void refusedCommitsAreReadBackAndTornFilesAreNot() throws IOException {
        Path file = directory.resolve("refused");
        RefusedCommits refused = new RefusedCommits(file);
        assertThat(refused.read()).isEmpty();
        byte[] key = Mail.octets("k".repeat(32));
        refused.write(List.of(new RefusedCommits.Refused(7, new byte[32]), new RefusedCommits.Refused(8, key)));
        long size = Files.size(file);
        List<RefusedCommits.Refused> read = new RefusedCommits(file).read();
        assertThat(read).extracting(RefusedCommits.Refused::transmission).containsExactly(7L, 8L);
        assertThat(read.get(1).idempotencyKey()).isEqualTo(key);
        refused.write(List.of());
        assertThat(Files.size(file)).isEqualTo(size);
        assertThat(refused.read()).isEmpty();

        refused.write(List.of(new RefusedCommits.Refused(7, key)));
        byte[] octets = Files.readAllBytes(file);
        octets[20] ^= 1;
        Files.write(file, octets);
        assertThat(refused.read()).isEmpty();
    }

    @Test
    void queueStartMovesForwardOnlyIfNothingWasInserted() {
        QueueStarts starts = new QueueStarts();
        QueueStarts.Look before = starts.look(Mail.QUEUE);
        starts.inserted(Mail.QUEUE, new byte[] {3});
        starts.reached(Mail.QUEUE, before, new byte[] {9});
        assertThat(starts.look(Mail.QUEUE).start()).isNull();
        starts.reached(Mail.QUEUE, starts.look(Mail.QUEUE), new byte[] {9});
        assertThat(starts.look(Mail.QUEUE).start()).containsExactly(9);
        starts.inserted(Mail.QUEUE, new byte[] {5});
        assertThat(starts.look(Mail.QUEUE).start()).containsExactly(5);
        starts.inserted(Mail.QUEUE, new byte[] {7});
        assertThat(starts.look(Mail.QUEUE).start()).containsExactly(5);
    }
}
