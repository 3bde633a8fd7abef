package dev.tradewind.shaping;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RateTest {
    @Test
    void isReadAndWritten() {
        assertThat(Rate.parse("100/s")).isEqualTo(Rate.of(100, Rate.Per.SECOND));
        assertThat(Rate.parse("5000/h burst 20")).isEqualTo(new Rate(5000, Rate.Per.HOUR, 20));
        assertThat(Rate.parse(" 10 / m ")).hasToString("10/m");
        assertThat(Rate.parse("unlimited").isUnlimited()).isTrue();
        assertThat(Rate.UNLIMITED).hasToString("unlimited");
    }

    @Test
    void whatIsNoRateIsRefused() {
        for (String bad : List.of(
                "",
                "100",
                "/s",
                "0/s",
                "-1/s",
                "1/w",
                "1/sec",
                "9999999999/s",
                "99999999999/s",
                "5/s burst 6",
                "5/s burst 0",
                "5/s burst",
                "1.5/s",
                "5/s bursts 2")) {
            assertThatThrownBy(() -> Rate.parse(bad)).as(bad).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void isMultipliedInThePeriodThatFits() {
        assertThat(Rate.parse("100/s").times(0.5)).hasToString("50/s");
        assertThat(Rate.parse("10/m").times(0.33)).hasToString("198/h");
        assertThat(Rate.parse("1/d").times(0.01)).hasToString("1/d");
        assertThat(Rate.UNLIMITED.times(2).isUnlimited()).isTrue();
        assertThat(Rate.parse("1/s")).isLessThan(Rate.parse("61/m")).isGreaterThan(Rate.parse("59/m"));
    }

    @Property
    void readsWhatItWrites(
            @ForAll @LongRange(min = 1, max = Rate.MOST) long count,
            @ForAll Rate.Per per,
            @ForAll @IntRange(min = 1, max = 1000) int burst) {
        Rate rate = new Rate(count, per, Math.min(count, burst));
        assertThat(Rate.parse(rate.toString())).isEqualTo(rate);
    }

    @Property
    void perSecondIsKeptWithinAHundredth(@ForAll @DoubleRange(min = 0.01, max = 1_000_000) double perSecond) {
        double made = Rate.ofPerSecond(perSecond).perSecond();
        assertThat(made).isBetween(perSecond * 0.989, perSecond * 1.011);
    }

    @Property
    void anyTextIsARateOrRefused(@ForAll String text) {
        try {
            assertThat(Rate.parse(Rate.parse(text).toString())).isEqualTo(Rate.parse(text));
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    /** A meter with the interval and the tolerance of the burst, asked all the time, never lets more through in any window. */
    @Property(tries = 200)
    void intervalKeepsEveryWindow(
            @ForAll @IntRange(min = 1, max = 50) int count, @ForAll @IntRange(min = 1, max = 50) int burst) {
        Rate rate = new Rate(count, Rate.Per.SECOND, Math.min(count, burst));
        long interval = rate.intervalNanos();
        long tolerance = (rate.burst() - 1) * interval;
        long period = rate.per().length().toNanos();
        List<Long> through = new ArrayList<>();
        long due = 0;
        for (long now = 0; now < 3 * period; now = Math.max(now, due - tolerance)) {
            due = Math.max(due, now) + interval;
            through.add(now);
        }
        for (int i = 0; i + count < through.size(); i++) {
            assertThat(through.get(i + count) - through.get(i)).isGreaterThanOrEqualTo(period);
        }
    }
}
