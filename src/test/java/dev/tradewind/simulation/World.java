package dev.tradewind.simulation;

import dev.tradewind.mail.Domain;
import dev.tradewind.mail.MessageId;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The mail hosts of a seed: each site with its own latency, limits that it tells nobody, greylisting, outages, losses, unknown users; DNS that
 * changes and fails. It keeps a book of what it took.
 */
final class World {
    private final RandomGenerator random;
    private final Timeline time;
    private final List<Site> sites = new ArrayList<>();
    private final Map<Domain, Destination> destinations = new HashMap<>();
    private final List<Domain> domains = new ArrayList<>();
    private final Map<MessageId, Integer> delivered = new HashMap<>();

    /** A site and its ways. */
    static final class Site {
        final String name;
        long latencyMicros;
        double slowShare;
        int connectionCap = Integer.MAX_VALUE;
        double perSecond = Double.MAX_VALUE;
        double bucket;
        boolean greylists;
        double lost;
        double lostAfterData;
        double unknownUsers;
        double busy;
        double hangsUpIdle;
        final List<Instant> outages = new ArrayList<>(); // from, to, from, to …
        final Map<String, Instant> greylist = new HashMap<>();
        int connections;
        double tokens;
        Instant filled = Instant.EPOCH;

        Site(String name) {
            this.name = name;
        }

        boolean isOut(Instant now) {
            for (int i = 0; i < outages.size(); i += 2) {
                if (!now.isBefore(outages.get(i)) && now.isBefore(outages.get(i + 1))) {
                    return true;
                }
            }
            return false;
        }
    }

    /** A recipient domain. */
    private record Destination(Site site, Site other, List<Instant> changes, Kind kind) {}

    private enum Kind {
        STEADY,
        FLAPPING,
        UNSURE,
        NONE
    }

    /** Where a domain's mail goes. */
    sealed interface Found {
        record At(Site site) implements Found {}

        record Unresolved() implements Found {}

        record Nowhere() implements Found {}
    }

    /** What a site says to a transaction. */
    enum Said {
        TAKEN,
        UNKNOWN_USER,
        GREYLISTED,
        TOO_FAST,
        BUSY,
        LOST,
        LOST_AFTER_DATA
    }

    World(RandomGenerator random, Timeline time, int siteCount, Duration days) {
        this.random = random;
        this.time = time;
        for (int i = 0; i < siteCount; i++) {
            sites.add(site("site" + i, days));
        }
        for (int i = 0; i < siteCount; i++) {
            int domainsHere = 1 + random.nextInt(random.nextInt(8) == 0 ? 30 : 3);
            for (int j = 0; j < domainsHere; j++) {
                Domain domain = new Domain("d" + j + ".s" + i + ".example");
                domains.add(domain);
                destinations.put(domain, destination(sites.get(i), days));
            }
        }
    }

    private Site site(String name, Duration days) {
        Site site = new Site(name);
        site.latencyMicros = 2_000 + random.nextLong(300_000);
        site.slowShare = random.nextInt(6) == 0 ? 0.05 : 0.001;
        if (random.nextInt(4) == 0) {
            site.connectionCap = 2 + random.nextInt(8);
        }
        if (random.nextInt(4) == 0) {
            site.perSecond = 0.2 + 5 * random.nextDouble();
            site.bucket = 1 + random.nextInt(50);
        }
        site.greylists = random.nextInt(5) == 0;
        site.lost = random.nextInt(5) == 0 ? 0.02 : 0;
        site.lostAfterData = random.nextInt(5) == 0 ? 0.01 : 0.0005;
        site.unknownUsers = 0.05 * random.nextDouble();
        site.busy = random.nextInt(6) == 0 ? 0.03 : 0;
        site.hangsUpIdle = random.nextInt(3) == 0 ? 0.2 : 0;
        for (int i = random.nextInt(4); i > 0; i--) {
            Instant from = time.now().plusSeconds(random.nextLong(days.toSeconds()));
            site.outages.add(from);
            site.outages.add(from.plusSeconds(60 + random.nextLong(random.nextInt(4) == 0 ? 40_000 : 3_000)));
        }
        if (random.nextInt(40) == 0) { // never there
            site.outages.add(Instant.MIN);
            site.outages.add(Instant.MAX);
        }
        return site;
    }

