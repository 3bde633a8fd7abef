package dev.tradewind.spool;

import dev.tradewind.event.EventType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import static org.assertj.core.api.Assertions.assertThat;

/** Every format there ever was is opened with its full queue, and goes on. */
class UpgradeTest {
    @TempDir
    Path directory;

    @Test
    void everyFormatIsTested() {
        assertThat(StoreFormat.CURRENT).as("add its store to the test below").isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void fullQueueOfAnEarlierFormatGoesOn(int format) throws Exception {
        StoredVersions.unpack(format, directory);
        try (RocksSpool spool = RocksSpoolTest.open(directory, () -> Mail.NOON, () -> 1L << 40)) {
            assertThat(StoreAudit.problems(spool)).isEmpty();
            Map<QueueKey, Integer> queues = new TreeMap<>();
            spool.forEachQueue((queue, due) -> queues.put(
                    queue,
                    spool.due(queue, Mail.NOON.plusSeconds(10_000), 1_000).size()));
            assertThat(queues)
                    .containsExactly(
                            Map.entry(Mail.queue("example.com"), 30), Map.entry(Mail.queue("example.net"), 20));
            assertThat(Ungenerateds.of(spool))
                    .hasSize(12)
                    .filteredOn(u -> u.progress() == Spool.Ungenerated.Progress.SCHEDULED)
                    .hasSize(2);
            assertThat(spool.events().consumerOffset("log")).isEqualTo(7);
            long end = spool.events().end();
            assertThat(end).isEqualTo(80);

            for (Waiting one : spool.due(Mail.queue("example.com"), Mail.NOON.plusSeconds(10_000), 1_000)) {
                Transmission of = spool.transmission(one.id().transmission()).orElseThrow();
                assertThat(spool.content(of.content())).isPresent();
                spool.finished(one, List.of(Mail.event(EventType.DELIVERY, one.id(), "a@example.com", Mail.NOON)))
                        .join();
            }
            assertThat(spool.events().end()).isEqualTo(end + 30);
            assertThat(Mail.send(spool, Mail.NOON, "new", "a@example.com"))
                    .isGreaterThan(
                            Ungenerateds.of(spool).getFirst().transmission().id());
            assertThat(StoreAudit.problems(spool)).isEmpty();
        }
    }
}
