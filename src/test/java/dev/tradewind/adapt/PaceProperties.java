package dev.tradewind.adapt;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

import static org.assertj.core.api.Assertions.assertThat;

class PaceProperties {
    private static final Instant START = Instant.parse("2026-11-24T12:00:00Z");

    /** What the world does: time passes, then something is taken (if allowed) or answered. */
    record Step(long millis, int what) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Long> millis = Arbitraries.frequencyOf(
                Tuple.of(8, Arbitraries.longs().between(0, 50)),
                Tuple.of(3, Arbitraries.longs().between(0, 60_000)),
                Tuple.of(1, Arbitraries.longs().between(0, 40_000_000)));
        return Combinators.combine(millis, Arbitraries.integers().between(0, 9))
                .as(Step::new)
                .list()
                .ofMaxSize(400);
    }

    @Provide
    Arbitrary<PaceBounds> bounds() {
        Arbitrary<Double> rates = Arbitraries.doubles().between(-4, 3).map(power -> Math.pow(10, power));
        return Combinators.combine(rates, rates, rates, Arbitraries.integers().between(0, 3))
                .as((a, b, start, kind) -> new PaceBounds(
                        Math.min(a, b),
                        kind == 0 ? Double.POSITIVE_INFINITY : Math.max(a, b),
                        kind == 1 ? OptionalDouble.empty() : OptionalDouble.of(start)));
    }

    @Property
    void theBoundsAreNeverLeft(@ForAll("bounds") PaceBounds bounds, @ForAll("steps") List<Step> steps) {
        Pace pace = Pace.of(bounds, START);
        Instant now = START;
        Instant taken = START;
        for (Step step : steps) {
            now = now.plusMillis(step.millis);
            if (step.what < 4) {
                pace.take(now);
                taken = now;
            } else if (step.what < 8) {
                pace.accepted(taken, now);
            } else {
                pace.throttled(step.what == 8 ? taken : now, now);
            }
            pace.perSecond()
                    .ifPresent(rate ->
                            assertThat(rate).isBetween(bounds.lowest() * (1 - 1e-9), bounds.highest() * (1 + 1e-9)));
            assertThat(pace.nextAllowed(now)).isAfterOrEqualTo(now);
            assertThat(pace.explain(now).toString()).doesNotContain("NaN").doesNotContain("Infinity");
            Instant later = now;
            pace.learned(now)
                    .ifPresent(learned -> assertThat(
                                    Pace.of(bounds, learned, later).perSecond().orElseThrow())
                            .isBetween(bounds.lowest() * (1 - 1e-9), bounds.highest() * (1 + 1e-9)));
        }
    }

    /** Every window between two attempts holds at most 1 + (w + 10 ms) × the highest rate in it. */
    @Property
    void noWindowHoldsMoreThanTheRateAllows(@ForAll("bounds") PaceBounds bounds, @ForAll("steps") List<Step> steps) {
        Pace pace = Pace.of(new PaceBounds(bounds.lowest(), 1000, bounds.start()), START);
        List<Double> times = new ArrayList<>();
        List<Double> rates = new ArrayList<>();
        Instant now = START;
        Instant taken = START;
        for (Step step : steps) {
            now = now.plusMillis(step.millis);
            if (step.what < 6 && !pace.nextAllowed(now).isAfter(now)) {
                times.add((now.toEpochMilli() - START.toEpochMilli()) / 1000.0);
                rates.add(pace.perSecond().orElseThrow());
                pace.take(now);
                taken = now;
            } else if (step.what < 8) {
                pace.accepted(taken, now);
            } else {
                pace.throttled(taken, now);
            }
        }
        for (int first = 0; first < times.size(); first++) {
            double highest = 0;
            for (int last = first + 1; last < times.size(); last++) {
                highest = Math.max(highest, rates.get(last));
                double window = times.get(last) - times.get(first);
                assertThat((double) (last - first)).isLessThanOrEqualTo((window + 0.01) * highest + 1e-6);
            }
        }
    }
}
