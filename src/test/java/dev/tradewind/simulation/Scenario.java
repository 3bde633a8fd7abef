package dev.tradewind.simulation;

import dev.tradewind.lane.LaneLimits;
import dev.tradewind.lane.LanePolicy;
import dev.tradewind.lane.Sources;
import dev.tradewind.mail.Domain;
import dev.tradewind.mail.MessageId;
import dev.tradewind.shaping.Dimension;
import dev.tradewind.shaping.Limit;
import dev.tradewind.shaping.Rate;
import dev.tradewind.spool.Flow;
import dev.tradewind.spool.QueueKey;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.random.RandomGenerator;

/** What a seed is made of beside its world: the mail and its senders, the sources, the limits, the crashes. */
final class Scenario {
    static final Instant START = Instant.parse("2026-11-24T00:00:00Z");
    static final Duration DAYS = Duration.ofDays(3);
    static final int SITES = 50;
    static final int MESSAGES = 10_000;
    static final int CRASHES = 5;
    /** A site that is always well and always busy: what fairness is measured at. */
    static final String BUSY_SITE = "site0";

    static final int BULK_ACCOUNT = 1;
    static final int SMALL_ACCOUNT = 9;
    static final int SMALL_BULK_ACCOUNT = 8;
    /** Of each of the two. */
    static final int SMALL_MESSAGES = 200;

    static final LaneLimits LANE_LIMITS =
            new LaneLimits(10, 50, 150, Duration.ofSeconds(5), 100, 400, Duration.ofMinutes(1), Duration.ofMinutes(20));

    private final RandomGenerator random;
    private final Map<String, LanePolicy> policies = new HashMap<>();
    private final Map<String, List<List<Sources.Member>>> pools;
    private final Map<String, Instant[]> unwell = new HashMap<>();
    final List<Mail> mail = new ArrayList<>();
    final List<Instant> crashes = new ArrayList<>();

    /** One accepted message. */
    record Mail(MessageId id, Instant accepted, QueueKey queue) {}

    Scenario(RandomGenerator random, World world) {
        this.random = random;
        for (String site : world.siteNames().stream().sorted().toList()) {
            policies.put(site, site.equals(BUSY_SITE) ? busySite() : policy());
        }
        pools = Map.of(
                "default",
                List.of(List.of(member("s1", 3), member("s2", 1), member("s3", 1))),
                "bulk",
                List.of(List.of(member("s4", 1), member("s5", 1), member("s6", 2)), List.of(member("s1", 1))),
                "transactional",
                List.of(List.of(member("s7", 1), member("s8", 1))));
        for (int i = 0; i < 40; i++) {
            Instant from = START.plusSeconds(random.nextLong(DAYS.toSeconds()));
            unwell.put(
                    "s" + (1 + random.nextInt(8)) + " site" + (1 + random.nextInt(SITES - 1)),
                    new Instant[] {from, from.plusSeconds(random.nextLong(20_000))});
        }
        mail(world);
        crashes.add(START.plusSeconds(3_700 + random.nextInt(600))); // while the busy site is at its limits
        for (int i = 1; i < CRASHES; i++) {
            crashes.add(START.plusSeconds(1_000 + random.nextLong(DAYS.toSeconds())));
        }
        crashes.sort(Comparator.naturalOrder());
    }

    private static Sources.Member member(String source, int weight) {
        return new Sources.Member(source, weight);
    }

    private static LanePolicy busySite() {
        return new LanePolicy(
                5,
                List.of(
                        rate("busy", Rate.of(60, Duration.ofMinutes(1)), Dimension.SITE, Dimension.SOURCE),
                        rate("busy-site-rate", new Rate(150, Duration.ofMinutes(1), 60), Dimension.SITE),
                        connections("busy-site", 12, Dimension.SITE)));
    }

