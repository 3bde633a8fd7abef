package dev.tradewind.adapt;

import dev.tradewind.adapt.WarmUp.Phase;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class WarmUpTest {
    private static final Instant START = Instant.parse("2026-11-24T12:00:00Z");

    private final WarmUp warmUp = WarmUp.from(START);

    @Test
    void theTableIsTheOneThatWasPublished() {
        assertThat(WarmUp.STAGES).isEqualTo(29);
        assertThat(WarmUp.volume(1)).isEqualTo(200);
        assertThat(WarmUp.volume(2)).isEqualTo(500);
        assertThat(WarmUp.volume(8)).isEqualTo(40_000);
        assertThat(WarmUp.volume(20)).isEqualTo(1_000_000);
        assertThat(WarmUp.volume(29)).isEqualTo(10_000_000);
        for (int stage = 2; stage <= WarmUp.STAGES; stage++) {
            assertThat(WarmUp.volume(stage)).isGreaterThan(WarmUp.volume(stage - 1));
        }
        assertThatThrownBy(() -> WarmUp.volume(30)).hasMessageContaining("stage 30: must be 1 to 29");
    }

    @Test
    void aDayOnWhichOverNinetyPercentWereDeliveredPassesTheStage() {
        day(0, 200, 181);
        assertThat(warmUp.stage(at(0))).isEqualTo(1);
        assertThat(warmUp.remaining(at(0))).isZero();
        assertThat(warmUp.stage(at(1))).isEqualTo(2);
        assertThat(warmUp.remaining(at(1))).isEqualTo(500);
    }

    @Test
    void ninetyPercentAreNotOverNinetyPercent() {
        day(0, 200, 180);
        assertThat(warmUp.stage(at(1))).isEqualTo(1);
        assertThat(warmUp.remaining(at(1))).isEqualTo(200);
        assertThat(warmUp.explain(at(1))).contains("too little delivered on 1 days in a row");
    }

    @Test
    void theDayIsThatOfUtc() {
        Instant evening = Instant.parse("2026-11-24T23:59:59.999Z");
        deliver(evening, 200);
        assertThat(warmUp.stage(evening)).isEqualTo(1);
        assertThat(warmUp.stage(evening.plusMillis(1))).isEqualTo(2);
    }

    @Test
    void aBadSignalPausesItAndSpoilsTheDay() {
        warmUp.pause(at(0).plus(Duration.ofHours(4)), "554 blocked", at(0));
        assertThat(warmUp.remaining(at(0))).isZero();
        assertThat(warmUp.explain(at(0)))
                .isEqualTo("stage 1 of 29: 0 of today's 200 attempted, 0 delivered; paused until 2026-11-24T16:00:00Z:"
                        + " 554 blocked; after a bad signal this day passes no stage");
        Instant evening = at(0).plus(Duration.ofHours(5));
        assertThat(warmUp.remaining(evening)).isEqualTo(200);
        deliver(evening, 200);
        assertThat(warmUp.stage(at(1))).isEqualTo(1);
        deliver(at(1), 200);
        assertThat(warmUp.stage(at(2))).isEqualTo(2);
    }

    @Test
    void aPauseOverMidnightSpoilsTheNextDayToo() {
        warmUp.pause(at(1), "listed", at(0));
        deliver(at(1).plusSeconds(1), 200);
        assertThat(warmUp.stage(at(2))).isEqualTo(1);
        assertThat(warmUp.remaining(at(2))).isEqualTo(200);
    }

    @Test
    void anOperatorLiftsThePause() {
        warmUp.pause(at(3), "listed", at(0));
        warmUp.resume(at(0));
        assertThat(warmUp.remaining(at(0))).isEqualTo(200);
    }

    @Test
    void isFinishedAfterTheLastStage() {
        WarmUp last = WarmUp.of(new WarmUp.State(
                Phase.WARMING,
                29,
                at(0).getEpochSecond() / 86_400,
                10_000_000,
                9_000_001,
                0,
                0,
                false,
                Optional.empty(),
                Optional.empty()));
        assertThat(last.remaining(at(0))).isZero();
        assertThat(last.phase(at(1))).isEqualTo(Phase.FINISHED);
        assertThat(last.remaining(at(1))).isEqualTo(Long.MAX_VALUE);
        assertThat(last.explain(at(1))).isEqualTo("warm: all 29 stages were passed");
    }

    @Test
    void isOffAfterTenDaysWithTooLittleMail() {
        for (int day = 0; day < 20; day += 2) {
            assertThat(warmUp.phase(at(day))).isEqualTo(Phase.WARMING);
            day(day, 50, 50); // every other day is without mail, and does not count
        }
        assertThat(warmUp.phase(at(20))).isEqualTo(Phase.OFF);
        assertThat(warmUp.remaining(at(20))).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void isNeverOffBecauseItsMailIsRefused() {
        for (int day = 0; day < 30; day++) {
            day(day, 200, 100);
        }
        assertThat(warmUp.phase(at(30))).isEqualTo(Phase.WARMING);
        assertThat(warmUp.explain(at(30))).contains("too little delivered on 30 days in a row");
    }

    @Test
    void survivesARestart() {
        day(0, 150, 140);
        WarmUp again = WarmUp.of(warmUp.state(at(0)));
        assertThat(again.remaining(at(0))).isEqualTo(50);
        assertThat(again.explain(at(0))).isEqualTo(warmUp.explain(at(0)));
    }

    @Property(tries = 200)
    void noDayEverHoldsMoreThanItsStage(@ForAll @Size(max = 60) List<@IntRange(max = 3000) Integer> steps) {
        WarmUp warm = WarmUp.from(START);
        Instant now = START;
        long day = -1;
        long sent = 0;
        int stage = 1;
        for (int step : steps) {
            now = now.plusSeconds(step * 13 % 20_000);
            if (now.getEpochSecond() / 86_400 != day) {
                day = now.getEpochSecond() / 86_400;
                sent = 0;
            }
            int next = warm.stage(now);
            assertThat(next).isBetween(stage, stage + 1);
            stage = next;
            long sending = Math.min(step, warm.remaining(now));
            for (long i = 0; i < sending; i++) {
                warm.attempted(now);
                if (step % 7 != 0) {
                    warm.delivered(now);
                }
            }
            sent += sending;
            if (step % 50 == 0) {
                warm.pause(now.plusSeconds(step + 1), "bad", now);
                assertThat(warm.remaining(now)).isZero();
            }
            if (warm.phase(now) == Phase.WARMING) {
                assertThat(sent).isLessThanOrEqualTo(WarmUp.volume(stage));
            }
        }
    }

    private void day(int day, int attempted, int delivered) {
        deliver(at(day), delivered);
        for (int i = delivered; i < attempted; i++) {
            warmUp.attempted(at(day));
        }
    }

    private void deliver(Instant now, int count) {
        for (int i = 0; i < count; i++) {
            warmUp.attempted(now);
            warmUp.delivered(now);
        }
    }

    private static Instant at(int day) {
        return START.plus(Duration.ofDays(day));
    }
}
