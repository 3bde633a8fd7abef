package dev.tradewind.lane;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which source a message uses, and from when it can be attempted at all. A retry keeps the source it had, unless that cannot be used at
 * the site; a new message gets the lane with the shortest queue relative to the weight of its source, of equals the one that has served
 * least relative to its weight.
 */
final class SourceChoice<M> {
    private final Sources sources;
    private final Lanes<M> lanes;
    private final Map<String, Suspension> suspensions = new LinkedHashMap<>();

    SourceChoice(Sources sources, Lanes<M> lanes) {
        this.sources = sources;
        this.lanes = lanes;
    }

    /** What was chosen. */
    sealed interface Choice {
        /** A source, and its weight in its pool. */
        record Use(String source, int weight) implements Choice {}

        /** None can be used before then. */
        record Wait(Instant until) implements Choice {}
    }

    /**
     * Chooses for a message of a queue whose site is known.
     *
     * @param had the source of the attempts before
     */
    Choice choose(Queue<M> queue, Optional<String> had, Instant now) {
        String site = queue.destination.site();
        Map<String, Lane<M>> existing = lanes.ofSite(site);
        Instant earliest = Instant.MAX;
        for (List<Sources.Member> tier : sources.tiers(queue.key.pool())) {
            Sources.@Nullable Member best = null;
            for (Sources.Member member : tier) {
                Instant usable = sources.usableFrom(member.source(), site, now);
                Lane<M> lane = existing.get(member.source());
                Instant from = later(usable, laneFrom(queue, member.source(), site, lane, now));
                if (!usable.isAfter(now) && had.isPresent() && had.get().equals(member.source())) {
                    return from.isAfter(now) ? new Choice.Wait(from) : new Choice.Use(member.source(), member.weight());
                }
                if (from.isAfter(now)) {
                    earliest = from.isBefore(earliest) ? from : earliest;
                } else if (best == null || isBetter(member, lane, best, existing.get(best.source()))) {
                    best = member;
                }
            }
            if (best != null) {
                return new Choice.Use(best.source(), best.weight());
            }
        }
        return new Choice.Wait(earliest);
    }

    private boolean isBetter(
            Sources.Member member, @Nullable Lane<M> lane, Sources.Member best, @Nullable Lane<M> bestLane) {
        int mine = lane == null ? 0 : lane.depth();
        int its = bestLane == null ? 0 : bestLane.depth();
        // (mine + 1) / weight against (its + 1) / weight, without rounding
        int byDepth = mine + its == 0 ? 0 : Long.compare((mine + 1L) * best.weight(), (its + 1L) * member.weight());
        double served = lane == null ? 0 : lane.served;
        return byDepth < 0 || (byDepth == 0 && served < (bestLane == null ? 0 : bestLane.served));
    }

    /** When a lane can take mail of a queue. */
    private Instant laneFrom(Queue<M> queue, String source, String site, @Nullable Lane<M> lane, Instant now) {
        Instant from = lane != null && lane.restsUntil != null && lane.rests(now) ? lane.restsUntil : now;
        for (Suspension suspension : suspensions.values()) {
            if (suspension.until().isAfter(from) && suspension.matches(queue.key, source, site)) {
                from = suspension.until();
            }
        }
        return from;
    }

    /** When a message of a queue can be attempted; now or earlier if nothing is against it, or its site is not known. */
    Instant blockedUntil(Queue<M> queue, Optional<String> had, Instant now) {
        Destination<M> destination = queue.destination;
        Instant until = destination.unresolvedUntil;
        for (Suspension suspension : suspensions.values()) {
            if (suspension.until().isAfter(until)
                    && suspension.matches(queue.key, Optional.ofNullable(destination.site))) {
                until = suspension.until();
            }
        }
        if (!until.isAfter(now)
                && destination.isRouted(now)
                && choose(queue, had, now) instanceof Choice.Wait(Instant from)) {
            until = from;
        }
        return until;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    // ---- orders to wait

    void suspend(Suspension suspension) {
        suspensions.put(suspension.id(), suspension);
    }

    Optional<Suspension> resume(String id) {
        return Optional.ofNullable(suspensions.remove(id));
    }

    /** Those in force; others are dropped. */
    List<Suspension> suspensions(Instant now) {
        suspensions.values().removeIf(suspension -> !suspension.until().isAfter(now));
        return List.copyOf(suspensions.values());
    }
}
