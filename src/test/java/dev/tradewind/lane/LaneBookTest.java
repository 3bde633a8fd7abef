package dev.tradewind.lane;

import dev.tradewind.mail.Domain;
import dev.tradewind.mail.MessageId;
import dev.tradewind.spool.Flow;
import dev.tradewind.spool.QueueKey;
import dev.tradewind.spool.Waiting;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

import static org.assertj.core.api.Assertions.assertThat;

class LaneBookTest {
    private static final Instant T0 = Instant.parse("2026-11-24T20:00:00Z");
    private static final QueueKey A = key("a.example");
    private static final QueueKey B = key("b.example");
    private static final Instant LATER = T0.plusSeconds(3600);

    private final List<String> dropped = new ArrayList<>();
    private int nextId;

    private static LaneLimits limits(int connections, int perQueue, int total) {
        return new LaneLimits(
                connections,
                10,
                100,
                Duration.ofSeconds(5),
                perQueue,
                total,
                Duration.ofMinutes(1),
                Duration.ofMinutes(20));
    }

    private Waiting waiting(QueueKey queue, Instant due) {
        return new Waiting(queue, due, MessageId.of(1, nextId++, 0), T0, 0, Optional.empty(), "");
    }

    private LaneBook<String> book(LaneLimits limits) {
        LanePolicy policy = new LanePolicy(limits.connections(), List.of());
        return new LaneBook<>(limits, Sources.single("source"), (source, site) -> policy, T0, dropped::add);
    }

    private static boolean offer(LaneBook<String> book, Waiting message, String kept, Instant now) {
        if (!book.reserve(message, now)) {
            return false;
        }
        book.admit(message, kept, now);
        return true;
    }

    private static QueueKey key(String domain) {
        return key(domain, 1, false, 0);
    }

    private static QueueKey key(String domain, int account, boolean transactional, long stream) {
        return new QueueKey("default", new Domain(domain), new Flow(account, transactional, stream));
    }

    private static Lane<String> routed(LaneBook<String> book, QueueKey key, String site) {
        return book.routed(key.domain(), site, LATER, T0).iterator().next();
    }

    private static Optional<Held<String>> take(LaneBook<String> book, Lane<String> lane, Instant now) {
        return book.take(lane, now) instanceof LaneBook.Next.Message<String>(Held<String> message)
                ? Optional.of(message)
                : Optional.empty();
    }

    @Test
    void messageThatIsBeingWrittenIsNotLoadedMeanwhile() {
        LaneBook<String> book = book(limits(5, 100, 1000));
        Waiting message = waiting(A, T0);
        assertThat(book.reserve(message, T0)).isTrue();
        book.waitsOnDisk(A, T0);
        LaneBook.Load load = book.nextLoad(T0).orElseThrow();
        book.loaded(load.queue(), List.of(new LaneBook.Loaded(message, false)), Optional.empty(), T0);
        assertThat(book.needsRoute(A.domain(), T0))
                .as("nothing is to be attempted yet")
                .isFalse();
        book.admit(message, "x", T0);
        assertThat(routed(book, A, "site").depth()).isEqualTo(1);
    }

    @Test
    void messageIsHeldRoutedTakenAndReleased() {
        LaneBook<String> book = book(limits(5, 100, 1000));
        Waiting message = waiting(A, T0);
        assertThat(offer(book, message, "octets", T0)).isTrue();
        assertThat(book.needsRoute(A.domain(), T0)).isTrue();
        assertThat(book.needsRoute(A.domain(), T0)).as("asked once only").isFalse();
        Lane<String> lane = routed(book, A, "site");
        assertThat(book.wantsConnection(lane, T0)).isTrue();
        book.opening(lane, T0);
        assertThat(book.wantsConnection(lane, T0))
                .as("one is enough for one message")
                .isFalse();
        Held<String> held = take(book, lane, T0).orElseThrow();
        assertThat(held.waiting()).isEqualTo(message);
        assertThat(held.takeKept()).isEqualTo("octets");
        assertThat(held.takeKept()).isNull();
        assertThat(take(book, lane, T0)).isEmpty();
        book.released(message, T0);
        book.closed(lane, T0);
        assertThat(book.held()).isZero();
        assertThat(book.connections()).isZero();
        assertThat(book.queueCount()).as("nothing is left of an idle queue").isZero();
        assertThat(book.lanes()).as("nothing is left of an idle lane").isEmpty();
    }

