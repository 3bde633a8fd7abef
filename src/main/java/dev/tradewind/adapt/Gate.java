package dev.tradewind.adapt;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether a scope sends at all: open, shut for a time (a suspension), then half-open, then opening. After a suspension a single probe goes:
 * one connection, one message. If it succeeds the gate opens gradually, so that what had piled up is spread over minutes; if it fails the
 * gate is shut again for twice as long, up to a longest time. Trouble while it opens, or within the length of the last suspension after
 * that, doubles too; later the slate is clean.
 *
 * <p>Pure: what time alone changes is computed when somebody asks. Not thread-safe.
 */
public final class Gate {
    /**
     * How a gate behaves.
     *
     * @param longest the longest suspension that doubling leads to; a longer one may still be asked for
     * @param release over how long the gate opens after a good probe
     * @param answer  how long a probe may take before another one is let out
     * @throws IllegalArgumentException if one of them is not above 0
     */
    public record Settings(Duration longest, Duration release, Duration answer) {
        /** 24 h, 5 min, 15 min (longer than the longest SMTP transaction that succeeds). */
        public static final Settings USUAL =
                new Settings(Duration.ofHours(24), Duration.ofMinutes(5), Duration.ofMinutes(15));

        public Settings {
            for (Duration each : new Duration[] {longest, release, answer}) {
                if (each.isNegative() || each.isZero()) {
                    throw new IllegalArgumentException("gate with a time of " + each + ": must be above 0");
                }
            }
        }
    }

    /** The least share of the normal limits at which a gate begins to open. */
    private static final double FIRST_SHARE = 0.1;

    private final Settings settings;
    private State state;

    private Gate(Settings settings, State state) {
        this.settings = settings;
        this.state = state;
    }

    /** A gate that was never shut. */
    public static Gate open(Settings settings) {
        return new Gate(settings, State.OPEN);
    }

    /** A gate as it was before a restart. A probe that was out then is lost: another one may go. */
    public static Gate of(Settings settings, State before) {
        return new Gate(settings, before.withoutProbe());
    }

    /** Where a gate stands. */
    public enum Position {
        /** Everything goes. */
        OPEN,
        /** Nothing goes. */
        SHUT,
        /** One probe goes, or is out. */
        HALF_OPEN,
        /** A growing share goes. */
        OPENING
    }

    public Position position(Instant now) {
        if (state.until.isEmpty()) {
            return Position.OPEN;
        }
        if (now.isBefore(state.until.get())) {
            return Position.SHUT;
        }
        if (state.openedAt.isEmpty()) {
            return Position.HALF_OPEN;
        }
        return now.isBefore(state.openedAt.get().plus(settings.release)) ? Position.OPENING : Position.OPEN;
    }

    /**
     * Suspends the scope from now on. If it is suspended already the later end holds. Doubles on trouble that came back, see above.
     *
     * @return until when
     */
    public Instant shut(Duration length, String reason, Instant now) {
        if (length.isNegative() || length.isZero()) {
            throw new IllegalArgumentException("suspension of " + length + ": must be above 0");
        }
        if (position(now) == Position.SHUT) {
            Instant until = now.plus(length);
            if (until.isAfter(state.until.orElseThrow())) {
                state = new State(
                        Optional.of(until),
                        Optional.of(reason),
                        state.since,
                        state.length.compareTo(length) > 0 ? state.length : length,
                        state.failures,
                        Optional.empty(),
                        Optional.empty());
            }
            return state.until.orElseThrow();
        }
        boolean again = cameBack(now);
        return shutFor(again ? longer(length) : length, reason, again ? state.failures + 1 : 0, now);
    }

    private boolean cameBack(Instant now) {
        return state.until.isPresent()
                && (state.openedAt.isEmpty()
                        || now.isBefore(
                                state.openedAt.get().plus(settings.release).plus(state.length)));
    }

    private Duration longer(Duration asked) {
        Duration doubled = state.length.multipliedBy(2);
        Duration capped = doubled.compareTo(settings.longest) > 0 ? settings.longest : doubled;
        return capped.compareTo(asked) > 0 ? capped : asked;
    }

    private Instant shutFor(Duration length, String reason, int failures, Instant now) {
        Instant until = now.plus(length);
        state = new State(
                Optional.of(until),
                Optional.of(reason),
                Optional.of(now),
                length,
                failures,
                Optional.empty(),
                Optional.empty());
        return until;
    }

    /** Takes the one probe of a half-open gate. False if the gate is not half-open or a probe is out. */
    public boolean probe(Instant now) {
        if (position(now) != Position.HALF_OPEN || probeIsOut(now)) {
            return false;
        }
        state = state.withProbe(now);
        return true;
    }

