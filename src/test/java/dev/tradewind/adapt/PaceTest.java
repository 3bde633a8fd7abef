package dev.tradewind.adapt;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalDouble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

class PaceTest {
    private static final Instant START = Instant.parse("2026-11-24T12:00:00Z");

    private Instant now = START;

    @Test
    void withoutRateAndWithoutComplaintThereIsNoLimit() {
        Pace pace = Pace.of(PaceBounds.OPEN, now);
        for (int i = 0; i < 1000; i++) {
            assertThat(pace.nextAllowed(now)).isEqualTo(now);
            pace.take(now);
            pace.accepted(now, now);
        }
        assertThat(pace.perSecond()).isEmpty();
        assertThat(pace.learned(now)).isEmpty();
        assertThat(pace.explain(now)).hasToString("unlimited: no limit is known");
    }

    @Test
    void attemptsAreEvenlySpacedFromTheStartingRateOn() {
        Pace pace = Pace.of(PaceBounds.startingWith(10), now);
        pace.take(now);
        assertThat(pace.nextAllowed(now)).isEqualTo(START.plusMillis(100));
    }

    @Test
    void aCallerLateBySomeMillisecondsLosesNoRate() {
        Pace pace = Pace.of(PaceBounds.startingWith(10), now);
        for (int i = 0; i < 100; i++) {
            now = pace.nextAllowed(now).plusMillis(7);
            pace.take(now);
        }
        assertThat(now).isBefore(START.plusMillis(99 * 100 + 20));
    }

    @Test
    void anIdleScopeEarnsNothing() {
        Pace pace = Pace.of(PaceBounds.startingWith(10), now);
        pace.take(now);
        now = now.plusSeconds(3600);
        assertThat(pace.nextAllowed(now)).isEqualTo(now);
        pace.take(now);
        assertThat(pace.nextAllowed(now)).isEqualTo(now.plusMillis(100));
    }

    @Test
    void theFirstComplaintLimitsAnUnlimitedScopeToWhatWasTaken() {
        Pace pace = Pace.of(PaceBounds.OPEN, now);
        send(pace, 600, Duration.ofMillis(100));
        assertThat(pace.throttled(now, now)).isTrue();
        assertThat(pace.perSecond().orElseThrow()).isCloseTo(10, within(1.0));
        assertThat(pace.explain(now).cut().orElseThrow().cuts()).isEqualTo(1);
    }

    @Test
    void manyComplaintsAboutOneExcessAreOneSignal() {
        Pace pace = Pace.of(PaceBounds.startingWith(100), now);
        Instant taken = now;
        now = now.plusSeconds(20);
        assertThat(pace.throttled(taken, now)).isTrue();
        double afterFirst = pace.perSecond().orElseThrow();
        for (int i = 0; i < 1000; i++) {
            assertThat(pace.throttled(taken.plusMillis(10 * i), now)).isFalse();
        }
        assertThat(pace.perSecond()).hasValue(afterFirst);
        assertThat(afterFirst).isGreaterThan(90);
    }

    @Test
    void aRateFromAProfileIsRaisedUntilTheProviderComplains() {
        Pace pace = Pace.of(PaceBounds.startingWith(1), now);
        paced(pace, Duration.ofMinutes(4));
        assertThat(pace.perSecond().orElseThrow()).isGreaterThan(32);
        assertThat(pace.explain(now).phase()).isEqualTo(PaceExplanation.Phase.SEARCHING);
    }

    @Test
    void whoDoesNotUseTheRateDoesNotRaiseIt() {
        Pace pace = Pace.of(PaceBounds.startingWith(10), now);
        send(pace, 1000, Duration.ofSeconds(1));
        assertThat(pace.perSecond()).hasValue(10);
    }

    @Test
    void afterTheCutItHoldsJustBelowTheCeilingAndSaysWhenItWillProbe() {
        Pace pace = Pace.of(PaceBounds.startingWith(10), now);
        paced(pace, Duration.ofSeconds(20));
        pace.throttled(now, now);
        PaceExplanation said = pace.explain(now);
        assertThat(said.phase()).isEqualTo(PaceExplanation.Phase.HOLDING);
        assertThat(said.perSecond().orElseThrow())
                .isCloseTo(0.95 * said.ceiling().orElseThrow(), within(1e-9));
        assertThat(said.cut().orElseThrow().from()).isEqualTo(10);
        assertThat(said.cut().orElseThrow().at()).isEqualTo(now);
        assertThat(said.probe()).hasValueSatisfying(at -> assertThat(at).isAfter(now));
        assertThat(said.toString())
                .contains("just below the ceiling; ceiling 10/s; too fast at 2026-11-24T12:00:")
                .contains("with 10/s, had taken 10/s; 1 cut so far; above the ceiling from 2026-11-24T12:0");
    }

