package dev.tradewind.adapt;

import dev.tradewind.adapt.Gate.Position;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;

import static org.assertj.core.api.Assertions.assertThat;

class GateTest {
    private static final Instant START = Instant.parse("2026-11-24T12:00:00Z");
    private static final Duration TWO_HOURS = Duration.ofHours(2);

    private final Gate gate = Gate.open(Gate.Settings.USUAL);

    @Test
    void letsASingleProbeOutWhenTheSuspensionIsOver() {
        gate.shut(TWO_HOURS, "TSS04", START);
        assertThat(gate.position(after(119))).isEqualTo(Position.SHUT);
        assertThat(gate.probe(after(119))).isFalse();
        assertThat(gate.connections(20, after(119))).isZero();

        assertThat(gate.position(after(120))).isEqualTo(Position.HALF_OPEN);
        assertThat(gate.connections(20, after(120))).isEqualTo(1);
        assertThat(gate.probe(after(120))).isTrue();
        assertThat(gate.probe(after(121))).isFalse();
    }

    @Test
    void opensGraduallyAfterAGoodProbe() {
        gate.shut(TWO_HOURS, "TSS04", START);
        gate.probe(after(120));
        gate.succeeded(after(120));
        assertThat(gate.connections(20, after(120))).isEqualTo(2);
        assertThat(gate.connections(20, START.plusSeconds(7200 + 150))).isEqualTo(10);
        assertThat(gate.connections(20, after(125))).isEqualTo(20);
        assertThat(gate.position(after(125))).isEqualTo(Position.OPEN);
    }

    @Test
    void aBadProbeShutsForTwiceAsLongUpToADay() {
        gate.shut(TWO_HOURS, "TSS04", START);
        Instant now = after(120);
        for (int hours : new int[] {4, 8, 16, 24, 24}) {
            assertThat(gate.probe(now)).isTrue();
            gate.failed("TSS04", now);
            now = now.plus(Duration.ofHours(hours));
            assertThat(gate.position(now.minusSeconds(1))).isEqualTo(Position.SHUT);
            assertThat(gate.position(now)).isEqualTo(Position.HALF_OPEN);
        }
        assertThat(gate.explain(now))
                .isEqualTo("waits for a probe; was suspended since 2026-11-26T18:00:00Z, 5 times in a row: TSS04");
    }

    @Test
    void troubleThatComesBackSoonDoublesButLaterTheSlateIsClean() {
        gate.shut(TWO_HOURS, "TSS04", START);
        gate.probe(after(120));
        gate.succeeded(after(120));
        assertThat(gate.shut(TWO_HOURS, "TSS04", after(130))).isEqualTo(after(130 + 240));

        gate.probe(after(370));
        gate.succeeded(after(370));
        assertThat(gate.shut(TWO_HOURS, "TSS04", after(370 + 5 + 240))).isEqualTo(after(370 + 5 + 240 + 120));
    }

    @Test
    void whileSuspendedTheLaterEndHolds() {
        gate.shut(TWO_HOURS, "TSS04", START);
        assertThat(gate.shut(Duration.ofHours(1), "TSS03", after(10))).isEqualTo(after(120));
        assertThat(gate.shut(Duration.ofHours(4), "TSS05", after(20))).isEqualTo(after(260));
        assertThat(gate.explain(after(30)))
                .isEqualTo("suspended since 2026-11-24T12:00:00Z until 2026-11-24T16:20:00Z: TSS05");
    }

    @Test
    void aProbeThatSaysNothingIsFollowedByAnother() {
        gate.shut(TWO_HOURS, "TSS04", START);
        gate.probe(after(120));
        gate.abandoned();
        assertThat(gate.probe(after(121))).isTrue();
        // Never answered: after 15 minutes another one.
        assertThat(gate.probe(after(135))).isFalse();
        assertThat(gate.probe(after(136))).isTrue();
    }

    @Test
    void whatWaitsIsSpreadOverTheTimeOfOpening() {
        gate.shut(TWO_HOURS, "TSS04", START);
        List<Instant> due = LongStream.range(0, 3000)
                .mapToObj(key -> gate.due(key, after(10)))
                .toList();
        assertThat(due).allMatch(at -> !at.isBefore(after(120)) && at.isBefore(after(125)));
        for (int minute = 120; minute < 125; minute++) {
            Instant from = after(minute);
            assertThat(due.stream().filter(at -> !at.isBefore(from) && at.isBefore(from.plusSeconds(60))))
                    .hasSizeBetween(550, 650);
        }
        assertThat(gate.due(7, after(10))).isEqualTo(gate.due(7, after(20)));
    }

    @Test
    void anOperatorLiftsIt() {
        gate.shut(TWO_HOURS, "TSS04", START);
        gate.lift();
        assertThat(gate.position(after(1))).isEqualTo(Position.OPEN);
        assertThat(gate.connections(20, after(1))).isEqualTo(20);
        assertThat(gate.explain(after(1))).isEqualTo("open");
    }

    @Test
    void survivesARestartWithoutItsProbe() {
        gate.shut(TWO_HOURS, "TSS04", START);
        gate.probe(after(120));
        Gate again = Gate.of(Gate.Settings.USUAL, gate.state());
        assertThat(again.probe(after(121))).isTrue();
    }

    @Property
    void neverMoreThanOneProbeAndNeverAnythingWhileShut(
            @ForAll @Size(max = 80) List<@IntRange(max = 20_000) Integer> steps) {
        Gate gate = Gate.open(Gate.Settings.USUAL);
        Instant now = START;
        boolean out = false;
        Instant probed = START;
        for (int step : steps) {
            now = now.plusSeconds(step);
            switch (step % 6) {
                case 0 -> {
                    gate.shut(Duration.ofMinutes(10), "bad", now);
                    out = false;
                }
                case 1, 2 -> {
                    if (gate.probe(now)) {
                        assertThat(out && now.isBefore(probed.plus(Gate.Settings.USUAL.answer())))
                                .isFalse();
                        out = true;
                        probed = now;
                    }
                }
                case 3 -> {
                    gate.succeeded(now);
                    out = false;
                }
                case 4 -> {
                    if (gate.position(now) == Position.HALF_OPEN) {
                        gate.failed("bad", now);
                        out = false;
                    }
                }
                default -> {}
            }
            int connections = gate.connections(10, now);
            switch (gate.position(now)) {
                case SHUT -> assertThat(connections).isZero();
                case HALF_OPEN -> assertThat(connections).isEqualTo(1);
                case OPENING -> assertThat(connections).isBetween(1, 10);
                case OPEN -> assertThat(connections).isEqualTo(10);
            }
            assertThat(gate.share(now)).isBetween(0.0, 1.0);
            assertThat(gate.due(step, now)).isAfterOrEqualTo(now);
            assertThat(gate.state().length()).isLessThanOrEqualTo(Gate.Settings.USUAL.longest());
        }
    }

    private static Instant after(int minutes) {
        return START.plus(Duration.ofMinutes(minutes));
    }
}