    private boolean probeIsOut(Instant now) {
        return state.probeAt.isPresent() && now.isBefore(state.probeAt.get().plus(settings.answer));
    }

    /** The probe was answered well: the gate begins to open. Without effect if it is not half-open. */
    public void succeeded(Instant now) {
        if (position(now) == Position.HALF_OPEN) {
            state = new State(
                    state.until,
                    state.reason,
                    state.since,
                    state.length,
                    state.failures,
                    Optional.empty(),
                    Optional.of(now));
        }
    }

    /** The probe was answered as before: shut again, for twice as long. Without effect if the gate is not half-open. */
    public void failed(String reason, Instant now) {
        if (position(now) == Position.HALF_OPEN) {
            shutFor(longer(Duration.ZERO), reason, state.failures + 1, now);
        }
    }

    /** The probe said nothing either way (its message was cancelled, a recipient was unknown): another one may go at once. */
    public void abandoned() {
        state = state.withoutProbe();
    }

    /** An operator lifts it: everything goes at once, and the past is forgotten. */
    public void lift() {
        state = State.OPEN;
    }

    /** The share of normal limits that may be used now: 0 while shut or half-open, 0.1 growing to 1 while opening, else 1. */
    public double share(Instant now) {
        return switch (position(now)) {
            case OPEN -> 1;
            case SHUT, HALF_OPEN -> 0;
            case OPENING -> {
                double gone =
                        Duration.between(state.openedAt.orElseThrow(), now).toNanos();
                yield Math.max(FIRST_SHARE, Math.min(1, gone / settings.release.toNanos()));
            }
        };
    }

    /** How many connections there may be of a normal limit: none while shut, one while half-open. */
    public int connections(int limit, Instant now) {
        return switch (position(now)) {
            case OPEN -> limit;
            case SHUT -> 0;
            case HALF_OPEN -> Math.min(1, limit);
            case OPENING -> Math.min(limit, Math.max(1, (int) (limit * share(now))));
        };
    }

    /**
     * When waiting work may be looked at again, so that not all of it comes at once: within the time of opening, by its key. For a gate that
     * is shut, counted from the earliest moment at which it could open.
     *
     * @param key of what waits; the same key gives the same time
     */
    public Instant due(long key, Instant now) {
        Position position = position(now);
        if (position == Position.OPEN) {
            return now;
        }
        // Fibonacci hashing: neighbouring keys are far apart.
        double fraction = ((key * 0x9E3779B97F4A7C15L) >>> 11) * 0x1.0p-53;
        Instant from = position == Position.OPENING
                ? state.openedAt.orElseThrow()
                : position == Position.SHUT ? state.until.orElseThrow() : now;
        Instant due = from.plusNanos((long) (fraction * settings.release.toNanos()));
        return due.isBefore(now) ? now : due;
    }

    /** To be kept over a restart. */
    public State state() {
        return state;
    }

    /** What it is and why, in one line. */
    public String explain(Instant now) {
        String why = state.reason.map(reason -> ": " + reason).orElse("");
        String since = state.since.map(at -> " since " + at).orElse("");
        String again = state.failures == 0 ? "" : ", " + state.failures + " times in a row";
        return switch (position(now)) {
            case OPEN -> "open";
            case SHUT -> "suspended" + since + " until " + state.until.orElseThrow() + again + why;
            case HALF_OPEN ->
                (probeIsOut(now) ? "a probe is out, since " + state.probeAt.orElseThrow() : "waits for a probe")
                        + "; was suspended" + since + again + why;
            case OPENING ->
                "opening: " + Math.round(100 * share(now)) + " % now, all at "
                        + state.openedAt.orElseThrow().plus(settings.release) + "; was suspended" + since + again + why;
        };
    }

    /**
     * All that a gate remembers.
     *
     * @param until    end of the last suspension; empty if there was none
     * @param reason   of the last suspension
     * @param since    its begin
     * @param length   its length
     * @param failures how often it was shut again
     * @param probeAt  when the probe that is out went
     * @param openedAt when a probe succeeded after it
     */
    public record State(
            Optional<Instant> until,
            Optional<String> reason,
            Optional<Instant> since,
            Duration length,
            int failures,
            Optional<Instant> probeAt,
            Optional<Instant> openedAt) {
        static final State OPEN = new State(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Duration.ZERO,
                0,
                Optional.empty(),
                Optional.empty());

        private State withProbe(Instant at) {
            return new State(until, reason, since, length, failures, Optional.of(at), openedAt);
        }

        private State withoutProbe() {
            return new State(until, reason, since, length, failures, Optional.empty(), openedAt);
        }
    }
}
