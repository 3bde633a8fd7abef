package dev.tradewind.lane;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The lanes that are in memory, by site and source, and when each is to be looked at again. */
final class Lanes<M> {
    private static final Duration FORGET_AFTER = Duration.ofHours(1);

    private final LanePolicy.Finder policies;
    private final Map<String, Map<String, Lane<M>>> sites = new HashMap<>();
    private final TreeSet<Lane<M>> wakeUps = new TreeSet<>(Comparator.comparing((Lane<M> lane) -> wakeAt(lane))
            .thenComparing(Lane::site)
            .thenComparing(Lane::source));
    private final Limiters limiters;
    private int count;
    /** The latest time that was passed in, in microseconds. */
    private long latest;

    Lanes(LanePolicy.Finder policies, Instant since) {
        this.policies = policies;
        this.limiters = new Limiters(micros(since));
    }

    static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    static Instant ofMicros(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    private static Instant wakeAt(Lane<?> lane) {
        return lane.wakeAt == null ? Instant.MAX : lane.wakeAt;
    }

    // ---- which

    Lane<M> lane(String source, String site) {
        Map<String, Lane<M>> ofSite = sites.computeIfAbsent(site, key -> new HashMap<>(2));
        Lane<M> found = ofSite.get(source);
        if (found != null) {
            return found;
        }
        Lane<M> fresh = new Lane<>(
                source, site, policies.of(source, site), strand -> limiters.release(strand.limiters, latest));
        resolve(fresh);
        catchUp(fresh);
        ofSite.put(source, fresh);
        count++;
        return fresh;
    }

    /** By source. */
    Map<String, Lane<M>> ofSite(String site) {
        return sites.getOrDefault(site, Map.of());
    }

    Collection<Lane<M>> all() {
        List<Lane<M>> all = new ArrayList<>(count);
        for (Map<String, Lane<M>> ofSite : sites.values()) {
            all.addAll(ofSite.values());
        }
        return all;
    }

    int count() {
        return count;
    }

    Strand<M> strand(Queue<M> queue, Lane<M> lane) {
        for (Strand<M> strand : queue.strands) {
            if (strand.lane.equals(lane)) {
                return strand;
            }
        }
        Strand<M> fresh = new Strand<>(queue, lane, ofQueue(queue, lane));
        queue.strands.add(fresh);
        return fresh;
    }

    private List<Gcra> ofQueue(Queue<M> queue, Lane<M> lane) {
        return limiters.ofQueue(lane.policy.limits(), queue.key, lane.source(), lane.site());
    }

    /** A lane that is new or was away gets its share from now on, not what it has missed. */
    void catchUp(Lane<M> lane) {
        double least = Double.MAX_VALUE;
        for (Lane<M> other : ofSite(lane.site()).values()) {
            if (!other.equals(lane)) {
                least = Math.min(least, other.served);
            }
        }
        lane.served = least == Double.MAX_VALUE ? 0 : Math.max(lane.served, least);
    }

    // ---- limits

    private void resolve(Lane<M> lane) {
        lane.paces = limiters.ofLane(lane.policy.limits(), lane.source(), lane.site());
        lane.newConnections = limiters.newConnectionsOfLane(lane.policy.limits(), lane.source(), lane.site());
        lane.counts = limiters.connectionsOfLane(lane.policy.limits(), lane.source(), lane.site());
    }

    /** Every lane asks again what it may do. */
    void policiesChanged(Instant now) {
        for (Lane<M> lane : all()) {
            List<Gcra> paces = lane.paces;
            List<Gcra> newConnections = lane.newConnections;
            lane.counts.forEach(counted -> counted.used -= lane.connections);
            lane.policy = policies.of(lane.source(), lane.site());
            resolve(lane);
            lane.counts.forEach(counted -> counted.used += lane.connections);
            for (Strand<M> strand : lane.waiting.strands()) {
                List<Gcra> before = strand.limiters;
                strand.limiters = ofQueue(strand.queue, lane);
                limiters.release(before, micros(now));
            }
            limiters.release(paces, micros(now));
            limiters.release(newConnections, micros(now));
        }
    }

    /** The earliest time, in microseconds, at which all of these allow one more. */
    long allowed(List<Gcra> paces, long now) {
        latest = Math.max(latest, now);
        long allowed = now;
        for (Gcra pace : paces) {
            allowed = Math.max(allowed, pace.nextAllowed(now));
        }
        return allowed;
    }

    /** The same for a message of a lane, which takes turns with the other lanes that share these limits. */
    long allowed(Lane<M> lane, long now) {
        latest = Math.max(latest, now);
        long allowed = now;
        for (Gcra pace : lane.paces) {
            allowed = Math.max(allowed, pace.nextAllowedFor(lane, now));
        }
        return allowed;
    }

    // ---- when

    /** Looks at a lane again at that time, or before. */
    void remind(Lane<M> lane, Instant at) {
        if (lane.wakeAt == null || at.isBefore(lane.wakeAt)) {
            wakeUps.remove(lane);
            lane.wakeAt = at;
            wakeUps.add(lane);
        }
    }

    @Nullable
    Instant nextWake() {
        return wakeUps.isEmpty() ? null : wakeAt(wakeUps.first());
    }

    /**
     * Lanes whose rest is over or whose limits let them go on. A lane keeps its count of failures until a host was willing, or nothing was
     * to be sent there for an hour.
     */
    List<Lane<M>> wake(Instant now) {
        List<Lane<M>> awake = new ArrayList<>();
        while (!wakeUps.isEmpty() && !wakeAt(wakeUps.first()).isAfter(now)) {
            Lane<M> lane = wakeUps.removeFirst();
            lane.wakeAt = null;
            if (lane.restsUntil != null && lane.rests(now)) {
                remind(lane, lane.restsUntil);
            } else if (lane.depth() > 0 || lane.connections > 0) {
                awake.add(lane);
            } else {
                forgetIfEmpty(lane, now);
            }
        }
        return awake;
    }

    void forgetIfEmpty(Lane<M> lane, Instant now) {
        if (lane.depth() > 0 || lane.connections > 0) {
            return;
        }
        if (lane.restsUntil != null && lane.failures > 0) {
            Instant forget = lane.restsUntil.plus(FORGET_AFTER);
            if (now.isBefore(forget)) {
                remind(lane, forget);
                return;
            }
        }
        Map<String, Lane<M>> ofSite = sites.get(lane.site());
        if (ofSite != null && ofSite.remove(lane.source(), lane)) {
            count--;
            wakeUps.remove(lane);
            lane.wakeAt = null;
            lane.counts.forEach(counted -> counted.forget(lane));
            limiters.release(lane.paces, micros(now));
            limiters.release(lane.newConnections, micros(now));
            if (ofSite.isEmpty()) {
                sites.remove(lane.site());
            }
        }
    }
}
