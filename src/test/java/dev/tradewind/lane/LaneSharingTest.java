package dev.tradewind.lane;

import dev.tradewind.mail.Domain;
import dev.tradewind.mail.MessageId;
import dev.tradewind.shaping.Dimension;
import dev.tradewind.shaping.Limit;
import dev.tradewind.shaping.Rate;
import dev.tradewind.spool.Flow;
import dev.tradewind.spool.QueueKey;
import dev.tradewind.spool.Waiting;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

/** How accounts, campaigns and sources share lanes, and what limits do to them. */
class LaneSharingTest {
    private static final Instant T0 = Instant.parse("2026-11-24T20:00:00Z");
    private static final Instant LATER = T0.plusSeconds(3600);
    private static final LaneLimits LIMITS = new LaneLimits(
            10, 100, 1000, Duration.ofSeconds(5), 2000, 20_000, Duration.ofMinutes(1), Duration.ofMinutes(20));

    private int nextId;
    private LanePolicy policy = new LanePolicy(10, List.of());
    private Sources sources = Sources.single("s1");
    private final Map<String, Instant> usableFrom = new HashMap<>();

    private LaneBook<String> book() {
        return new LaneBook<>(LIMITS, sources, (source, site) -> policy, T0.minus(Duration.ofDays(1)), kept -> {});
    }

    private void pools(Map<String, List<List<Sources.Member>>> pools) {
        sources = new Sources() {
            @Override
            public List<List<Member>> tiers(String pool) {
                return pools.get(pool);
            }

            @Override
            public Instant usableFrom(String source, String site, Instant now) {
                return usableFrom.getOrDefault(source, now);
            }
        };
    }

    private static QueueKey queue(String domain, int account, boolean transactional, long stream) {
        return new QueueKey("default", new Domain(domain), new Flow(account, transactional, stream));
    }

    private Waiting waiting(QueueKey queue) {
        return new Waiting(queue, T0, MessageId.of(1, nextId++, 0), T0, 0, Optional.empty(), "");
    }

    private void offer(LaneBook<String> book, int messages, QueueKey queue) {
        for (int i = 0; i < messages; i++) {
            offer(book, waiting(queue));
        }
    }

    private static void offer(LaneBook<String> book, Waiting message) {
        assertThat(book.reserve(message, T0)).isTrue();
        book.admit(message, "octets", T0);
    }

    private static Optional<Waiting> take(LaneBook<String> book, Lane<String> lane, Instant now) {
        return book.take(lane, now) instanceof LaneBook.Next.Message<String>(Held<String> message)
                ? Optional.of(message.waiting())
                : Optional.empty();
    }

    private static Lane<String> only(LaneBook<String> book) {
        assertThat(book.lanes()).hasSize(1);
        return book.lanes().iterator().next();
    }

    private static Map<Integer, Integer> takenByAccount(LaneBook<String> book, Lane<String> lane, int messages) {
        Map<Integer, Integer> taken = new HashMap<>();
        for (int i = 0; i < messages; i++) {
            taken.merge(take(book, lane, T0).orElseThrow().queue().flow().account(), 1, Integer::sum);
        }
        return taken;
    }

    @Test
    void accountThatComesLateGetsTheNextTurn() {
        LaneBook<String> book = book();
        offer(book, 1000, queue("a.example", 1, false, 0));
        book.routed(new Domain("a.example"), "site", LATER, T0);
        Lane<String> lane = only(book);
        takenByAccount(book, lane, 10);
        offer(book, 1, queue("a.example", 2, false, 0));
        assertThat(takenByAccount(book, lane, 2)).containsEntry(2, 1);
    }

    @Test
    void accountsShareEquallyWhateverTheyHaveAndHoweverManyCampaigns() {
        LaneBook<String> book = book();
        for (int campaign = 0; campaign < 20; campaign++) {
            offer(book, 50, queue("a.example", 1, false, campaign));
        }
        offer(book, 100, queue("a.example", 2, false, 7));
        offer(book, 100, queue("a.example", 3, false, 7));
        book.routed(new Domain("a.example"), "site", LATER, T0);
        assertThat(takenByAccount(book, only(book), 90)).isEqualTo(Map.of(1, 30, 2, 30, 3, 30));
    }

    @Test
    void campaignsShareWithinTheirAccount() {
        LaneBook<String> book = book();
        offer(book, 1000, queue("a.example", 1, false, 1));
        offer(book, 10, queue("b.example", 1, false, 2));
        book.routed(new Domain("a.example"), "site", LATER, T0);
        book.routed(new Domain("b.example"), "site", LATER, T0);
        Lane<String> lane = only(book);
        int small = 0;
        for (int i = 0; i < 20; i++) {
            small += take(book, lane, T0).orElseThrow().queue().flow().stream() == 2 ? 1 : 0;
        }
        assertThat(small).isEqualTo(10);
    }

