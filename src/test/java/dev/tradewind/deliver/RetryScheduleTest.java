package dev.tradewind.deliver;

import dev.tradewind.classify.Cause;
import dev.tradewind.classify.Phase;
import dev.tradewind.mail.SmtpReply;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RetryScheduleTest {
    private static final Instant START = Instant.parse("2026-11-24T12:00:00Z");
    private final RetrySchedule schedule = new RetrySchedule(RetrySettings.DEFAULT);

    @Property
    void waitsDoubleWithinATenthAndTheLastAttemptIsAtExpiry(
            @ForAll long seed, @ForAll @IntRange(min = 0, max = 900) int seconds) {
        Random random = new Random(seed);
        Instant now = START.plusSeconds(seconds);
        Duration wait = Duration.ofMinutes(20);
        int failures = 1;
        for (Optional<Instant> next = schedule.next(START, failures, now, random);
                next.isPresent();
                next = schedule.next(START, ++failures, now, random)) {
            Instant due = next.get();
            assertThat(due).isAfter(now).isBeforeOrEqualTo(schedule.expires(START));
            if (due.isBefore(schedule.expires(START))) {
                assertThat(Duration.between(now, due))
                        .isBetween(
                                wait.multipliedBy(9).dividedBy(10),
                                wait.multipliedBy(11).dividedBy(10));
            }
            now = due;
            wait = wait.multipliedBy(failures < 7 ? 2 : 1);
        }
        assertThat(now).isEqualTo(START.plus(Duration.ofDays(3)));
        assertThat(failures).isBetween(8, 10);
    }

    @Test
    void expiredMessageIsBouncedWithItsLastFailure() {
        Cause last = new Cause.Refused(Phase.RCPT, SmtpReply.of(450, "4.2.1 busy"));
        assertThat(RetrySchedule.expired(Optional.of(last)).inOneLine())
                .isEqualTo("554 5.4.7 [internal] message timeout (last transfail: 450 4.2.1 busy)");
        assertThat(RetrySchedule.expired(Optional.empty()).code()).isEqualTo(554);
    }

    @Test
    void scheduleWithoutWaitsIsRefused() {
        assertThatThrownBy(() -> new RetrySettings(List.of(), Duration.ofHours(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RetrySettings(List.of(Duration.ZERO), Duration.ofHours(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> schedule.next(START, 0, START, new Random(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