    private LanePolicy policy() {
        List<Limit> limits = new ArrayList<>();
        limits.add(rate("account", Rate.of(200, Duration.ofMinutes(1)), Dimension.ACCOUNT));
        if (random.nextInt(3) == 0) {
            limits.add(rate(
                    "lane", Rate.of(5 + random.nextInt(100), Duration.ofMinutes(1)), Dimension.SITE, Dimension.SOURCE));
        }
        if (random.nextInt(3) == 0) {
            limits.add(connections("site", 1 + random.nextInt(5), Dimension.SITE));
        }
        if (random.nextInt(4) == 0) {
            limits.add(rate(
                    "campaign",
                    new Rate(3 + random.nextInt(20), Duration.ofSeconds(30), 1),
                    Dimension.CAMPAIGN,
                    Dimension.SITE));
        }
        if (random.nextInt(4) == 0) {
            limits.add(rate(
                    "pool", Rate.of(20 + random.nextInt(50), Duration.ofSeconds(60)), Dimension.POOL, Dimension.SITE));
        }
        if (random.nextInt(4) == 0) {
            limits.add(new Limit(
                    "new",
                    Set.of(Dimension.SITE),
                    OptionalInt.empty(),
                    Optional.empty(),
                    Optional.of(new Rate(10 + random.nextInt(20), Duration.ofMinutes(1), 5))));
        }
        return new LanePolicy(1 + random.nextInt(10), limits);
    }

    private static Limit rate(String name, Rate rate, Dimension... by) {
        return new Limit(name, Set.of(by), OptionalInt.empty(), Optional.of(rate), Optional.empty());
    }

    private static Limit connections(String name, int most, Dimension... by) {
        return new Limit(name, Set.of(by), OptionalInt.of(most), Optional.empty(), Optional.empty());
    }

    private void mail(World world) {
        List<Domain> domains = world.domains();
        List<Domain> busy = domains.stream()
                .filter(domain -> domain.name().endsWith(".s0.example"))
                .toList();
        List<Mail> all = new ArrayList<>();
        int burst = MESSAGES * 3 / 10;
        int small = SMALL_MESSAGES;
        Instant burstAt = START.plusSeconds(3_600);
        for (int i = 0; i < burst; i++) { // one campaign of one account, all at once
            all.add(new Mail(
                    MessageId.of(2, i, random.nextInt()),
                    burstAt.plusMillis(random.nextInt(60_000)),
                    new QueueKey("default", busy.get(random.nextInt(busy.size())), new Flow(BULK_ACCOUNT, false, 1))));
        }
        for (int i = 0; i < small; i++) { // another account's password resets to the same site
            all.add(new Mail(
                    MessageId.of(3, i, random.nextInt()),
                    START.plusSeconds(random.nextLong(12_000)),
                    new QueueKey("default", busy.get(random.nextInt(busy.size())), new Flow(SMALL_ACCOUNT, true, 0))));
        }
        for (int i = 0; i < small; i++) { // and a third one's small campaign
            all.add(new Mail(
                    MessageId.of(5, i, random.nextInt()),
                    START.plusSeconds(random.nextLong(12_000)),
                    new QueueKey(
                            "default", busy.get(random.nextInt(busy.size())), new Flow(SMALL_BULK_ACCOUNT, false, 0))));
        }
        String[] names = {"default", "bulk", "transactional"};
        while (all.size() < MESSAGES) {
            boolean transactional = random.nextInt(5) == 0;
            Instant at = START.plusSeconds(random.nextLong(DAYS.toSeconds() * 2 / 3));
            String pool = names[transactional ? 2 : random.nextInt(2)];
            Flow flow = new Flow(2 + random.nextInt(5), transactional, random.nextInt(4));
            Domain domain = domains.get(random.nextInt(domains.size()));
            boolean toOne = random.nextBoolean();
            int together = random.nextInt(8) == 0 ? 10 + random.nextInt(random.nextInt(5) == 0 ? 700 : 50) : 1;
            for (int i = 0; i < together && all.size() < MESSAGES; i++) {
                all.add(new Mail(
                        MessageId.of(4, all.size(), random.nextInt()),
                        at,
                        new QueueKey(pool, toOne ? domain : domains.get(random.nextInt(domains.size())), flow)));
            }
        }
        all.sort(Comparator.comparing(Mail::accepted).thenComparing(Mail::id));
        mail.addAll(all);
    }

    LanePolicy policy(String source, String site) {
        return policies.get(site);
    }

    Sources sources() {
        return new Sources() {
            @Override
            public List<List<Member>> tiers(String pool) {
                return pools.get(pool);
            }

            @Override
            public Instant usableFrom(String source, String site, Instant now) {
                Instant[] window = unwell.get(source + " " + site);
                return window == null || now.isBefore(window[0]) || !now.isBefore(window[1]) ? now : window[1];
            }
        };
    }
}
