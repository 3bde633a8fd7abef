package dev.tradewind.spool;

import dev.tradewind.account.Tenant;
import dev.tradewind.event.Event;
import dev.tradewind.event.EventStream;
import dev.tradewind.event.EventType;
import dev.tradewind.mail.MessageId;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import static org.assertj.core.api.Assertions.assertThat;

/** What every spool does. */
abstract class SpoolContract {
    /** An empty spool. */
    abstract Spool spool() throws Exception;

    private static List<Long> offsets(EventStream events) {
        List<Long> offsets = new ArrayList<>();
        events.backwards(Long.MAX_VALUE, 0, s -> offsets.add(s.offset()));
        return offsets;
    }

    @Test
    void committedTransmissionIsThereWithAllItsRecipients() throws Exception {
        Spool spool = spool();
        byte[] content = Mail.octets("hello");
        long id = Mail.send(spool, Mail.NOON, "hello", "a@example.com", "b@example.com");

        Transmission found = spool.transmission(id).orElseThrow();
        assertThat(found.recipients()).isEqualTo(2);
        assertThat(found.campaignId()).isEqualTo("spring");
        assertThat(found.accepted()).isEqualTo(Mail.NOON);
        assertThat(spool.content(found.content()))
                .hasValueSatisfying(c -> assertThat(c).isEqualTo(content));
        assertThat(spool.recipients(id, 0, 10))
                .extracting(r -> r.recipient().path().address())
                .containsExactly("a@example.com", "b@example.com");
        assertThat(spool.recipients(id, 1, 10)).hasSize(1);
        assertThat(spool.recipients(id, 0, 1)).hasSize(1);
        assertThat(spool.recipient(spool.recipients(id, 1, 1).getFirst().id())
                        .orElseThrow()
                        .path()
                        .address())
                .isEqualTo("b@example.com");
        assertThat(spool.ungenerated(id))
                .hasValueSatisfying(u -> assertThat(u.progress()).isEqualTo(Spool.Ungenerated.Progress.GENERATING));
        assertThat(Ungenerateds.of(spool)).hasSize(1);
    }

    @Test
    void uncommittedTransmissionLeavesNothing() throws Exception {
        Spool spool = spool();
        long id;
        try (Spool.Staging staging = spool.stage()) {
            id = staging.transmissionId();
            for (int i = 0; i < 1_300; i++) {
                staging.add(Mail.to("user" + i + "@example.com"));
            }
            assertThat(staging.size()).isEqualTo(1_300);
        }
        Mail.send(spool, Mail.NOON, "another", "a@example.com");

        assertThat(spool.transmission(id)).isEmpty();
        assertThat(spool.recipients(id, 0, 10)).isEmpty();
        assertThat(spool.ungenerated(id)).isEmpty();
        assertThat(Ungenerateds.of(spool)).hasSize(1);
    }

    @Test
    void largeTransmissionIsWhole() throws Exception {
        Spool spool = spool();
        long id;
        try (Spool.Staging staging = spool.stage()) {
            id = staging.transmissionId();
            for (int i = 0; i < 2_345; i++) {
                MessageId message = staging.add(Mail.to("user" + i + "@example.com"));
                assertThat(message.place()).isEqualTo(i);
                assertThat(message.transmission()).isEqualTo(id);
            }
            byte[] content = new byte[20_000];
            staging.commit(
                    Mail.transmission(id, 2_345, content, Optional.empty(), Mail.NOON), content, Optional.empty());
        }
        assertThat(spool.recipients(id, 0, 5_000))
                .hasSize(2_345)
                .extracting(r -> r.id().place())
                .isSorted();
    }

    @Test
    void idsGrow() throws Exception {
        Spool spool = spool();
        long last = 0;
        for (int i = 0; i < 100; i++) {
            try (Spool.Staging staging = spool.stage()) {
                assertThat(staging.transmissionId()).isGreaterThan(last);
                last = staging.transmissionId();
            }
        }
        assertThat(Long.toString(last).length()).isBetween(17, 19);
    }

