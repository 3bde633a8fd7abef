package dev.tradewind.adapt;

import dev.tradewind.adapt.PaceSimulation.Line;
import dev.tradewind.adapt.PaceSimulation.Load;
import dev.tradewind.adapt.PaceSimulation.Outcome;
import dev.tradewind.adapt.PaceSimulation.Sender;
import dev.tradewind.adapt.PaceSimulation.World;
import org.junit.jupiter.api.Test;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Acceptance 2 of the delivery engine: a provider that answers 421 4.7.0 above a rate that it never tells. From minute 30 on each mean of
 * ten minutes is within 20 % of that rate, and less than 2 % of the attempts are deferred over the next six hours. The tables that it
 * prints are those of {@code docs/adaptation.md}.
 */
class PaceSimulationTest {
    private static final double MINUTE = 1 / 60.0;
    private static final double[] STARTS = {10, 0.1};
    private static final double[] ALL_STARTS = {10, 0.1, Double.POSITIVE_INFINITY};

    @Test
    void findsAndHoldsTheHiddenRateFromTenTimesAboveAndBelow() {
        List<World> worlds = PaceSimulation.matrix(MINUTE, 2 * MINUTE, 10 * MINUTE, 1, 10);
        assertThat(PaceSimulation.soak(1, worlds, ALL_STARTS, System.out)).allMatch(Line::meetsAcceptance);
    }

    @Test
    void holdsHighRatesToo() {
        List<World> worlds =
                List.of(World.of(50, 50, 0.05), World.of(50, 500, 1), World.of(50, 3000, 30), World.of(500, 5000, 1));
        assertThat(PaceSimulation.soak(1, worlds, STARTS, System.out)).allMatch(Line::meetsAcceptance);
    }

    @Test
    void idleHoursMakeItNeitherForgetNorOvershoot() {
        List<World> worlds = PaceSimulation.matrix(10 * MINUTE, 1, 10).stream()
                // After each pause such a bucket takes 1.2 times the rate for all of the 25 minutes, unlike later.
                .filter(world -> world.latency() < 30 || world.burst() < 300 * world.rate())
                .map(world -> world.with(Load.BURSTY))
                .toList();
        assertThat(PaceSimulation.soak(1, worlds, ALL_STARTS, System.out)).allMatch(Line::meetsAcceptance);
    }

    @Test
    void mailThatNeedsLessThanTheRateIsHardlyEverDeferred() {
        List<World> worlds = PaceSimulation.matrix(10 * MINUTE, 1, 10).stream()
                .map(world -> world.with(Load.HALF))
                .toList();
        assertThat(PaceSimulation.soak(1, worlds, ALL_STARTS, System.out)).allMatch(Line::meetsAcceptance);
    }

    @Test
    void followsARateThatIsHalved() {
        List<World> worlds = PaceSimulation.matrix(10 * MINUTE, 1, 10).stream()
                .map(world -> world.changing(0.5))
                .toList();
        assertThat(PaceSimulation.soak(1, worlds, STARTS, System.out)).allMatch(Line::meetsAcceptance);
    }

    @Test
    void aRestartEveryTwentyMinutesChangesNothing() {
        for (World world : PaceSimulation.matrix(10 * MINUTE, 1, 10)) {
            for (double start : STARTS) {
                Sender sender = Sender.adapted(PaceSimulation.pace(world, start), 20 * 60 * 1_000_000_000L);
                Outcome outcome = PaceSimulation.run(world, sender, 0);
                assertThat(outcome.outside())
                        .as("%s from %s times: %s", world, start, outcome)
                        .isZero();
                assertThat(outcome.deferred())
                        .as("%s from %s times", world, start)
                        .isLessThan(0.02);
            }
        }
    }

    /** Up to a bucket of a minute and a latency of a second: beyond that the bounds themselves forbid to find out within half an hour. */
    @Test
    void followsARateThatIsDoubled() {
        List<World> worlds = PaceSimulation.matrix(10 * MINUTE, 1, 10).stream()
                .filter(world -> world.latency() <= 1 && world.burst() <= Math.max(1, 60 * world.rate()))
                .map(world -> world.changing(2))
                .toList();
        assertThat(PaceSimulation.soak(1, worlds, STARTS, System.out)).allMatch(Line::meetsAcceptance);
    }

    /** Each excess costs five minutes here, so a mean of ten minutes cannot be kept; most of the rate can, and few attempts are wasted. */
    @Test
    void aProviderThatClosesAfterAnExcessIsSeldomProvoked() {
        List<World> worlds = PaceSimulation.matrix(10 * MINUTE, 1, 10).stream()
                .filter(world -> world.latency() <= 1)
                .map(world -> world.closing(300))
                .toList();
        assertThat(PaceSimulation.soak(1, worlds, STARTS, System.out))
                .allMatch(line -> line.outcome().mean() > 0.6 && line.outcome().deferred() < 0.02);
    }
}
