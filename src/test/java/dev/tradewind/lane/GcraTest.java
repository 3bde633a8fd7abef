package dev.tradewind.lane;

import dev.tradewind.shaping.Rate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;

class GcraTest {
    @Property(tries = 500)
    void noWindowOfThePeriodHoldsMoreThanTheCount(
            @ForAll @IntRange(min = 1, max = 300) int count,
            @ForAll @IntRange(min = 0, max = 100) int percentBurst,
            @ForAll @IntRange(min = 1, max = 3600) int seconds,
            @ForAll long seed) {
        int burst = (int) ((count - 1L) * percentBurst / 100);
        Gcra pace = new Gcra(new Rate(count, Duration.ofSeconds(seconds), burst), 0);
        Random random = new Random(seed);
        long period = seconds * 1_000_000L;
        List<Long> sent = new ArrayList<>();
        long now = 1_700_000_000_000_000L;
        for (int i = 0; i < 1000; i++) {
            // Greedy mostly, with pauses that let credit grow.
            now = random.nextInt(20) == 0 ? now + random.nextLong(2 * period) : pace.nextAllowed(now);
            if (pace.nextAllowed(now) == now) {
                pace.take(now);
                sent.add(now);
            }
        }
        for (int i = count; i < sent.size(); i++) {
            assertThat(sent.get(i) - sent.get(i - count))
                    .as("%d messages and one more", count)
                    .isGreaterThanOrEqualTo(period);
        }
    }

    @Test
    void steadyFlowComesWithinFiveHundredthsOfTheRate() {
        Gcra pace = new Gcra(Rate.of(100, Duration.ofSeconds(1)), -10_000_000);
        long now = 0;
        int sent = 0;
        while (now < 60_000_000L) {
            long allowed = pace.nextAllowed(now);
            now = Math.max(now, allowed) + (sent % 7 == 0 ? 1500 : 0); // a caller that is late now and then
            pace.take(now);
            sent++;
        }
        assertThat(sent).isBetween(5700, 6001);
    }

    @Test
    void afterARestartNoWindowHoldsMoreThanTheCountEither() {
        Rate rate = new Rate(60, Duration.ofMinutes(1), 10);
        List<Long> sent = new ArrayList<>();
        Gcra before = new Gcra(rate, -100_000_000);
        long now = 0;
        for (int i = 0; i < 35; i++) {
            now = before.nextAllowed(now);
            before.take(now);
            sent.add(now);
        }
        Gcra after = new Gcra(rate, now);
        for (int i = 0; i < 200; i++) {
            now = after.nextAllowed(now);
            after.take(now);
            sent.add(now);
        }
        for (int i = 60; i < sent.size(); i++) {
            assertThat(sent.get(i) - sent.get(i - 60)).isGreaterThanOrEqualTo(60_000_000L);
        }
    }

    @Test
    void burstMayComeAtOnce() {
        Gcra pace = new Gcra(new Rate(10, Duration.ofMinutes(1), 4), -100_000_000);
        int atOnce = 0;
        while (pace.nextAllowed(0) == 0) {
            pace.take(0);
            atOnce++;
        }
        assertThat(atOnce).isEqualTo(5);
    }
}