    @Test
    void idempotentAnswerIsGivenForADay() throws Exception {
        Spool spool = spool();
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) 7);
        byte[] content = Mail.octets("x");
        Spool.IdempotentAnswer answer =
                new Spool.IdempotentAnswer(key, new byte[32], 200, Mail.octets("{}"), Mail.NOON);
        assertThat(spool.idempotentAnswer(key, Mail.NOON)).isEmpty();
        try (Spool.Staging staging = spool.stage()) {
            staging.add(Mail.to("a@example.com"));
            staging.commit(
                    Mail.transmission(staging.transmissionId(), 1, content, Optional.empty(), Mail.NOON),
                    content,
                    Optional.of(answer));
        }
        Instant soon = Mail.NOON.plus(Duration.ofHours(23));
        assertThat(spool.idempotentAnswer(key, soon)).hasValueSatisfying(a -> {
            assertThat(a.status()).isEqualTo(200);
            assertThat(a.body()).isEqualTo(Mail.octets("{}"));
            assertThat(a.at()).isEqualTo(Mail.NOON);
        });
        assertThat(spool.idempotentAnswer(key, Mail.NOON.plus(Duration.ofHours(25))))
                .isEmpty();
    }

    @Test
    void scheduledTransmissionStartsOnce() throws Exception {
        Spool spool = spool();
        Instant start = Mail.NOON.plusSeconds(3600);
        long id = Mail.send(spool, Mail.NOON, Optional.of(start), "later", "a@example.com");
        assertThat(spool.ungenerated(id))
                .hasValueSatisfying(u -> assertThat(u.progress()).isEqualTo(Spool.Ungenerated.Progress.SCHEDULED));
        assertThat(spool.start(id)).isTrue();
        assertThat(spool.start(id)).isFalse();
        assertThat(spool.cancel(id)).isFalse();
        assertThat(spool.ungenerated(id))
                .hasValueSatisfying(u -> assertThat(u.progress()).isEqualTo(Spool.Ungenerated.Progress.GENERATING));
    }

    @Test
    void cancelledTransmissionStaysUntilItsMessagesAreFinal() throws Exception {
        Spool spool = spool();
        long id = Mail.send(spool, Mail.NOON, Optional.of(Mail.NOON), "later", "a@example.com");
        assertThat(spool.cancel(id)).isTrue();
        assertThat(spool.cancel(id)).isFalse();
        assertThat(spool.start(id)).isFalse();
        assertThat(spool.ungenerated(id).orElseThrow().progress()).isEqualTo(Spool.Ungenerated.Progress.CANCELLING);
        MessageId message = spool.recipients(id, 0, 1).getFirst().id();
        spool.generated(new Spool.Generated(id, 0, false, true, List.of(), List.of(), List.of()))
                .join();
        assertThat(spool.ungenerated(id).orElseThrow().progress()).isEqualTo(Spool.Ungenerated.Progress.CANCELLING);
        spool.generated(new Spool.Generated(id, 1, true, true, List.of(), List.of(message), List.of()))
                .join();
        assertThat(spool.recipients(id, 0, 1)).isEmpty();
        assertThat(Ungenerateds.of(spool)).isEmpty();
    }

    @Test
    void campaignIsCalledOffAsAWholeAndWhatComesLaterIsNot() throws Exception {
        Spool spool = spool();
        Optional<Instant> start = Optional.of(Mail.NOON.plusSeconds(3600));
        long first = Mail.send(spool, Mail.NOON, start, "later", "a@example.com");
        long second = Mail.send(spool, Mail.NOON, start, "later", "b@example.com");
        long started = Mail.send(spool, Mail.NOON, start, "later", "c@example.com");
        assertThat(spool.start(started)).isTrue();
        spool.cancelCampaign(Tenant.MAIN, "autumn", Mail.NOON);
        spool.cancelCampaign(new Tenant(1, 7), "spring", Mail.NOON);
        assertThat(progress(spool, first)).isEqualTo(Spool.Ungenerated.Progress.SCHEDULED);
        try (Spool.Staging begun = spool.stage()) {
            begun.add(Mail.to("d@example.com"));

            spool.cancelCampaign(Tenant.MAIN, "spring", Mail.NOON);

            byte[] content = Mail.octets("x");
            begun.commit(
                    Mail.transmission(begun.transmissionId(), 1, content, start, Mail.NOON), content, Optional.empty());
            assertThat(progress(spool, begun.transmissionId())).isEqualTo(Spool.Ungenerated.Progress.CALLED_OFF);
        }
        long later = Mail.send(spool, Mail.NOON, start, "later", "e@example.com");
        assertThat(Ungenerateds.of(spool))
                .extracting(Spool.Ungenerated::progress)
                .containsExactly(
                        Spool.Ungenerated.Progress.CALLED_OFF,
                        Spool.Ungenerated.Progress.CALLED_OFF,
                        Spool.Ungenerated.Progress.GENERATING,
                        Spool.Ungenerated.Progress.CALLED_OFF,
                        Spool.Ungenerated.Progress.SCHEDULED);
        assertThat(spool.start(first)).isFalse();
        assertThat(spool.cancel(first)).isTrue();
        assertThat(spool.cancel(first)).isFalse();
        assertThat(progress(spool, first)).isEqualTo(Spool.Ungenerated.Progress.CANCELLING);
        assertThat(progress(spool, second)).isEqualTo(Spool.Ungenerated.Progress.CALLED_OFF);
        assertThat(spool.start(later)).isTrue();
    }

    private static Spool.Ungenerated.Progress progress(Spool spool, long transmission) {
        return spool.ungenerated(transmission).orElseThrow().progress();
    }

    @Test
    void unknownTransmissionIsNeitherStartedNorCancelled() throws Exception {
        Spool spool = spool();
        assertThat(spool.start(42)).isFalse();
        assertThat(spool.cancel(42)).isFalse();
        assertThat(spool.transmission(42)).isEmpty();
        assertThat(spool.recipient(new MessageId(42, 1))).isEmpty();
        assertThat(spool.content(ContentId.of(1, new byte[1]))).isEmpty();
    }

    @Test
    void generationMovesItsCursorAndEnds() throws Exception {
        Spool spool = spool();
        long id = Mail.send(spool, Mail.NOON, "x", "a@example.com", "b@example.com", "c@example.com");
        List<Spool.StoredRecipient> all = spool.recipients(id, 0, 10);
        Waiting first = Mail.waiting(all.getFirst().id(), Mail.QUEUE, Mail.NOON);
        MessageId failed = all.get(1).id();
        spool.generated(new Spool.Generated(
                        id,
                        2,
                        false,
                        List.of(first),
                        List.of(failed),
                        List.of(
                                Mail.event(EventType.INJECTION, first.id(), "a@example.com", Mail.NOON),
                                Mail.event(EventType.GENERATION_FAILURE, failed, "b@example.com", Mail.NOON))))
                .join();
        assertThat(spool.ungenerated(id))
                .hasValueSatisfying(u -> assertThat(u.nextPlace()).isEqualTo(2));
        assertThat(spool.recipient(failed)).isEmpty();
        assertThat(spool.recipient(first.id())).isPresent();
        assertThat(spool.due(Mail.QUEUE, Mail.NOON, 10)).containsExactly(first);

        spool.generated(new Spool.Generated(
                        id,
                        3,
                        true,
                        List.of(Mail.waiting(all.get(2).id(), Mail.QUEUE, Mail.NOON)),
                        List.of(),
                        List.of()))
                .join();
        assertThat(spool.ungenerated(id)).isEmpty();
        assertThat(spool.due(Mail.QUEUE, Mail.NOON, 10)).hasSize(2);
        assertThat(spool.transmission(id)).isPresent();
    }

    @Test
    void queueIsReadByDueTime() throws Exception {
        Spool spool = spool();
        long id = Mail.send(spool, Mail.NOON, "x", "a@example.com", "b@example.com", "c@example.com");
        List<MessageId> ids = spool.recipients(id, 0, 10).stream()
                .map(Spool.StoredRecipient::id)
                .toList();
        Waiting late = Mail.waiting(ids.get(0), Mail.QUEUE, Mail.NOON.plusSeconds(30));
        Waiting early = Mail.waiting(ids.get(1), Mail.QUEUE, Mail.NOON.plusSeconds(10));
        Waiting other = Mail.waiting(ids.get(2), Mail.queue("example.com.au"), Mail.NOON.plusSeconds(20));
        spool.generated(new Spool.Generated(id, 3, true, List.of(late, early, other), List.of(), List.of()))
                .join();

        assertThat(spool.due(Mail.QUEUE, Mail.NOON.plusSeconds(9), 10)).isEmpty();
        assertThat(spool.due(Mail.QUEUE, Mail.NOON.plusSeconds(10), 10)).containsExactly(early);
        assertThat(spool.due(Mail.QUEUE, Mail.NOON.plusSeconds(60), 10)).containsExactly(early, late);
        assertThat(spool.due(Mail.QUEUE, Mail.NOON.plusSeconds(60), 1)).containsExactly(early);
        assertThat(spool.nextDue(Mail.QUEUE, Mail.NOON)).contains(Mail.NOON.plusSeconds(10));
        assertThat(spool.nextDue(Mail.QUEUE, Mail.NOON.plusSeconds(10))).contains(Mail.NOON.plusSeconds(30));
        assertThat(spool.nextDue(Mail.QUEUE, Mail.NOON.plusSeconds(30))).isEmpty();
        Map<QueueKey, Instant> queues = new TreeMap<>();
        spool.forEachQueue(queues::put);
        assertThat(queues)
                .containsExactly(
                        Map.entry(Mail.QUEUE, Mail.NOON.plusSeconds(10)),
                        Map.entry(Mail.queue("example.com.au"), Mail.NOON.plusSeconds(20)));
    }

    @Test
    void everyQueueIsNamedOnce() throws Exception {
        Spool spool = spool();
        long id = Mail.send(spool, Mail.NOON, "x", "a@example.com");
        List<Waiting> waiting = new ArrayList<>();
        for (int i = 0; i < 1_234; i++) {
            for (int k = 0; k < 2; k++) {
                waiting.add(Mail.waiting(
                        MessageId.of(id, 2 * i + k, i), Mail.queue("d" + i + ".example"), Mail.NOON.plusSeconds(k)));
            }
        }
        spool.generated(new Spool.Generated(id, 3, true, waiting, List.of(), List.of()))
                .join();
        List<QueueKey> seen = new ArrayList<>();
        spool.forEachQueue((queue, due) -> {
            seen.add(queue);
            assertThat(due).isEqualTo(Mail.NOON);
        });
        assertThat(seen).hasSize(1_234).doesNotHaveDuplicates();
    }

    @Test
    void deferredMessageWaitsWithWhatChanged() throws Exception {
        Spool spool = spool();
        long id = Mail.send(spool, Mail.NOON, "x", "a@example.com");
        Waiting before = Mail.generate(spool, id, Mail.QUEUE, Mail.NOON).getFirst();
        assertThat(spool.due(Mail.QUEUE, Mail.NOON, 10)).containsExactly(before);
        Waiting after = before.deferredUntil(Mail.NOON.plusSeconds(600), Optional.of("192.0.2.1"), "451 4.7.1 später");
        spool.deferred(before, after, List.of(Mail.event(EventType.DELAY, before.id(), "a@example.com", Mail.NOON)))
                .join();
        assertThat(spool.due(Mail.QUEUE, Mail.NOON, 10)).isEmpty();
        assertThat(spool.due(Mail.QUEUE, Mail.NOON.plusSeconds(600), 10)).containsExactly(after);
        assertThat(spool.recipient(before.id())).isPresent();

        Waiting sooner = after.deferredUntil(Mail.NOON.plusSeconds(5), Optional.empty(), "");
        spool.deferred(after, sooner, List.of()).join();
        assertThat(spool.due(Mail.QUEUE, Mail.NOON.plusSeconds(6), 10)).containsExactly(sooner);
    }

    @Test
    void finishedMessageLeavesOnlyItsEvents() throws Exception {
        Spool spool = spool();
        long id = Mail.send(spool, Mail.NOON, "x", "a@example.com");
        Waiting waiting = Mail.generate(spool, id, Mail.QUEUE, Mail.NOON).getFirst();
        spool.finished(waiting, List.of(Mail.event(EventType.DELIVERY, waiting.id(), "a@example.com", Mail.NOON)))
                .join();
        assertThat(spool.due(Mail.QUEUE, Mail.NOON, 10)).isEmpty();
        assertThat(spool.recipient(waiting.id())).isEmpty();
        assertThat(spool.recipients(id, 0, 10)).isEmpty();
        assertThat(spool.transmission(id)).isPresent();
        List<EventType> types = new ArrayList<>();
        spool.events()
                .backwardsOfMessage(
                        waiting.id(),
                        Long.MAX_VALUE,
                        0,
                        s -> types.add(s.event().type()));
        assertThat(types).containsExactly(EventType.DELIVERY, EventType.INJECTION);
    }

    @Test
    void refusedMailLeavesOnlyItsEvents() throws Exception {
        Spool spool = spool();
        MessageId message = MessageId.of(123_456_789L, 0, 0);
        spool.happened(List.of(Mail.event(EventType.POLICY_REJECTION, message, "a@example.com", Mail.NOON)))
                .join();
        assertThat(spool.events().read(0, 10))
                .extracting(stored -> stored.event().type())
                .containsExactly(EventType.POLICY_REJECTION);
        assertThat(spool.recipient(message)).isEmpty();
    }

    @Test
    void queueThatMovedOnStillShowsWhatIsDueEarlier() throws Exception {
        Spool spool = spool();
        long id = Mail.send(spool, Mail.NOON, "x", "a@example.com", "b@example.com");
        List<Waiting> both = Mail.generate(spool, id, Mail.QUEUE, Mail.NOON.plusSeconds(100));
        assertThat(spool.due(Mail.QUEUE, Mail.NOON.plusSeconds(100), 10)).hasSize(2);
        Waiting early = new Waiting(
                Mail.QUEUE, Mail.NOON.plusSeconds(1), both.getFirst().id(), Mail.NOON, 1, Optional.empty(), "");
        spool.deferred(both.getFirst(), early, List.of()).join();
        assertThat(spool.due(Mail.QUEUE, Mail.NOON.plusSeconds(2), 10)).containsExactly(early);
        spool.finished(early, List.of()).join();
        assertThat(spool.due(Mail.QUEUE, Mail.NOON.plusSeconds(2), 10)).isEmpty();
        assertThat(spool.due(Mail.QUEUE, Mail.NOON.plusSeconds(100), 10)).containsExactly(both.get(1));
        assertThat(spool.nextDue(Mail.QUEUE, Mail.NOON)).contains(Mail.NOON.plusSeconds(100));
    }

    @Test
    void eventsAreReadForwardsBackwardsAndByIndex() throws Exception {
        Spool spool = spool();
        long one = Mail.send(spool, Mail.NOON, "x", "a@example.com", "b@example.com");
        long two = Mail.send(spool, Mail.NOON, "x", "a@example.com");
        Mail.generate(spool, one, Mail.QUEUE, Mail.NOON);
        List<Waiting> second = Mail.generate(spool, two, Mail.QUEUE, Mail.NOON.plusSeconds(60));
        EventStream events = spool.events();

        assertThat(events.end()).isEqualTo(3);
        assertThat(events.read(0, 10)).extracting(EventStream.Stored::offset).containsExactly(0L, 1L, 2L);
        assertThat(events.read(1, 1)).extracting(EventStream.Stored::offset).containsExactly(1L);
        assertThat(events.read(3, 10)).isEmpty();
        assertThat(offsets(events)).containsExactly(2L, 1L, 0L);
        List<Long> found = new ArrayList<>();
        events.backwards(2, 1, s -> found.add(s.offset()));
        events.backwardsOfTransmission(one, 100, 0, s -> found.add(s.offset()));
        events.backwardsOfMessage(second.getFirst().id(), 100, 0, s -> found.add(s.offset()));
        events.backwardsOfRecipient("a@example.com", 100, 0, s -> found.add(s.offset()));
        events.backwardsOfRecipient("nobody@example.com", 100, 0, s -> found.add(s.offset()));
        events.backwardsOfRecipient("a@example.com", 2, 0, s -> found.add(s.offset()));
        assertThat(found).containsExactly(1L, 1L, 0L, 2L, 2L, 0L, 0L);
        assertThat(events.offsetAt(Mail.NOON.minusSeconds(1))).isZero();
        assertThat(events.offsetAt(Mail.NOON.plusSeconds(30))).isEqualTo(2);
        assertThat(events.offsetAt(Mail.NOON.plusSeconds(61))).isEqualTo(3);
        Event stored = events.read(2, 1).getFirst().event();
        assertThat(stored.recipient()).isEqualTo("a@example.com");
        assertThat(stored.timestamp()).isEqualTo(Mail.NOON.plusSeconds(60));
        assertThat(stored.json())
                .isEqualTo(Mail.event(
                                EventType.INJECTION, second.getFirst().id(), "a@example.com", Mail.NOON.plusSeconds(60))
                        .json());
    }

    @Test
    void walkOverEventsStopsWhenToldAndCrossesPieces() throws Exception {
        Spool spool = spool();
        long id = Mail.send(spool, Mail.NOON, "x", "a@example.com");
        MessageId message = spool.recipients(id, 0, 1).getFirst().id();
        List<Event> many = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            many.add(Mail.event(EventType.DELAY, message, "a@example.com", Mail.NOON.plusSeconds(i)));
        }
        spool.generated(new Spool.Generated(id, 1, true, List.of(), List.of(), many))
                .join();
        List<Long> seen = new ArrayList<>();
        spool.events().backwardsOfMessage(message, Long.MAX_VALUE, 0, s -> {
            seen.add(s.offset());
            return seen.size() < 700;
        });
        assertThat(seen).hasSize(700).isSortedAccordingTo((a, b) -> Long.compare(b, a));
        assertThat(offsets(spool.events())).hasSize(1_000);
    }

    @Test
    void consumerKeepsItsOffset() throws Exception {
        Spool spool = spool();
        assertThat(spool.events().consumerOffset("log")).isZero();
        spool.events().consumerOffset("log", 17);
        assertThat(spool.events().consumerOffset("log")).isEqualTo(17);
        assertThat(spool.events().consumerOffset("webhooks")).isZero();
    }

    @Test
    void sweepDropsWhatIsOverAndKeepsWhatIsNot() throws Exception {
        Spool spool = spool();
        long done = Mail.send(spool, Mail.NOON, "done", "a@example.com");
        long pending = Mail.send(spool, Mail.NOON, "pending", "b@example.com");
        long scheduled = Mail.send(
                spool, Mail.NOON, Optional.of(Mail.NOON.plus(Duration.ofDays(300))), "sched", "c@example.com");
        long shared = Mail.send(spool, Mail.NOON.plus(Duration.ofDays(8)), "done", "d@example.com");
        Waiting waiting = Mail.generate(spool, done, Mail.QUEUE, Mail.NOON).getFirst();
        spool.finished(waiting, List.of()).join();
        Mail.generate(spool, pending, Mail.QUEUE, Mail.NOON);
        ContentId content = spool.transmission(done).orElseThrow().content();

        spool.sweep(Mail.NOON.plus(Duration.ofDays(6)));
        assertThat(spool.transmission(done)).isPresent();

        spool.sweep(Mail.NOON.plus(Duration.ofDays(8)));
        assertThat(spool.transmission(done)).isEmpty();
        assertThat(spool.transmission(pending)).isPresent();
        assertThat(spool.transmission(scheduled)).isPresent();
        assertThat(spool.content(content)).as("still used").isPresent();

        Waiting last = Mail.generate(spool, shared, Mail.QUEUE, Mail.NOON).getFirst();
        spool.finished(last, List.of()).join();
        spool.sweep(Mail.NOON.plus(Duration.ofDays(16)));
        assertThat(spool.transmission(shared)).isEmpty();
        assertThat(spool.content(content)).isEmpty();
    }

    @Test
    void sweepDropsOldEventsButNotTheLast() throws Exception {
        Spool spool = spool();
        long id = Mail.send(spool, Mail.NOON, "x", "a@example.com", "b@example.com", "c@example.com");
        List<Waiting> all = Mail.generate(spool, id, Mail.QUEUE, Mail.NOON);
        Instant later = Mail.NOON.plus(Duration.ofDays(5));
        spool.finished(
                        all.getFirst(),
                        List.of(Mail.event(EventType.DELIVERY, all.getFirst().id(), "a@example.com", later)))
                .join();
        spool.sweep(Mail.NOON.plus(Duration.ofDays(11)));
        assertThat(offsets(spool.events())).containsExactly(3L);
        List<Long> ofRecipient = new ArrayList<>();
        spool.events().backwardsOfRecipient("a@example.com", Long.MAX_VALUE, 0, s -> ofRecipient.add(s.offset()));
        spool.events().backwardsOfMessage(all.get(1).id(), Long.MAX_VALUE, 0, s -> ofRecipient.add(s.offset()));
        assertThat(ofRecipient).containsExactly(3L);

        spool.sweep(Mail.NOON.plus(Duration.ofDays(30)));
        assertThat(offsets(spool.events())).containsExactly(3L);
        assertThat(spool.events().end()).isEqualTo(4);
    }
}