    @Test
    void messageThatIsHeldIsNotHeldTwice() {
        LaneBook<String> book = book(limits(5, 100, 1000));
        Waiting message = waiting(A, T0);
        assertThat(offer(book, message, "x", T0)).isTrue();
        assertThat(offer(book, message, "x", T0)).isFalse();
        book.loaded(A, List.of(new LaneBook.Loaded(message, false)), Optional.empty(), T0);
        assertThat(book.held()).isEqualTo(1);
    }

    @Test
    void messageThatIsReleasedWhileItIsReadFromDiskIsNotHeldAgain() {
        LaneBook<String> book = book(limits(5, 8, 1000));
        Waiting held = waiting(A, T0);
        Waiting other = waiting(A, T0);
        assertThat(offer(book, held, "x", T0)).isTrue();
        book.waitsOnDisk(A, T0);
        assertThat(book.nextLoad(T0)).isPresent();
        book.released(held, T0); // after the disk was read, before the answer
        List<LaneBook.Loaded> read = List.of(new LaneBook.Loaded(held, false), new LaneBook.Loaded(other, false));
        book.loaded(A, read, Optional.empty(), T0);
        assertThat(book.held()).isEqualTo(1);
        book.waitsOnDisk(A, T0);
        assertThat(book.nextLoad(T0)).isPresent();
        book.loaded(A, List.of(new LaneBook.Loaded(held, false)), Optional.empty(), T0);
        assertThat(book.held()).as("it may come back later").isEqualTo(2);
    }

