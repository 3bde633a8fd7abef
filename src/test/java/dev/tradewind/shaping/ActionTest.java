package dev.tradewind.shaping;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ActionTest {
    @Test
    void everyActionIsReadAndWritten() {
        for (String written : List.of(
                "suspend 30m",
                "connections 1 for 30m",
                "connections x0.5 for 1h",
                "rate 10/m for 30m",
                "rate 100/h burst 5 for 30m",
                "rate x0.25 for 1h",
                "stretch x4 for 2h",
                "unwell 4h",
                "throttle",
                "move")) {
            assertThat(Action.parse(written).written()).isEqualTo(written);
        }
        assertThat(Action.parse("connections x0.5 for 1h"))
                .isEqualTo(new Action.ScaleConnections(0.5, Duration.ofHours(1)));
        assertThat(Trigger.parse("3 in 1h"))
                .isEqualTo(new Trigger(3, Duration.ofHours(1)))
                .hasToString("3 in 1h");
        assertThat(Trigger.parse("1")).isEqualTo(Trigger.ONCE).hasToString("1");
        assertThat(Bounds.parse("1..50", Integer::valueOf).clamp(70)).isEqualTo(50);
    }

    @Test
    void whatCannotBeMeantIsRefused() {
        for (String bad : List.of(
                "",
                "suspend",
                "suspend 0s",
                "suspend 8d",
                "suspend for 1h",
                "connections 0 for 1h",
                "connections 1",
                "connections x1.5 for 1h",
                "connections x for 1h",
                "rate x0 for 1h",
                "rate 10 for 1h",
                "stretch x0.5 for 1h",
                "stretch 4 for 1h",
                "move now",
                "sleep 1h",
                "rate x.. for 1h",
                "rate x. for 1h")) {
            assertThatThrownBy(() -> Action.parse(bad)).as(bad).isInstanceOf(IllegalArgumentException.class);
        }
        for (String bad : List.of("", "0", "2", "2 in", "2 in 0s", "1001 in 1h", "x in 1h", "2 within 1h")) {
            assertThatThrownBy(() -> Trigger.parse(bad)).as(bad).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Property
    void anyTextIsAnActionOrRefused(@ForAll("texts") String text) {
        try {
            Action action = Action.parse(text);
            assertThat(Action.parse(action.written())).isEqualTo(action);
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
        try {
            Trigger trigger = Trigger.parse(text);
            assertThat(Trigger.parse(trigger.toString())).isEqualTo(trigger);
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> words = Arbitraries.of(
                "suspend",
                "connections",
                "rate",
                "stretch",
                "unwell",
                "move",
                "throttle",
                "for",
                "in",
                "x0.5",
                "x4",
                "1",
                "3",
                "10/m",
                "30m",
                "1h",
                "burst",
                "x1e9");
        return Arbitraries.oneOf(words.list().ofMaxSize(5).map(list -> String.join(" ", list)), Arbitraries.strings());
    }
}