    private Destination destination(Site site, Duration days) {
        int kind = random.nextInt(40);
        List<Instant> changes = new ArrayList<>();
        if (kind < 3) {
            Instant at = time.now();
            Instant end = at.plus(days);
            while (at.isBefore(end)) {
                at = at.plusSeconds(600 + random.nextLong(50_000));
                changes.add(at);
            }
        }
        return new Destination(
                site,
                sites.get(random.nextInt(sites.size())),
                changes,
                kind < 3 ? Kind.FLAPPING : kind < 5 ? Kind.UNSURE : kind < 6 ? Kind.NONE : Kind.STEADY);
    }

    /** Takes all trouble from a site and the domains that begin there. */
    void makeWell(String name) {
        int index = Integer.parseInt(name.substring(4));
        Site well = new Site(name);
        well.latencyMicros = 20_000;
        sites.set(index, well);
        for (Domain domain : domains) {
            if (domain.name().endsWith(".s" + index + ".example")) {
                destinations.put(domain, new Destination(well, well, List.of(), Kind.STEADY));
            }
        }
    }

    List<Domain> domains() {
        return domains;
    }

    Found route(Domain domain) {
        Destination destination = destinations.get(domain);
        return switch (destination.kind()) {
            case STEADY -> new Found.At(destination.site());
            case NONE -> new Found.Nowhere();
            case UNSURE -> random.nextInt(3) == 0 ? new Found.Unresolved() : new Found.At(destination.site());
            case FLAPPING -> {
                int past = 0;
                for (Instant change : destination.changes()) {
                    past += change.isAfter(time.now()) ? 0 : 1;
                }
                yield new Found.At(past % 2 == 0 ? destination.site() : destination.other());
            }
        };
    }

    Duration latency(Site site) {
        long micros = site.latencyMicros / 2 + random.nextLong(site.latencyMicros);
        if (random.nextDouble() < site.slowShare) {
            micros += random.nextLong(60_000_000L);
        }
        return Duration.ofNanos(micros * 1000);
    }

    /** Whether the site takes another connection. */
    boolean connect(Site site) {
        if (site.isOut(time.now()) || site.connections >= site.connectionCap) {
            return false;
        }
        site.connections++;
        return true;
    }

    void close(Site site) {
        site.connections--;
    }

    /** Whether the site has hung up while a connection was idle. */
    boolean hasHungUp(Site site) {
        return random.nextDouble() < site.hangsUpIdle;
    }

    /** One transaction; decided when the octets are there. */
    Said transact(Site site, String source, MessageId message) {
        Instant now = time.now();
        if (site.isOut(now) || random.nextDouble() < site.lost) {
            return Said.LOST;
        }
        if (random.nextDouble() < site.busy) {
            return Said.BUSY;
        }
        if (site.perSecond < Double.MAX_VALUE) {
            double seconds = Math.min(1e6, Duration.between(site.filled, now).toNanos() / 1e9);
            site.tokens = Math.min(site.bucket, site.tokens + seconds * site.perSecond);
            site.filled = now;
            if (site.tokens < 1) {
                return Said.TOO_FAST;
            }
            site.tokens -= 1;
        }
        // What a recipient is does not change from one attempt to the next.
        if ((message.low() * 0x9e3779b97f4a7c15L >>> 33) % 10_000 < site.unknownUsers * 10_000) {
            return Said.UNKNOWN_USER;
        }
        if (site.greylists) {
            Instant first = site.greylist.putIfAbsent(source + message, now);
            if (first == null || now.isBefore(first.plusSeconds(300))) {
                return Said.GREYLISTED;
            }
        }
        delivered.merge(message, 1, Integer::sum);
        return random.nextDouble() < site.lostAfterData ? Said.LOST_AFTER_DATA : Said.TAKEN;
    }

    /** How often a message was taken. */
    int delivered(MessageId message) {
        return delivered.getOrDefault(message, 0);
    }

    Set<String> siteNames() {
        Set<String> names = new HashSet<>();
        sites.forEach(site -> names.add(site.name));
        return names;
    }
}
