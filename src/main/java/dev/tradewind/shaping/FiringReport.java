package dev.tradewind.shaping;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How often each rule has fired since counting began, so that rules that never do can be told: a pattern that matches nothing any more is not
 * noticed otherwise. Thread-safe. What is counted is lost with the process.
 */
public final class FiringReport {
    private static final long NEVER = Long.MIN_VALUE;

    private final Instant since;
    private final Map<Rule, Count> counts = new ConcurrentSkipListMap<>();

    /** What fires. */
    public enum Kind {
        /** A bounce rule has decided about a refusal. */
        BOUNCE_RULE,
        /** A reaction has fired. */
        REACTION
    }

    /** A rule by its name; that of a reaction is {@link Reaction#id}. */
    public record Rule(Kind kind, String name) implements Comparable<Rule> {
        @Override
        public int compareTo(Rule other) {
            int byKind = kind.compareTo(other.kind);
            return byKind != 0 ? byKind : name.compareTo(other.name);
        }
    }

    /**
     * A line of the report.
     *
     * @param times how often
     * @param last  when last; the beginning of counting if never
     */
    public record Line(Rule rule, long times, Instant last) {}

    private static final class Count {
        private final AtomicLong times = new AtomicLong();
        private final AtomicLong lastMillis = new AtomicLong(NEVER);
    }

    /** Begins to count. */
    public FiringReport(Instant since) {
        this.since = since;
    }

    /** When counting began. */
    public Instant since() {
        return since;
    }

    /** These rules exist, so that they are listed even if they never fire. Rules that are known already keep their counts. */
    public void know(Kind kind, Iterable<String> names) {
        for (String name : names) {
            counts.computeIfAbsent(new Rule(kind, name), _ -> new Count());
        }
    }

    /** The reactions of profiles exist. */
    public void know(Profiles profiles) {
        know(Kind.REACTION, profiles.reactions().stream().map(Reaction::id).toList());
    }

    /** A rule has fired. */
    public void fired(Kind kind, String name, Instant at) {
        Count count = counts.computeIfAbsent(new Rule(kind, name), _ -> new Count());
        count.times.incrementAndGet();
        count.lastMillis.accumulateAndGet(at.toEpochMilli(), Math::max);
    }

    /** Every rule, by kind and name. */
    public List<Line> lines() {
        return counts.entrySet().stream()
                .map(entry -> {
                    long last = entry.getValue().lastMillis.get();
                    return new Line(
                            entry.getKey(),
                            entry.getValue().times.get(),
                            last == NEVER ? since : Instant.ofEpochMilli(last));
                })
                .toList();
    }

    /** The rules that never fired. */
    public List<Rule> neverFired() {
        return lines().stream()
                .filter(line -> line.times() == 0)
                .map(Line::rule)
                .toList();
    }
}
