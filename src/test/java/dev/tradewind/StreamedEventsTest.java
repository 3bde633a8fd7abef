package dev.tradewind;

import dev.tradewind.account.Tenant;
import dev.tradewind.account.TenantScope;
import dev.tradewind.api.EventFilter;
import dev.tradewind.api.EventQueries;
import dev.tradewind.event.Event;
import dev.tradewind.event.EventType;
import dev.tradewind.mail.MessageId;
import dev.tradewind.spool.MemorySpool;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

import static org.assertj.core.api.Assertions.assertThat;

class StreamedEventsTest {
    private static final Instant NOW = Instant.parse("2026-11-24T20:00:00Z");

    private final MemorySpool spool = new MemorySpool(InstantSource.fixed(NOW), RandomGenerator.getDefault());
    private final MessageId message = MessageId.of(5, 0, 0);

    private List<byte[]> find(Map<EventFilter, Set<String>> filters) {
        spool.happened(List.of(new Event(
                        EventType.DELIVERY,
                        NOW,
                        Tenant.MAIN,
                        message,
                        "a@example.com",
                        "{\"type\":\"delivery\"}".getBytes(StandardCharsets.UTF_8))))
                .join();
        EventQueries.Found found = new StreamedEvents(spool.events())
                .search(new EventQueries.EventQuery(
                        TenantScope.whole(1),
                        NOW.minusSeconds(60),
                        NOW.plusSeconds(60),
                        filters,
                        10,
                        Optional.empty()));
        return ((EventQueries.Found.Page) found).events();
    }

    @Test
    void valueThatNothingHasDoesNotHideWhatTheOthersFind() {
        assertThat(find(Map.of(EventFilter.EVENTS, Set.of("delivery", "open", "click"))))
                .hasSize(1);
        assertThat(find(Map.of(EventFilter.MESSAGES, Set.of(message.toString(), "000443ee14578172be22"))))
                .isNotEmpty();
        assertThat(find(Map.of(EventFilter.TRANSMISSIONS, Set.of("5", "x")))).isNotEmpty();
    }

    @Test
    void countThatWasGivenUpSaysSo() {
        for (int hundred = 0; hundred < 1_003; hundred++) {
            List<Event> some = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                some.add(new Event(
                        EventType.DELIVERY,
                        NOW,
                        Tenant.MAIN,
                        message,
                        "a@example.com",
                        "{\"type\":\"delivery\"}".getBytes(StandardCharsets.UTF_8)));
            }
            spool.happened(some).join();
        }
        EventQueries.Found.Page page = (EventQueries.Found.Page) new StreamedEvents(spool.events())
                .search(new EventQueries.EventQuery(
                        TenantScope.whole(1),
                        NOW.minusSeconds(60),
                        NOW.plusSeconds(60),
                        Map.of(),
                        10,
                        Optional.empty()));
        assertThat(page.totalIsExact()).isFalse();
        assertThat(page.totalCount()).isBetween(100_000L, 100_300L);
    }

    @Test
    void onlyValuesThatNothingHasFindNothing() {
        assertThat(find(Map.of(EventFilter.EVENTS, Set.of("open")))).isEmpty();
        assertThat(find(Map.of(EventFilter.MESSAGES, Set.of("x")))).isEmpty();
    }
}
