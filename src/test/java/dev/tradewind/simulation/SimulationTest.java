package dev.tradewind.simulation;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Random;
import java.util.stream.LongStream;

import static org.assertj.core.api.Assertions.assertThat;

/** Three days of traffic for each of some seeds; a seed that fails is named, and does the same again. */
class SimulationTest {
    private static final int FRESH = Integer.getInteger("tradewind.simulation.seeds", 100);

    @Test
    void freshSeedsHoldEveryInvariant() {
        long first = new Random().nextLong();
        long begun = System.nanoTime();
        long attempts = LongStream.range(0, FRESH)
                .parallel()
                .map(i -> Run.of(first + i).attempts())
                .sum();
        System.out.printf(
                "simulation: %d seeds from %d, %d attempts in %s%n",
                FRESH, first, attempts, Duration.ofNanos(System.nanoTime() - begun));
        assertThat(attempts).isGreaterThan(FRESH * (long) Scenario.MESSAGES);
    }

    @Test
    void seedDoesTheSameAgain() {
        assertThat(Run.of(1)).isEqualTo(Run.of(1));
    }
}