    @Test
    void flagIsWorthNothingToWhoPutsItOnEverything() {
        LaneBook<String> book = book();
        offer(book, 1000, queue("a.example", 1, true, 0)); // all of it "transactional"
        offer(book, 50, queue("a.example", 2, true, 0));
        offer(book, 50, queue("a.example", 3, false, 0));
        book.routed(new Domain("a.example"), "site", LATER, T0);
        assertThat(takenByAccount(book, only(book), 100)).isEqualTo(Map.of(1, 45, 2, 45, 3, 10));
    }

    @Test
    void accountWithTooMuchForMemoryLeavesRoomForOthers() {
        LaneBook<String> book = book();
        int held = 0;
        for (int domain = 0; domain < 5000; domain++) {
            QueueKey queue = queue("d" + domain + ".example", 1, false, 0);
            for (int i = 0; i < 10; i++) {
                if (book.reserve(waiting(queue), T0)) {
                    held++;
                }
            }
        }
        assertThat(held).isLessThanOrEqualTo(15_000);
        offer(book, 500, queue("d1.example", 2, false, 0));
        offer(book, 500, queue("d1.example", 3, true, 0));
    }

    @Test
    void queuesOfAnAccountWithoutRoomAreLoadedWhenItHasLetGoOfSome() {
        LaneBook<String> book = book();
        List<Waiting> held = new ArrayList<>();
        List<QueueKey> spilled = new ArrayList<>();
        for (int domain = 0; domain < 4000; domain++) {
            QueueKey queue = queue("d" + domain + ".example", 1, false, 0);
            for (int i = 0; i < 8; i++) {
                Waiting message = waiting(queue);
                if (book.reserve(message, T0)) {
                    book.admit(message, "x", T0);
                    held.add(message);
                } else if (i == 0) {
                    spilled.add(queue);
                    book.waitsOnDisk(queue, T0);
                }
            }
        }
        assertThat(spilled).isNotEmpty();
        assertThat(book.nextLoad(T0)).as("no room for this account").isEmpty();
        held.forEach(message -> book.released(message, T0));
        Set<QueueKey> loaded = new HashSet<>();
        for (Optional<LaneBook.Load> load = book.nextLoad(T0); load.isPresent(); load = book.nextLoad(T0)) {
            loaded.add(load.get().queue());
            Waiting one = waiting(load.get().queue());
            book.loaded(load.get().queue(), List.of(new LaneBook.Loaded(one, false)), Optional.empty(), T0);
            book.released(one, T0);
        }
        assertThat(loaded).containsAll(spilled);
        assertThat(book.held()).isZero();
    }

    // ---- sources

    private static Sources.Member member(String source, int weight) {
        return new Sources.Member(source, weight);
    }

    private Map<String, Integer> depths(LaneBook<String> book) {
        Map<String, Integer> depths = new HashMap<>();
        book.lanes().forEach(lane -> depths.merge(lane.source(), lane.depth(), Integer::sum));
        return depths;
    }

    @Test
    void mailIsSpreadByTheWeightsOfTheSources() {
        pools(Map.of("default", List.of(List.of(member("s1", 3), member("s2", 1)))));
        LaneBook<String> book = book();
        offer(book, 400, queue("a.example", 1, false, 0));
        book.routed(new Domain("a.example"), "site", LATER, T0);
        assertThat(depths(book)).isEqualTo(Map.of("s1", 300, "s2", 100));
    }

    @Test
    void mailIsSpreadByWeightAlsoWhenEveryMessageGoesAtOnce() {
        pools(Map.of("default", List.of(List.of(member("s1", 3), member("s2", 1)))));
        LaneBook<String> book = book();
        book.waitsOnDisk(queue("a.example", 1, false, 0), LATER); // so that the domain stays known
        Map<String, Integer> taken = new HashMap<>();
        for (int i = 0; i < 400; i++) {
            offer(book, 1, queue("a.example", 1, false, 0));
            if (i == 0) {
                book.routed(new Domain("a.example"), "site", LATER, T0);
            }
            for (Lane<String> lane : book.lanes()) {
                take(book, lane, T0).ifPresent(message -> {
                    book.released(message, T0);
                    taken.merge(lane.source(), 1, Integer::sum);
                });
            }
        }
        assertThat(taken.get("s1")).isBetween(298, 302);
    }

    @Test
    void retryKeepsItsSourceUnlessThatCannotBeUsed() {
        pools(Map.of("default", List.of(List.of(member("s1", 1), member("s2", 1)))));
        LaneBook<String> book = book();
        QueueKey queue = queue("a.example", 1, false, 0);
        for (int i = 0; i < 10; i++) {
            offer(book, waiting(queue).deferredUntil(T0, Optional.of("s2"), "451 later"));
        }
        book.routed(new Domain("a.example"), "site", LATER, T0);
        assertThat(depths(book)).isEqualTo(Map.of("s2", 10));
        usableFrom.put("s2", T0.plusSeconds(600)); // unwell at that site
        offer(book, waiting(queue).deferredUntil(T0, Optional.of("s2"), "451 later"));
        assertThat(depths(book)).isEqualTo(Map.of("s1", 1, "s2", 10));
    }

