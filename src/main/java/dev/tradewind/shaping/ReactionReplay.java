package dev.tradewind.shaping;

import dev.tradewind.classify.NormalReply;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the reactions of profiles would have done to replies of the past, to see a rule work before it is switched on. Pure; nothing it says has
 * happened: replies that a suspension would have spared are counted apart but still heard.
 *
 * <p>Limits: the list of firings ends at {@value #MOST_FIRINGS}, the counts go on; {@value #MOST_SCOPES} scopes are counted at once.
 */
public final class ReactionReplay {
    /** Firings that are listed. */
    public static final int MOST_FIRINGS = 10_000;

    private static final int MOST_SCOPES = 100_000;

    private final Profiles profiles;

    /** A replay of these profiles. */
    public ReactionReplay(Profiles profiles) {
        this.profiles = profiles;
    }

    /**
     * A reply of the past.
     *
     * @param at    when it was heard
     * @param about what is known of the message: site, source, pool, account …
     * @param reply in one line, as {@code raw_reason} of events has it
     */
    public record Past(Instant at, Scope about, String reply) {}

    /**
     * What one reaction would have done.
     *
     * @param times   how often it would have fired
     * @param first   when first
     * @param last    when last
     * @param inForce how long it would have been in force, summed over its scopes
     * @param spared  replies heard in its scopes while it would have suspended them
     */
    public record Tally(long times, Instant first, Instant last, Duration inForce, long spared) {}

    /**
     * What would have happened.
     *
     * @param replies replies of remote hosts
     * @param ours    lines in our own words, which no reaction hears
     * @param firings in the order of time, the first ones
     * @param tallies by {@link Reaction#id}; those that never fired are not there
     */
    public record Outcome(long replies, long ours, List<Firing> firings, Map<String, Tally> tallies) {
        public Outcome {
            firings = List.copyOf(firings);
            tallies = Map.copyOf(tallies);
        }
    }

    /** A reaction in force in one scope. */
    private static final class Force {
        private Instant until = Instant.MIN;
        private Instant suspendedUntil = Instant.MIN;
    }

    /** What is in force by scope and reaction, found without looking at what is in force elsewhere. */
    private static final class Forces {
        private final Set<Set<Dimension>> shapes = new HashSet<>();
        private final Map<Scope, Map<String, Force>> byScope = new HashMap<>();

        Force of(String reaction, Scope scope) {
            shapes.add(scope.dimensions());
            return byScope.computeIfAbsent(scope, _ -> new TreeMap<>()).computeIfAbsent(reaction, _ -> new Force());
        }

        void countSpared(Past one, Map<String, Sum> sums) {
            for (Set<Dimension> shape : shapes) {
                one.about()
                        .only(shape)
                        .map(byScope::get)
                        .ifPresent(here -> here.forEach((reaction, force) -> {
                            Sum sum = sums.get(reaction);
                            if (sum != null && !one.at().isAfter(force.suspendedUntil)) {
                                sum.spared++;
                            }
                        }));
            }
        }
    }

    private static final class Sum {
        private long times;
        private final Instant first;
        private Instant last;
        private Duration inForce = Duration.ZERO;
        private long spared;

        Sum(Instant first) {
            this.first = first;
            this.last = first;
        }

        Tally tally() {
            return new Tally(times, first, last, inForce, spared);
        }
    }

    /** Replays; the replies come in the order of time. */
    public Outcome run(Iterator<Past> past) {
        ReactionTriggers triggers = new ReactionTriggers(MOST_SCOPES);
        Map<List<String>, EffectiveProfile> known = new HashMap<>();
        Forces forces = new Forces();
        Map<String, Sum> sums = new TreeMap<>();
        List<Firing> firings = new ArrayList<>();
        long replies = 0;
        long ours = 0;
        while (past.hasNext()) {
            Past one = past.next();
            Optional<NormalReply> reply = NormalReply.ofLine(one.reply());
            if (reply.isEmpty()) {
                ours++;
                continue;
            }
            replies++;
            forces.countSpared(one, sums);
            for (Firing firing : triggers.heard(profile(one.about(), known), reply.get(), one.about(), one.at())) {
                if (firings.size() < MOST_FIRINGS) {
                    firings.add(firing);
                }
                add(firing, forces, sums);
            }
        }
        Map<String, Tally> tallies = new TreeMap<>();
        sums.forEach((id, sum) -> tallies.put(id, sum.tally()));
        return new Outcome(replies, ours, firings, tallies);
    }

    private EffectiveProfile profile(Scope about, Map<List<String>, EffectiveProfile> known) {
        String pool = about.value(Dimension.POOL).orElse("");
        String source = about.value(Dimension.SOURCE).orElse("");
        List<String> site = about.value(Dimension.SITE).stream().toList();
        List<String> key = List.of(pool, source, site.isEmpty() ? "" : site.getFirst());
        return known.computeIfAbsent(key, _ -> profiles.effective(pool, source, site));
    }

    private static void add(Firing firing, Forces forces, Map<String, Sum> sums) {
        String id = firing.reaction().id();
        Sum sum = sums.computeIfAbsent(id, _ -> new Sum(firing.at()));
        sum.times++;
        sum.last = firing.at();
        Force force = forces.of(id, firing.scope());
        for (Action action : firing.reaction().actions()) {
            if (action.holds().isPresent()) {
                Instant until = firing.at().plus(action.holds().get());
                if (until.isAfter(force.until)) {
                    Instant from = force.until.isAfter(firing.at()) ? force.until : firing.at();
                    sum.inForce = sum.inForce.plus(Duration.between(from, until));
                    force.until = until;
                }
                if (action instanceof Action.Suspend && until.isAfter(force.suspendedUntil)) {
                    force.suspendedUntil = until;
                }
            }
        }
    }
}