    @Test
    void fullQueueIsLoadedAgainWhenItHasRunLow() {
        LaneBook<String> book = book(limits(5, 4, 1000));
        List<Waiting> held = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Waiting message = waiting(A, T0);
            assertThat(offer(book, message, "x", T0)).isTrue();
            held.add(message);
        }
        Waiting fifth = waiting(A, T0);
        assertThat(offer(book, fifth, "x", T0)).isFalse();
        book.waitsOnDisk(A, T0);
        assertThat(book.nextLoad(T0)).as("enough is held").isEmpty();
        assertThat(book.released(held.get(0), T0)).isFalse();
        assertThat(book.released(held.get(1), T0)).isTrue();
        LaneBook.Load load = book.nextLoad(T0).orElseThrow();
        assertThat(load.queue()).isEqualTo(A);
        assertThat(load.limit()).isGreaterThanOrEqualTo(3);
        List<LaneBook.Loaded> onDisk = List.of(
                new LaneBook.Loaded(held.get(2), false),
                new LaneBook.Loaded(held.get(3), false),
                new LaneBook.Loaded(fifth, false));
        book.loaded(A, onDisk, Optional.empty(), T0);
        assertThat(book.held()).isEqualTo(3);
    }

    @Test
    void slowDomainsLeaveRoomForOthers() {
        LaneBook<String> book = book(limits(5, 1000, 1000));
        for (int queue = 0; queue < 20; queue++) {
            QueueKey key = key("slow" + queue + ".example");
            while (offer(book, waiting(key, T0), "x", T0)) {
                // until it is full
            }
        }
        assertThat(book.held()).isLessThan(1000);
        assertThat(offer(book, waiting(B, T0), "x", T0)).isTrue();
    }

    @Test
    void unwillingSiteRestsLongerEachTimeAndIsThenProbedByOneConnection() {
        LaneBook<String> book = book(limits(5, 100, 1000));
        for (int i = 0; i < 50; i++) {
            offer(book, waiting(A, T0), "x", T0);
        }
        Lane<String> lane = routed(book, A, "site");
        book.opening(lane, T0);
        Held<String> first = take(book, lane, T0).orElseThrow();
        Instant until = book.unwilling(lane, T0);
        assertThat(until).isEqualTo(T0.plusSeconds(60));
        book.closed(lane, T0);
        book.released(first.waiting(), T0);
        assertThat(book.held()).as("a dead site costs no memory").isZero();
        assertThat(dropped).as("nor do the messages rendered for it").hasSize(49);
        assertThat(book.nextLoad(T0.plusSeconds(59))).isEmpty();
        assertThat(book.nextWake()).contains(until);

        LaneBook.Load load = book.nextLoad(until).orElseThrow();
        List<LaneBook.Loaded> messages = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            messages.add(new LaneBook.Loaded(waiting(A, T0), false));
        }
        book.loaded(load.queue(), messages, Optional.empty(), until);
        assertThat(book.wantsConnection(lane, until)).isTrue();
        book.opening(lane, T0);
        assertThat(book.wantsConnection(lane, until)).as("one probes").isFalse();
        assertThat(book.unwilling(lane, until)).isEqualTo(until.plusSeconds(120));
        book.closed(lane, T0);

        Instant again = until.plusSeconds(120);
        book.nextLoad(again);
        book.loaded(A, messages, Optional.empty(), again);
        book.opening(lane, T0);
        book.opened(lane);
        assertThat(book.wantsConnection(lane, again))
                .as("others follow a good probe")
                .isTrue();
    }

    @Test
    void laneThatFailedAndHasNothingLeftIsForgottenAfterAWhile() {
        LaneBook<String> book = book(limits(5, 100, 1000));
        Waiting message = waiting(A, T0);
        offer(book, message, "x", T0);
        Lane<String> lane = routed(book, A, "site");
        book.opening(lane, T0);
        take(book, lane, T0);
        Instant until = book.unwilling(lane, T0);
        assertThat(book.wake(until)).as("nothing to be done").isEmpty();
        book.released(message, until);
        book.closed(lane, until);
        assertThat(book.lanes()).as("its failures are remembered").containsExactly(lane);
        Instant later = until.plus(Duration.ofHours(1));
        assertThat(book.nextWake()).contains(later);
        book.wake(later);
        assertThat(book.lanes()).isEmpty();
    }

    @Test
    void unresolvedDomainHandsBackOneMessageAndRests() {
        LaneBook<String> book = book(limits(5, 100, 1000));
        offer(book, waiting(A, T0), "x", T0);
        offer(book, waiting(A, T0), "x", T0);
        assertThat(book.needsRoute(A.domain(), T0)).isTrue();
        Held<String> first = book.unresolved(A.domain(), T0).orElseThrow();
        assertThat(book.held()).isEqualTo(1);
        book.released(first.waiting(), T0);
        assertThat(book.nextWake()).contains(T0.plusSeconds(60));
    }

    @Test
    void transactionalMailHasNineTurnsOfTen() {
        LaneBook<String> book = book(limits(5, 1000, 100_000));
        for (int i = 0; i < 100; i++) {
            offer(book, waiting(A, T0), "bulk", T0);
            offer(book, waiting(key("a.example", 1, true, 0), T0), "transactional", T0);
        }
        Lane<String> lane = routed(book, A, "site");
        int transactional = 0;
        for (int i = 0; i < 100; i++) {
            transactional +=
                    "transactional".equals(take(book, lane, T0).orElseThrow().takeKept()) ? 1 : 0;
        }
        assertThat(transactional).isEqualTo(90);
    }

    @Test
    void domainsOfOneSiteShareItsLaneAndItsConnections() {
        LaneBook<String> book = book(limits(2, 100, 1000));
        for (int i = 0; i < 60; i++) {
            offer(book, waiting(i % 2 == 0 ? A : B, T0), "x", T0);
        }
        Lane<String> lane = routed(book, A, "site");
        assertThat(routed(book, B, "site")).isSameAs(lane);
        assertThat(lane.depth()).isEqualTo(60);
        book.opening(lane, T0);
        book.opening(lane, T0);
        assertThat(book.wantsConnection(lane, T0)).isFalse();
    }

    @Test
    void laneThatFoundNoFreeConnectionGetsTheNextOne() {
        LaneLimits limits = new LaneLimits(
                5, 10, 1, Duration.ofSeconds(5), 100, 1000, Duration.ofMinutes(1), Duration.ofMinutes(20));
        LaneBook<String> book = book(limits);
        offer(book, waiting(A, T0), "x", T0);
        offer(book, waiting(B, T0), "x", T0);
        Lane<String> first = routed(book, A, "one");
        Lane<String> second = routed(book, B, "two");
        assertThat(book.wantsConnection(first, T0)).isTrue();
        book.opening(first, T0);
        assertThat(book.wantsConnection(second, T0)).isFalse();
        assertThat(book.nextStarved(first, T0)).isEmpty();
        take(book, first, T0);
        book.closed(first, T0);
        assertThat(book.nextStarved(first, T0)).contains(second);
    }

    /** Random traffic against a model of the disk: every message is taken, none twice, and the counters come back to zero. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void everyMessageIsTakenOnceUnderRandomTraffic(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        LaneBook<String> book = book(limits(4, 16, 64));
        Comparator<Waiting> byDue = Comparator.comparing(Waiting::due).thenComparing(Waiting::id);
        Map<QueueKey, TreeSet<Waiting>> disk = new HashMap<>();
        Map<MessageId, Integer> delivered = new HashMap<>();
        List<Lane<String>> open = new ArrayList<>();
        Instant now = T0;
        int offered = 0;
        int total = 2000;
        for (int step = 0; step < 200_000 && delivered.size() < total; step++) {
            now = now.plusMillis(random.nextInt(200));
            int domain = random.nextInt(12);
            QueueKey key = key("d" + domain + ".example");
            if (offered < total && random.nextInt(4) == 0) {
                Waiting message = waiting(key, now);
                offered++;
                disk.computeIfAbsent(key, k -> new TreeSet<>(byDue)).add(message);
                if (!offer(book, message, "x", now)) {
                    book.waitsOnDisk(key, message.due());
                }
            }
            if (book.needsRoute(key.domain(), now)) {
                if (random.nextInt(10) == 0) {
                    book.unresolved(key.domain(), now).ifPresent(back -> {
                        book.released(back.waiting(), T0);
                        book.waitsOnDisk(back.waiting().queue(), back.waiting().due());
                    });
                } else {
                    book.routed(key.domain(), "site" + domain % 5, now.plusSeconds(30), now);
                }
            }
            Instant at = now;
            book.wake(at);
            book.nextLoad(at).ifPresent(load -> {
                List<Waiting> due = disk.getOrDefault(load.queue(), new TreeSet<>(byDue)).stream()
                        .filter(w -> !w.due().isAfter(at))
                        .limit(load.limit())
                        .toList();
                Optional<Instant> next = due.size() >= load.limit()
                        ? Optional.of(at)
                        : disk.getOrDefault(load.queue(), new TreeSet<>(byDue)).stream()
                                .map(Waiting::due)
                                .filter(d -> d.isAfter(at))
                                .findFirst();
                book.loaded(
                        load.queue(),
                        due.stream().map(w -> new LaneBook.Loaded(w, false)).toList(),
                        next,
                        at);
            });
            for (Lane<String> lane : List.copyOf(book.lanes())) {
                if (book.wantsConnection(lane, at)) {
                    book.opening(lane, T0);
                    open.add(lane);
                }
            }
            if (!open.isEmpty()) {
                Lane<String> lane = open.get(random.nextInt(open.size()));
                Optional<Held<String>> taken = take(book, lane, at);
                if (taken.isPresent()) {
                    Waiting message = taken.get().waiting();
                    switch (random.nextInt(20)) {
                        case 0 -> { // the site is unwilling: this one is deferred
                            Waiting after = message.deferredUntil(at.plusSeconds(30), Optional.empty(), "451 no");
                            disk.get(message.queue()).remove(message);
                            disk.get(message.queue()).add(after);
                            book.released(message, at);
                            book.waitsOnDisk(after.queue(), after.due());
                            book.unwilling(lane, at);
                            book.closed(lane, T0);
                            open.remove(lane);
                        }
                        default -> {
                            assertThat(delivered.merge(message.id(), 1, Integer::sum))
                                    .isEqualTo(1);
                            disk.get(message.queue()).remove(message);
                            book.released(message, at);
                            book.opened(lane);
                        }
                    }
                } else {
                    book.closed(lane, T0);
                    open.remove(lane);
                }
            }
            assertThat(book.held()).isLessThanOrEqualTo(64);
        }
        assertThat(delivered).hasSize(total);
        Instant end = now.plus(Duration.ofHours(3));
        open.forEach(lane -> book.closed(lane, end));
        book.wake(end);
        while (book.nextLoad(end)
                .map(load -> {
                    book.loaded(load.queue(), List.of(), Optional.empty(), end);
                    return load;
                })
                .isPresent()) {
            // nothing is left on disk
        }
        assertThat(book.held()).isZero();
        assertThat(book.connections()).isZero();
    }
}