    @Test
    void mailOfALaneThatRestsGoesToAnotherSourceAndBoundMailWaits() {
        pools(Map.of("default", List.of(List.of(member("s1", 1), member("s2", 1)))));
        LaneBook<String> book = book();
        QueueKey queue = queue("a.example", 1, false, 0);
        offer(book, 100, queue);
        Waiting bound = waiting(queue).deferredUntil(T0, Optional.of("s1"), "451 later");
        offer(book, bound);
        book.routed(new Domain("a.example"), "site", LATER, T0);
        Lane<String> first = book.lanes().stream()
                .filter(lane -> lane.source().equals("s1"))
                .findFirst()
                .orElseThrow();
        Instant until = book.unwilling(first, T0);
        assertThat(book.held()).isEqualTo(50);
        LaneBook.Load load = book.nextLoad(T0).orElseThrow();
        assertThat(load.queue()).isEqualTo(queue);
        List<LaneBook.Loaded> read = new ArrayList<>();
        read.add(new LaneBook.Loaded(bound, false));
        for (int i = 0; i < 51; i++) {
            read.add(new LaneBook.Loaded(waiting(queue), false));
        }
        book.loaded(queue, read, Optional.empty(), T0);
        assertThat(depths(book)).isEqualTo(Map.of("s1", 0, "s2", 101));
        assertThat(book.nextWake()).contains(until);
    }

    @Test
    void poolWithoutAUsableSourceOverflows() {
        pools(Map.of("default", List.of(List.of(member("cold", 1)), List.of(member("warm", 1)))));
        LaneBook<String> book = book();
        QueueKey queue = queue("a.example", 1, false, 0);
        offer(book, 3, queue);
        book.routed(new Domain("a.example"), "site", LATER, T0);
        usableFrom.put("cold", T0.plusSeconds(3600)); // the day's volume is used up
        offer(book, 2, queue);
        assertThat(depths(book)).isEqualTo(Map.of("cold", 3, "warm", 2));
        usableFrom.put("warm", T0.plusSeconds(1800));
        assertThat(book.reserve(waiting(queue), T0)).as("nobody can take it").isFalse();
    }

    @Test
    void mailMovesToTheNewSiteWhenDnsChanges() {
        LaneBook<String> book = book();
        QueueKey queue = queue("a.example", 1, false, 0);
        offer(book, 20, queue);
        book.routed(new Domain("a.example"), "old", T0.plusSeconds(60), T0);
        Lane<String> old = only(book);
        book.opening(old, T0);
        Set<MessageId> seen = new HashSet<>();
        seen.add(take(book, old, T0).orElseThrow().id());
        Instant after = T0.plusSeconds(61);
        Waiting late = waiting(queue);
        assertThat(book.reserve(late, after)).isTrue();
        book.admit(late, "x", after);
        assertThat(book.needsRoute(new Domain("a.example"), after)).isTrue();
        book.routed(new Domain("a.example"), "new", LATER, after);
        assertThat(take(book, old, after)).isEmpty();
        Lane<String> fresh = book.lanes().stream()
                .filter(lane -> lane.site().equals("new"))
                .findFirst()
                .orElseThrow();
        for (Optional<Waiting> one = take(book, fresh, after); one.isPresent(); one = take(book, fresh, after)) {
            assertThat(seen.add(one.get().id())).isTrue();
        }
        assertThat(seen).hasSize(21);
    }

    // ---- limits

    @Test
    void connectionsToASiteAreCountedOverAllSources() {
        pools(Map.of("default", List.of(List.of(member("s1", 1), member("s2", 1)))));
        policy = new LanePolicy(
                10,
                List.of(new Limit(
                        "site", Set.of(Dimension.SITE), OptionalInt.of(3), Optional.empty(), Optional.empty())));
        LaneBook<String> book = book();
        offer(book, 200, queue("a.example", 1, false, 0));
        book.routed(new Domain("a.example"), "site", LATER, T0);
        int open = 0;
        List<Lane<String>> lanes = List.copyOf(book.lanes());
        for (int i = 0; i < 20; i++) {
            Lane<String> lane = lanes.get(i % 2);
            if (book.wantsConnection(lane, T0)) {
                book.opening(lane, T0);
                open++;
            }
        }
        assertThat(open).isEqualTo(3);
        book.closed(lanes.get(0), T0);
        assertThat(book.nextStarved(lanes.get(0), T0))
                .as("one that was refused may come")
                .isPresent();
    }

