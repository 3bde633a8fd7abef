package dev.tradewind.adapt;

import java.util.OptionalDouble;

/**
 * What a {@link Pace} is given by the operator and the profile. Rates are messages a second.
 *
 * @param lowest  never slower than this, whatever the provider answers (a {@link Suspension} is what stops a scope); above 0
 * @param highest never faster than this; infinite if nobody set a limit
 * @param start   where to begin, from the profile; moved into the bounds. Empty: at {@code highest}, which may be without limit
 * @throws IllegalArgumentException if the bounds are not above 0, out of order or not a number
 */
public record PaceBounds(double lowest, double highest, OptionalDouble start) {
    /** One message an hour to no limit, beginning without a limit. */
    public static final PaceBounds OPEN = new PaceBounds(1.0 / 3600, Double.POSITIVE_INFINITY, OptionalDouble.empty());

    public PaceBounds {
        if (!(lowest > 0) || !Double.isFinite(lowest) || !(highest >= lowest)) {
            throw new IllegalArgumentException(
                    "rates from " + lowest + " to " + highest + " a second: they must be above 0 and in order");
        }
        if (start.isPresent() && !(start.getAsDouble() > 0)) {
            throw new IllegalArgumentException(
                    "starting rate of " + start.getAsDouble() + " a second: must be above 0");
        }
    }

    /** {@link #OPEN}, but beginning with this rate, messages a second. */
    public static PaceBounds startingWith(double rate) {
        return new PaceBounds(OPEN.lowest, OPEN.highest, OptionalDouble.of(rate));
    }

    /** The rate nearest to one that was wanted. */
    double clamp(double rate) {
        return Math.max(lowest, Math.min(highest, rate));
    }

    /** Where a scope begins that nothing is known of. */
    double first() {
        return clamp(start.orElse(highest));
    }
}
