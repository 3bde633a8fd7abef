package dev.tradewind.adapt;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A whole number that bad news turns down and quiet turns up again, such as the connections of a lane. Multiplicative decrease, additive
 * increase: one cut at most every 60 s however many signals there are, one step up at most every <em>calm</em> (each reaction says how long;
 * an hour for news about reputation, which is what keeps it stable). A signal begins the calm anew, even one that does not cut.
 *
 * <p>It comes back by itself to where it began. Above that, up to the highest value, it goes only by the same steps and only if it was fully
 * used since the last one: a limit that nobody meets teaches nothing.
 *
 * <p>Hysteresis: the value at which a signal came is remembered. The step that would reach it again takes twice the calm, and twice as long
 * again for each further signal at it, up to 8 times; once it was held for 24 calms without a signal it is forgotten.
 *
 * <p>Pure: steps up are computed when somebody asks. Not thread-safe.
 */
public final class Knob {
    /** Between two cuts. */
    public static final Duration BETWEEN_CUTS = Duration.ofSeconds(60);
    /** Between two steps up, for news about reputation. */
    public static final Duration CALM = Duration.ofHours(1);

    /** The most by which a step to a value that was too much is delayed: 2 to this power. */
    private static final int MOST_STRIKES = 3;

    private static final int FORGET_AFTER_CALMS = 24;

    private int lowest;
    private int highest;
    private int normal;
    private State state;

    private Knob(int lowest, int highest, int normal, State state) {
        this.state = state;
        setBounds(lowest, highest, normal);
    }

    /**
     * A knob that stands where it normally is.
     *
     * @throws IllegalArgumentException unless {@code 0 <= lowest <= highest}
     */
    public static Knob of(int lowest, int highest, int normal) {
        return new Knob(lowest, highest, normal, State.initial(normal));
    }

    /** A knob that stands where it stood before a restart, within these bounds. */
    public static Knob of(int lowest, int highest, int normal, State before) {
        return new Knob(lowest, highest, normal, before);
    }

    /** Other bounds from now on, from a profile or an operator. */
    public void bounds(int low, int high, int usual, Instant now) {
        advance(now);
        setBounds(low, high, usual);
    }

    private void setBounds(int low, int high, int usual) {
        if (low < 0 || high < low) {
            throw new IllegalArgumentException("from " + low + " to " + high + ": must be at least 0 and in order");
        }
        lowest = low;
        highest = high;
        normal = clamp(usual);
        state = state.standing(clamp(state.value));
    }

    /** Where it stands. */
    public int value(Instant now) {
        advance(now);
        return state.value;
    }

    /**
     * Bad news that takes a share away.
     *
     * @param share  of the value that is kept, rounded down; 0 to 1
     * @param calm   how long until each step back up
     * @param reason for those who ask
     * @return whether it was turned down: not within 60 s of the last cut, nor at the lowest value
     */
    public boolean cut(double share, Duration calm, String reason, Instant now) {
        if (!(share >= 0 && share < 1)) {
            throw new IllegalArgumentException("a cut to a share of " + share + ": must be 0 or more and below 1");
        }
        advance(now);
        return cutTo((int) (state.value * share), calm, reason, now);
    }

    /** Bad news that says how many there may be, such as "one connection"; as {@link #cut}. Never turns it up. */
    public boolean cutTo(int target, Duration calm, String reason, Instant now) {
        if (calm.isNegative() || calm.isZero()) {
            throw new IllegalArgumentException("calm of " + calm + ": must be above 0");
        }
        advance(now);
        int wanted = Math.min(state.value, clamp(target));
        boolean again =
                state.cut.isPresent() && now.isBefore(state.cut.get().at().plus(BETWEEN_CUTS));
        if (again || wanted == state.value) {
            state = state.waiting(longer(calm), now.plus(calm));
            return false;
        }
        boolean sameCeiling = state.cut.isPresent() && state.cut.get().from() <= state.value && state.strikes > 0;
        Duration quiet = longer(calm);
        state = new State(
                wanted,
                quiet,
                Optional.of(new Cut(now, state.value, reason)),
                state.stepAt,
                Optional.of(now),
                sameCeiling ? Math.min(MOST_STRIKES, state.strikes + 1) : 1,
                false);
        state = state.waiting(quiet, now.plus(quiet.multipliedBy(patience())));
        return true;
    }

    /** On the way back from one cut the calm of another one does not make it faster. */
    private Duration longer(Duration calm) {
        return state.value < normal && state.calm.compareTo(calm) > 0 ? state.calm : calm;
    }

