package dev.tradewind.adapt;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The message rate of one scope (a lane, a source at a site, a DKIM domain at a site …), learned from what the provider answers. Without a
 * rate from a profile it is unlimited until the provider first says "too fast"; from then on {@link RateSearch} moves it, inside the bounds.
 *
 * <p><b>Use.</b> Before an attempt ask {@link #nextAllowed}; when it starts, {@link #take}; when its answer is there, {@link #accepted} or
 * {@link #throttled} with the time at which it was taken. Throttled is an answer that a reaction rule marked as "too fast". Every other
 * answer (greylisting, an unknown user, a lost connection) is not told: it says nothing about the rate. Attempts whose answer is never told
 * do no harm.
 *
 * <p><b>Strict.</b> Attempts are evenly spaced (generic cell rate algorithm without credit): a window of w seconds never holds more than
 * 1 + (w + 0.01) × rate, rate being the highest in that window. The 0.01 s is the lateness of a caller that is made good, so that a timer
 * that is late by some milliseconds costs no rate; whoever comes later than that has lost the time. An idle scope earns nothing. A caller
 * that takes before it is allowed pays for it at the next one.
 *
 * <p><b>Limits:</b> a provider that answers "too fast" not for its rate but at random is sent less and less, down to the lowest bound.
 * Where the time from permission to the provider's decision varies by more than the provider's bucket lasts, the rate settles below the
 * limit (by a quarter for a bucket of 1 s and 15 s of variation), since evenly spaced attempts arrive in bunches.
 *
 * <p>An unlimited pace is about 100 octets, one that was throttled about 500. Not thread-safe. Time never runs backwards here: an earlier
 * {@code now} counts as the latest one seen.
 */
public final class Pace {
    static final long LATENESS_NANOS = 10_000_000;

    private static final double BILLION = 1e9;
    private static final double LONGEST_PAUSE_NANOS = 2e9;
    private static final long WINDOW_NANOS = 60_000_000_000L;
    private static final Duration FORGOTTEN_AFTER = Duration.ofDays(7);
    private static final double FORGETTING_SECONDS = 6 * 3600;

    private PaceBounds bounds;
    private final long origin;
    private long latest;
    private @Nullable RateSearch search;

    /** When the last attempt was due; the next one is due an interval later. */
    private double last = Double.NEGATIVE_INFINITY;

    private long lastTake;

    // While unlimited: how many were accepted in the last one to two windows.
    private long total;
    private long windowAt;
    private long windowTotal;
    private long olderAt;
    private long olderTotal;

    private Pace(PaceBounds bounds, Instant now) {
        this.bounds = bounds;
        this.origin = now.getEpochSecond();
        latest = nanos(now);
        lastTake = latest;
        windowAt = latest;
        olderAt = latest;
        if (Double.isFinite(bounds.first())) {
            search = search(bounds.first(), latest, 0);
        }
    }

    /** The pace of a scope that nothing is known of. */
    public static Pace of(PaceBounds bounds, Instant now) {
        return new Pace(bounds, now);
    }

    /**
     * The pace of a scope that was known before. What is older than a week is forgotten, but for its rate, which is where the search begins;
     * before that a ceiling is kept, and probed the sooner the older it is.
     */
    public static Pace of(PaceBounds bounds, Learned learned, Instant now) {
        Pace pace = new Pace(bounds, now);
        Duration age = Duration.between(learned.at(), now);
        RateSearch search = pace.search(bounds.clamp(learned.perSecond()), pace.latest, 0);
        if (age.compareTo(FORGOTTEN_AFTER) < 0 && learned.ceiling().isPresent()) {
            int probes = (int) Math.max(0, learned.probes() - Math.max(0, age.toSeconds()) / FORGETTING_SECONDS);
            search.restore(
                    learned.ceiling().getAsDouble() / BILLION,
                    learned.burst(),
                    probes,
                    (double) learned.closes().toNanos(),
                    pace.nanos(now),
                    pace.nanos(now));
        }
        pace.search = search;
        return pace;
    }

    /** A search of which so many had been accepted at a time, and all others by now. */
    private RateSearch search(double perSecond, long since, long before) {
        return new RateSearch(
                bounds.lowest() / BILLION,
                bounds.highest() / BILLION,
                perSecond / BILLION,
                latest,
                total - before,
                since);
    }

    /** Other bounds, from a profile or an operator. What was learned is kept and moved into them; a changed start is ignored. */
    public void bounds(PaceBounds changed, Instant now) {
        advance(now);
        bounds = changed;
        if (search != null) {
            search.bounds(changed.lowest() / BILLION, changed.highest() / BILLION);
        } else if (Double.isFinite(changed.highest())) {
            search = search(changed.highest(), olderAt, olderTotal);
        }
    }

    /** An operator undoes what was learned: the scope is as new, but for the spacing of its next attempt. */
    public void forget(Instant now) {
        long at = advance(now);
        total = 0;
        windowAt = at;
        windowTotal = 0;
        olderAt = at;
        olderTotal = 0;
        search = Double.isFinite(bounds.first()) ? search(bounds.first(), at, 0) : null;
    }

    /** When the next attempt may start; {@code now} if at once. Ask again after an answer: it may have changed. */
    public Instant nextAllowed(Instant now) {
        long at = seen(now);
        if (search == null) {
            return now;
        }
        double due = last + search.interval();
        return due <= at ? now : instant((long) Math.ceil(due));
    }

    /** An attempt starts. */
    public void take(Instant now) {
        long at = advance(now);
        if (search == null) {
            last = at;
            lastTake = at;
            return;
        }
        double interval = search.interval();
        double due = last + interval;
        double late = at - due;
        if (late <= Math.max(LATENESS_NANOS, interval / 4)) {
            search.limitedFor(at - (double) lastTake);
        } else {
            search.idleFor(Math.min(late, at - (double) lastTake));
        }
        last = late <= LATENESS_NANOS ? due : at;
        lastTake = at;
    }

    /**
     * The provider took what was attempted.
     *
     * @param taken when the attempt was taken
     */
    public void accepted(Instant taken, Instant now) {
        long at = advance(now);
        if (search != null) {
            search.accepted(nanos(taken), at);
            return;
        }
        total++;
        if (at - windowAt > WINDOW_NANOS) {
            olderAt = windowAt;
            olderTotal = windowTotal;
            windowAt = at;
            windowTotal = total;
        }
    }

    /**
     * The provider said "too fast".
     *
     * @param taken when the attempt was taken
     * @return whether the rate was cut because of it; many answers are one signal
     */
    public boolean throttled(Instant taken, Instant now) {
        long at = advance(now);
        if (search == null) {
            double measured = Math.max(1, total - olderTotal) / Math.max(1e6, at - (double) olderAt);
            search = search(bounds.clamp(measured * BILLION), olderAt, olderTotal);
        }
        boolean cut = search.throttled(nanos(taken), at);
        if (cut) {
            // A bucket that is just empty: let it hold a message or two before the next attempt.
            last += Math.min(LONGEST_PAUSE_NANOS, search.interval());
        }
        return cut;
    }

    /** The present rate, messages a second; empty if unlimited. */
    public OptionalDouble perSecond() {
        return search == null ? OptionalDouble.empty() : OptionalDouble.of(search.rate() * BILLION);
    }

    /** What was learned, to be kept over a restart; empty if the scope was never limited. */
    public Optional<Learned> learned(Instant now) {
        if (search == null) {
            return Optional.empty();
        }
        double ceiling = search.ceiling();
        return Optional.of(new Learned(
                now,
                search.rate() * BILLION,
                Double.isNaN(ceiling) ? OptionalDouble.empty() : OptionalDouble.of(ceiling * BILLION),
                search.burst(),
                search.probes(),
                Duration.ofNanos((long) search.closedFor())));
    }

    /** What the pace is and why. */
    public PaceExplanation explain(Instant now) {
        long at = seen(now);
        if (search == null) {
            return PaceExplanation.unlimited(now);
        }
        Optional<PaceExplanation.Cut> cut = search.cuts() == 0
                ? Optional.empty()
                : Optional.of(new PaceExplanation.Cut(
                        instant(search.cutAt()),
                        search.cutFrom() * BILLION,
                        search.signals(),
                        optional(search.goodput()),
                        search.cuts()));
        PaceExplanation.Phase phase = switch (search.phase()) {
            case SEARCHING -> PaceExplanation.Phase.SEARCHING;
            case CLOSED -> PaceExplanation.Phase.CLOSED;
            case RETURNING -> PaceExplanation.Phase.RETURNING;
            case BELOW -> PaceExplanation.Phase.HOLDING;
            case ABOVE -> PaceExplanation.Phase.PROBING;
        };
        Optional<Instant> probe = phase == PaceExplanation.Phase.HOLDING
                ? Optional.of(now.plusNanos((long) search.untilProbe(at)))
                : Optional.empty();
        return new PaceExplanation(
                phase,
                perSecond(),
                optional(search.ceiling()),
                search.burst(),
                Duration.ofNanos((long) search.closedFor()),
                cut,
                probe,
                instant((long) Math.ceil(Math.max((double) at, last + search.interval()))));
    }

    private static OptionalDouble optional(double perNano) {
        return Double.isNaN(perNano) ? OptionalDouble.empty() : OptionalDouble.of(perNano * BILLION);
    }

    private long advance(Instant now) {
        latest = seen(now);
        return latest;
    }

    private long seen(Instant now) {
        return Math.max(latest, nanos(now));
    }

    /** Nanoseconds since this pace began: small numbers, so that a double holds them exactly for a hundred days. */
    private long nanos(Instant at) {
        return (at.getEpochSecond() - origin) * 1_000_000_000L + at.getNano();
    }

    private Instant instant(long nanos) {
        return Instant.ofEpochSecond(origin, nanos);
    }

    /**
     * What a pace has learned.
     *
     * @param at        when this was written
     * @param perSecond the rate, messages a second
     * @param ceiling   the provider's limit as we know it, messages a second; empty while it is searched for
     * @param burst     the most messages above the ceiling that the provider took at once
     * @param probes    how often the ceiling was confirmed
     * @param closes    how long the provider stayed closed after an excess; zero if it does not
     * @throws IllegalArgumentException if a number is not one, or below 0
     */
    public record Learned(
            Instant at, double perSecond, OptionalDouble ceiling, double burst, int probes, Duration closes) {
        public Learned {
            if (!(perSecond > 0) || !Double.isFinite(perSecond)) {
                throw new IllegalArgumentException("learned rate of " + perSecond + " a second");
            }
            if (ceiling.isPresent() && (!(ceiling.getAsDouble() > 0) || !Double.isFinite(ceiling.getAsDouble()))) {
                throw new IllegalArgumentException("learned ceiling of " + ceiling.getAsDouble() + " a second");
            }
            if (!(burst >= 0) || !Double.isFinite(burst) || probes < 0 || closes.isNegative()) {
                throw new IllegalArgumentException(
                        "learned burst of " + burst + ", " + probes + " probes, closed for " + closes);
            }
        }
    }
}
