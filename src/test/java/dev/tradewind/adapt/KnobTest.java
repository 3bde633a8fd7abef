package dev.tradewind.adapt;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class KnobTest {
    private static final Instant START = Instant.parse("2026-11-24T12:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void isCutByAShareAtMostOnceAMinute() {
        Knob connections = Knob.of(1, 20, 10);
        assertThat(connections.cut(0.5, HOUR, "421 too many connections", START))
                .isTrue();
        assertThat(connections.value(START)).isEqualTo(5);
        assertThat(connections.cut(0.5, HOUR, "421 too many connections", START.plusSeconds(59)))
                .isFalse();
        assertThat(connections.value(START.plusSeconds(59))).isEqualTo(5);
        assertThat(connections.cut(0.5, HOUR, "421 too many connections", START.plusSeconds(60)))
                .isTrue();
        assertThat(connections.value(START.plusSeconds(60))).isEqualTo(2);
    }

    @Test
    void comesBackByOneEachHourAndMoreSlowlyToWhereTheSignalCame() {
        Knob connections = Knob.of(1, 20, 4);
        connections.cut(0.5, HOUR, "421", START);
        assertThat(connections.value(after(59))).isEqualTo(2);
        assertThat(connections.value(after(60))).isEqualTo(3);
        // Four was too much: twice the calm.
        assertThat(connections.value(after(179))).isEqualTo(3);
        assertThat(connections.value(after(180))).isEqualTo(4);
        // It still is: from now on four times.
        connections.cut(0.75, HOUR, "421", after(200));
        assertThat(connections.value(after(200))).isEqualTo(3);
        assertThat(connections.value(after(439))).isEqualTo(3);
        assertThat(connections.value(after(440))).isEqualTo(4);
        // Held for a day, it is forgotten.
        connections.value(after(440 + 24 * 60));
        connections.cut(0.75, HOUR, "421", after(3000));
        assertThat(connections.value(after(3119))).isEqualTo(3);
        assertThat(connections.value(after(3120))).isEqualTo(4);
    }

    @Test
    void aSignalThatDoesNotCutStillPutsOffTheReturn() {
        Knob connections = Knob.of(1, 20, 10);
        connections.cutTo(1, HOUR, "one connection", START);
        assertThat(connections.cutTo(1, HOUR, "one connection", after(50))).isFalse();
        assertThat(connections.value(after(109))).isEqualTo(1);
        assertThat(connections.value(after(110))).isEqualTo(2);
    }

    @Test
    void goesBeyondNormalOnlyWhenItIsUsed() {
        Knob connections = Knob.of(1, 20, 10);
        assertThat(connections.value(after(6000))).isEqualTo(10);
        connections.fullyUsed(after(6000));
        assertThat(connections.value(after(6059))).isEqualTo(10);
        assertThat(connections.value(after(6060))).isEqualTo(11);
        assertThat(connections.value(after(9000))).isEqualTo(11);
        connections.fullyUsed(after(9000));
        connections.fullyUsed(after(9000));
        assertThat(connections.value(after(9000))).isEqualTo(12);
    }

    @Test
    void aShortCalmDoesNotHurryTheReturnFromALongOne() {
        Knob connections = Knob.of(1, 20, 10);
        connections.cut(0.5, HOUR, "reputation", START);
        connections.cut(0.8, Duration.ofMinutes(1), "busy", after(2));
        // Five was too much as well, so twice the hour; not twice the minute.
        assertThat(connections.value(after(121))).isEqualTo(4);
        assertThat(connections.value(after(122))).isEqualTo(5);
    }

    @Test
    void anOperatorUndoesIt() {
        Knob connections = Knob.of(1, 20, 10);
        connections.cutTo(1, HOUR, "421", START);
        connections.undo();
        assertThat(connections.value(after(1))).isEqualTo(10);
        assertThat(connections.explain(after(1))).hasToString("10 (1 to 20, normally 10)");
    }

    @Test
    void saysWhatItIsAndWhy() {
        Knob connections = Knob.of(1, 20, 10);
        connections.cut(0.5, HOUR, "421 4.7.0 too many connections", START);
        assertThat(connections.explain(after(1)))
                .hasToString("5 (1 to 20, normally 10); cut from 10 at 2026-11-24T12:00:00Z: 421 4.7.0 too many"
                        + " connections; 6 from 2026-11-24T13:00:00Z");
    }

    @Test
    void survivesARestartInsideNewBounds() {
        Knob before = Knob.of(1, 20, 10);
        before.cut(0.5, HOUR, "421", START);
        Knob same = Knob.of(1, 20, 10, before.state(after(1)));
        assertThat(same.value(after(60))).isEqualTo(6);
        Knob narrowed = Knob.of(1, 3, 3, before.state(after(1)));
        assertThat(narrowed.value(after(600))).isEqualTo(3);
    }

    @Test
    void boundsThatCannotBeAreRefused() {
        assertThatThrownBy(() -> Knob.of(5, 4, 4)).hasMessageContaining("from 5 to 4");
        assertThatThrownBy(() -> Knob.of(1, 4, 4).cut(1, HOUR, "", START)).hasMessageContaining("share of 1.0");
    }

    @Property
    void staysInItsBoundsAndNeverMovesUpFasterThanTheCalm(
            @ForAll @IntRange(max = 50) int lowest,
            @ForAll @IntRange(max = 50) int width,
            @ForAll @IntRange(max = 100) int normal,
            @ForAll @Size(max = 60) List<@IntRange(max = 9999) Integer> steps) {
        Knob knob = Knob.of(lowest, lowest + width, normal);
        Instant now = START;
        int value = knob.value(now);
        for (int step : steps) {
            Instant before = now;
            now = now.plusSeconds(step);
            int next = knob.value(now);
            assertThat(next).isBetween(lowest, lowest + width);
            assertThat(next - value)
                    .isBetween(0, (int) (Duration.between(before, now).toMinutes() / 10) + 1);
            switch (step % 4) {
                case 0 -> knob.cut(0.5, Duration.ofMinutes(10), "bad", now);
                case 1 -> knob.cutTo(step % 10, Duration.ofMinutes(10), "bad", now);
                case 2 -> knob.fullyUsed(now);
                default -> {}
            }
            value = knob.value(now);
            assertThat(value).isLessThanOrEqualTo(next + 1).isBetween(lowest, lowest + width);
        }
    }

    private static Instant after(int minutes) {
        return START.plus(Duration.ofMinutes(minutes));
    }
}