    /** Told when as many were in use as there may be. */
    public void fullyUsed(Instant now) {
        advance(now);
        if (!state.used) {
            state = state.nowUsed();
            advance(now);
        }
    }

    /** An operator undoes it: back to normal at once, and the past is forgotten. */
    public void undo() {
        state = State.initial(normal);
    }

    private void advance(Instant now) {
        while (state.value < highest && (state.value < normal || state.used)) {
            if (state.stepAt.isEmpty()) {
                // Nothing bad was ever heard: the first step beyond normal takes a calm from now.
                state = state.waiting(state.calm, now.plus(state.calm));
                return;
            }
            Instant at = state.stepAt.get();
            if (now.isBefore(at)) {
                return;
            }
            // Steps back to normal are counted from when they were due; beyond, from when they were wanted.
            Instant from = state.value < normal ? at : now;
            state = state.raised(state.value + 1, from);
            state = state.waiting(state.calm, from.plus(state.calm.multipliedBy(patience())));
        }
        if (state.strikes > 0
                && state.changed.isPresent()
                && state.value >= ceiling()
                && !now.isBefore(state.changed.get().plus(state.calm.multipliedBy(FORGET_AFTER_CALMS)))) {
            state = state.forgiven();
        }
    }

    /** How many calms the next step takes. */
    private int patience() {
        return state.strikes > 0 && state.value + 1 >= ceiling() ? 1 << state.strikes : 1;
    }

    private int ceiling() {
        return state.cut.map(Cut::from).orElse(Integer.MAX_VALUE);
    }

    private int clamp(int wanted) {
        return Math.max(lowest, Math.min(highest, wanted));
    }

    /** To be kept over a restart. */
    public State state(Instant now) {
        advance(now);
        return state;
    }

    /** What it is and why. */
    public Explanation explain(Instant now) {
        advance(now);
        boolean rising = state.value < highest && (state.value < normal || state.used);
        return new Explanation(
                state.value, lowest, highest, normal, state.cut, rising ? state.stepAt : Optional.empty());
    }

    /**
     * The last cut.
     *
     * @param at     when
     * @param from   the value before it
     * @param reason the reaction's
     */
    public record Cut(Instant at, int from, String reason) {}

    /**
     * All that a knob remembers.
     *
     * @param value   where it stands
     * @param calm    how long a step up takes
     * @param cut     the last cut
     * @param stepAt  when the next step up is due; empty before the first news
     * @param changed when the value last changed
     * @param strikes how often the value before the last cut was found to be too much; at most 3
     * @param used    whether it was fully used since it last changed
     */
    public record State(
            int value,
            Duration calm,
            Optional<Cut> cut,
            Optional<Instant> stepAt,
            Optional<Instant> changed,
            int strikes,
            boolean used) {
        private static State initial(int value) {
            return new State(value, CALM, Optional.empty(), Optional.empty(), Optional.empty(), 0, false);
        }

        private State standing(int at) {
            return new State(at, calm, cut, stepAt, changed, strikes, used);
        }

        private State waiting(Duration quiet, Instant until) {
            // Never sooner than what an earlier signal asked for.
            Instant later = stepAt.isPresent() && stepAt.get().isAfter(until) ? stepAt.get() : until;
            return new State(value, quiet, cut, Optional.of(later), changed, strikes, used);
        }

        private State raised(int to, Instant at) {
            return new State(to, calm, cut, Optional.empty(), Optional.of(at), strikes, false);
        }

        private State nowUsed() {
            return new State(value, calm, cut, stepAt, changed, strikes, true);
        }

        private State forgiven() {
            return new State(value, calm, cut, stepAt, changed, 0, used);
        }
    }

    /**
     * What a knob is and why.
     *
     * @param value   where it stands
     * @param lowest  never below
     * @param highest never above
     * @param normal  where it comes back to by itself
     * @param cut     the last cut
     * @param stepAt  when it goes up by one, unless there is bad news before; empty if it stays
     */
    public record Explanation(
            int value, int lowest, int highest, int normal, Optional<Cut> cut, Optional<Instant> stepAt) {
        /** In one line, for people. */
        @Override
        public String toString() {
            StringBuilder text = new StringBuilder(120).append(value);
            text.append(" (")
                    .append(lowest)
                    .append(" to ")
                    .append(highest)
                    .append(", normally ")
                    .append(normal);
            text.append(')');
            cut.ifPresent(last -> text.append("; cut from ")
                    .append(last.from)
                    .append(" at ")
                    .append(last.at)
                    .append(": ")
                    .append(last.reason));
            stepAt.ifPresent(
                    at -> text.append("; ").append(value + 1).append(" from ").append(at));
            return text.toString();
        }
    }
}
