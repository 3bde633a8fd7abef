package dev.tradewind.adapt;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a {@link Pace} is, why, and what comes next.
 *
 * @param phase       where it is on its way
 * @param perSecond   the rate, messages a second; empty if unlimited
 * @param ceiling     the provider's limit as we know it, messages a second; empty while unknown
 * @param burst       the most messages above the ceiling that the provider took at once
 * @param closes      how long the provider stayed closed after an excess; zero if it does not
 * @param cut         the last time the provider said "too fast"
 * @param probe       when the rate will pass the ceiling, if there is mail enough until then
 * @param nextAllowed when the next attempt may start
 */
public record PaceExplanation(
        Phase phase,
        OptionalDouble perSecond,
        OptionalDouble ceiling,
        double burst,
        Duration closes,
        Optional<Cut> cut,
        Optional<Instant> probe,
        Instant nextAllowed) {

    static PaceExplanation unlimited(Instant now) {
        return new PaceExplanation(
                Phase.UNLIMITED,
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                0,
                Duration.ZERO,
                Optional.empty(),
                Optional.empty(),
                now);
    }

    /** Where a pace is on its way. */
    public enum Phase {
        /** Never limited. */
        UNLIMITED("no limit is known"),
        /** The limit is not known: the rate is raised in steps until the provider says "too fast". */
        SEARCHING("raised in steps until the provider says too fast"),
        /** The provider takes nothing: single attempts at growing distances. */
        CLOSED("the provider takes nothing; single attempts at growing distances"),
        /** Far below the ceiling: doubled with each answer. */
        RETURNING("doubled with each answer until just below the ceiling"),
        /** Just below the ceiling. */
        HOLDING("just below the ceiling"),
        /** Gently above the ceiling, to see whether it still holds. */
        PROBING("gently above the ceiling, to see whether it still holds");

        private final String words;

        Phase(String words) {
            this.words = words;
        }
    }

    /**
     * The last cut.
     *
     * @param at      when
     * @param from    the rate before it, messages a second
     * @param signals how many signals in a row
     * @param goodput what the provider had taken a second until then; empty if that was not measurable
     * @param cuts    all cuts so far
     */
    public record Cut(Instant at, double from, int signals, OptionalDouble goodput, long cuts) {}

    /** In one line, for people. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(160);
        text.append(perSecond.isEmpty() ? "unlimited" : rate(perSecond.getAsDouble()));
        text.append(": ").append(phase.words);
        ceiling.ifPresent(limit -> text.append("; ceiling ").append(rate(limit)));
        cut.ifPresent(last -> {
            text.append("; too fast at ").append(last.at).append(" with ").append(rate(last.from));
            if (last.signals > 1) {
                text.append(", signal ").append(last.signals).append(" in a row");
            }
            last.goodput.ifPresent(good -> text.append(", had taken ").append(rate(good)));
            text.append("; ").append(last.cuts).append(last.cuts == 1 ? " cut so far" : " cuts so far");
        });
        if (burst >= 1) {
            text.append("; takes ").append(Math.round(burst)).append(" above it at once");
        }
        if (!closes.isZero()) {
            text.append("; closes for ").append(closes.toSeconds()).append(" s");
        }
        probe.ifPresent(at -> text.append("; above the ceiling from ").append(at));
        return text.toString();
    }

    /** A rate in the unit in which it is a number people can read. */
    static String rate(double perSecond) {
        if (perSecond >= 1) {
            return round(perSecond) + "/s";
        }
        return perSecond * 60 >= 1 ? round(perSecond * 60) + "/min" : round(perSecond * 3600) + "/h";
    }

    private static String round(double value) {
        double rounded = value >= 100 ? Math.rint(value) : Math.rint(value * 100) / 100;
        return rounded == Math.rint(rounded) ? Long.toString((long) rounded) : Double.toString(rounded);
    }
}
