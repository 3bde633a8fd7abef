package dev.tradewind.shaping;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RateTest {
    @Test
    void isReadAndWritten() {
        assertThat(Rate.parse("100/s"))
                .isEqualTo(Rate.of(100, Duration.ofSeconds(1)))
                .hasToString("100/s");
        assertThat(Rate.parse("100/s").burst()).isEqualTo(2);
        assertThat(Rate.parse("100/s burst 0"))
                .isEqualTo(new Rate(100, Duration.ofSeconds(1), 0))
                .hasToString("100/s burst 0");
        assertThat(Rate.parse("5000/h burst 20")).isEqualTo(new Rate(5000, Duration.ofHours(1), 20));
        assertThat(Rate.parse("20/90s"))
                .isEqualTo(Rate.of(20, Duration.ofSeconds(90)))
                .hasToString("20/90s");
        assertThat(Rate.parse("1/1d")).hasToString("1/d");
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
                "5/s burst 5",
                "1/0s",
                "1/40d",
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
            @ForAll @IntRange(min = 1, max = Rate.MOST) int count,
            @ForAll @LongRange(min = 1, max = 2_600_000_000L) long millis,
            @ForAll @IntRange(max = 1000) int burst) {
        Rate rate = new Rate(count, Duration.ofMillis(millis), Math.min(count - 1, burst));
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
}