    @Test
    void aProviderThatTakesNothingIsTriedAtGrowingDistances() {
        Pace pace = Pace.of(PaceBounds.startingWith(10), now);
        Instant closedAt = now;
        int attempts = 0;
        while (now.isBefore(closedAt.plusSeconds(600))) {
            now = pace.nextAllowed(now);
            pace.take(now);
            pace.throttled(now, now);
            attempts++;
        }
        assertThat(attempts).isLessThan(30);
        assertThat(pace.explain(now).phase()).isEqualTo(PaceExplanation.Phase.CLOSED);
        // It opens: back by doubling to half of the rate that closed it.
        paced(pace, Duration.ofMinutes(12));
        assertThat(pace.explain(now).closes()).isBetween(Duration.ofSeconds(600), Duration.ofSeconds(1500));
        assertThat(pace.perSecond().orElseThrow()).isBetween(4.0, 6.0);
    }

    @Test
    void theOperatorsBoundsHoldAtOnce() {
        Pace pace = Pace.of(PaceBounds.OPEN, now);
        pace.bounds(new PaceBounds(1, 5, OptionalDouble.empty()), now);
        assertThat(pace.perSecond()).hasValue(5);
        pace.bounds(new PaceBounds(1, 2, OptionalDouble.empty()), now);
        assertThat(pace.perSecond()).hasValue(2);
        for (int i = 0; i < 100; i++) {
            now = now.plusSeconds(1);
            pace.throttled(now, now);
        }
        assertThat(pace.perSecond()).hasValue(1);
    }

    @Test
    void whatWasLearnedSurvivesARestart() {
        Pace pace = Pace.of(PaceBounds.startingWith(10), now);
        paced(pace, Duration.ofSeconds(20));
        pace.throttled(now, now);
        Pace.Learned learned = pace.learned(now).orElseThrow();
        double ceiling = learned.ceiling().orElseThrow();

        Pace soon = Pace.of(PaceBounds.OPEN, learned, now.plusSeconds(60));
        assertThat(soon.perSecond().orElseThrow()).isCloseTo(0.95 * ceiling, within(1e-9));
        assertThat(soon.explain(now).ceiling().orElseThrow()).isCloseTo(ceiling, within(1e-9));

        Pace longAfter = Pace.of(PaceBounds.OPEN, learned, now.plus(Duration.ofDays(8)));
        assertThat(longAfter.explain(now).phase()).isEqualTo(PaceExplanation.Phase.SEARCHING);
        assertThat(longAfter.perSecond().orElseThrow()).isCloseTo(learned.perSecond(), within(1e-9));

        Pace narrowed = Pace.of(new PaceBounds(0.1, 4, OptionalDouble.empty()), learned, now.plusSeconds(60));
        assertThat(narrowed.perSecond()).hasValue(4);
    }

    @Test
    void anOperatorUndoesWhatWasLearned() {
        Pace pace = Pace.of(PaceBounds.startingWith(10), now);
        paced(pace, Duration.ofSeconds(20));
        pace.throttled(now, now);
        pace.forget(now);
        assertThat(pace.perSecond()).hasValue(10);
        assertThat(pace.explain(now).cut()).isEmpty();

        Pace unlimited = Pace.of(PaceBounds.OPEN, now);
        unlimited.throttled(now, now);
        unlimited.forget(now);
        assertThat(unlimited.perSecond()).isEmpty();
    }

    @Test
    void timeThatRunsBackwardsChangesNothing() {
        Pace pace = Pace.of(PaceBounds.startingWith(10), now);
        pace.take(now.plusSeconds(10));
        pace.take(now);
        assertThat(pace.nextAllowed(now)).isEqualTo(now.plusMillis(10_200));
    }

    @Test
    void boundsThatCannotBeAreRefused() {
        assertThatThrownBy(() -> new PaceBounds(0, 1, OptionalDouble.empty()))
                .hasMessageContaining("rates from 0.0 to 1.0 a second");
        assertThatThrownBy(() -> new PaceBounds(2, 1, OptionalDouble.empty()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PaceBounds.startingWith(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Accepted messages at a distance of their own. */
    private void send(Pace pace, int count, Duration distance) {
        for (int i = 0; i < count; i++) {
            now = now.plus(distance);
            pace.take(now);
            pace.accepted(now, now);
        }
    }

    /** Accepted messages as fast as is allowed. */
    private void paced(Pace pace, Duration length) {
        Instant end = now.plus(length);
        while (pace.nextAllowed(now).isBefore(end)) {
            now = pace.nextAllowed(now);
            pace.take(now);
            pace.accepted(now, now);
        }
        now = end;
    }
}