    @Test
    void rateOfAnAccountHoldsBackItsMailAlone() {
        policy = new LanePolicy(
                10,
                List.of(new Limit(
                        "account",
                        Set.of(Dimension.ACCOUNT),
                        OptionalInt.empty(),
                        Optional.of(new Rate(2, Duration.ofSeconds(10), 0)),
                        Optional.empty())));
        LaneBook<String> book = book();
        offer(book, 100, queue("a.example", 1, false, 0));
        offer(book, 3, queue("a.example", 2, false, 0));
        book.routed(new Domain("a.example"), "site", LATER, T0);
        Lane<String> lane = only(book);
        assertThat(takenByAccount(book, lane, 2)).isEqualTo(Map.of(1, 1, 2, 1));
        assertThat(book.take(lane, T0)).isEqualTo(new LaneBook.Next.Later<String>(T0.plusMillis(5010)));
        assertThat(book.nextWake()).contains(T0.plusMillis(5010));
        assertThat(take(book, lane, T0.plusMillis(5010))).isPresent();
        assertThat(take(book, lane, T0.plusMillis(5010))).isPresent();
        assertThat(take(book, lane, T0.plusMillis(5010))).isEmpty();
    }

    @Test
    void rateOfALaneHoldsBackAllOfIt() {
        policy = new LanePolicy(
                10,
                List.of(new Limit(
                        "lane",
                        Set.of(Dimension.SITE, Dimension.SOURCE),
                        OptionalInt.empty(),
                        Optional.of(new Rate(1, Duration.ofMinutes(1), 0)),
                        Optional.empty())));
        LaneBook<String> book = book();
        offer(book, 100, queue("a.example", 1, false, 0));
        book.routed(new Domain("a.example"), "site", LATER, T0);
        Lane<String> lane = only(book);
        assertThat(book.wantsConnection(lane, T0)).isTrue();
        book.opening(lane, T0);
        assertThat(take(book, lane, T0)).isPresent();
        assertThat(take(book, lane, T0)).isEmpty();
        assertThat(book.wantsConnection(lane, T0)).as("it could send nothing").isFalse();
        Instant soon = T0.plusMillis(60_020).minusSeconds(5);
        assertThat(book.wake(soon)).containsExactly(lane);
        assertThat(book.wantsConnection(lane, soon))
                .as("a connection may idle for 5 s")
                .isTrue();
        assertThat(take(book, lane, soon)).isEmpty();
        assertThat(take(book, lane, T0.plusMillis(60_020))).isPresent();
    }

    // ---- orders to wait

    private static Suspension suspension(OptionalInt account, Optional<String> site, Instant until) {
        return new Suspension(
                "one",
                account,
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty(),
                site,
                Optional.empty(),
                until,
                "asked by the operator");
    }

    @Test
    void suspendedMailWaitsOnDiskUntilItIsResumed() {
        LaneBook<String> book = book();
        QueueKey mine = queue("a.example", 1, false, 0);
        QueueKey other = queue("a.example", 2, false, 0);
        offer(book, 10, mine);
        offer(book, 10, other);
        book.routed(new Domain("a.example"), "site", LATER, T0);
        book.suspend(suspension(OptionalInt.of(1), Optional.empty(), T0.plusSeconds(3000)), T0);
        assertThat(only(book).depth()).isEqualTo(10);
        assertThat(book.held()).isEqualTo(10);
        assertThat(book.reserve(waiting(mine), T0)).isFalse();
        assertThat(book.nextLoad(T0)).isEmpty();
        assertThat(book.suspensions(T0)).hasSize(1);
        book.resume("one", T0);
        assertThat(book.nextLoad(T0).orElseThrow().queue()).isEqualTo(mine);
        book.loaded(mine, List.of(new LaneBook.Loaded(waiting(mine), false)), Optional.empty(), T0);
        assertThat(only(book).depth()).isEqualTo(11);
    }

    @Test
    void suspendedMailIsLookedAtForWhatExpires() {
        LaneBook<String> book = book();
        QueueKey mine = queue("a.example", 1, false, 0);
        book.routed(new Domain("a.example"), "site", LATER, T0);
        book.suspend(suspension(OptionalInt.of(1), Optional.empty(), T0.plus(Duration.ofDays(5))), T0);
        book.waitsOnDisk(mine, T0);
        book.nextLoad(T0);
        Waiting old = waiting(mine);
        List<Held<String>> expired = book.loaded(
                mine,
                List.of(new LaneBook.Loaded(waiting(mine), false), new LaneBook.Loaded(old, true)),
                Optional.empty(),
                T0);
        assertThat(expired).hasSize(1);
        assertThat(book.nextWake()).contains(T0.plus(Duration.ofMinutes(30)));
    }
}
