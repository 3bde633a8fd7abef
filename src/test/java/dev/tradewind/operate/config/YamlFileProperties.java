package dev.tradewind.operate.config;

import dev.tradewind.operate.LogSettings;
import dev.tradewind.operate.StorageSettings;
import dev.tradewind.operate.TlsSettings;
import dev.tradewind.settings.Durations;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.StringLength;

import java.time.Duration;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class YamlFileProperties {
    private static final Schema SCHEMA =
            Schema.of(List.of(StorageSettings.class, TlsSettings.class, LogSettings.class));

    @Property(tries = 500)
    void anyTextGivesValuesOrProblems(@ForAll @StringLength(max = 200) String text) {
        read(text);
    }

    @Property(tries = 1000)
    void anyArrangementOfKeysGivesValuesOrProblems(@ForAll("nearlyYaml") String text) {
        read(text);
    }

    private static void read(String text) {
        Gathering gathering = new Gathering(SCHEMA, SpecialKeys.ofThisVersion());
        YamlFile.read(text, "f", gathering);
        for (Class<? extends Record> type : SCHEMA.records()) {
            boolean bound = new Binder(gathering).bind(type, KeyPath.ROOT).isPresent();
            assertThat(bound || !gathering.problems().isEmpty()).isTrue();
        }
    }

    @Provide
    Arbitrary<String> nearlyYaml() {
        return Arbitraries.of(
                        "log:",
                        "log.level",
                        "level",
                        "format: ",
                        "json",
                        ": ",
                        "\n",
                        "  ",
                        "- ",
                        "[",
                        "]",
                        "{",
                        "}",
                        ",",
                        "storage",
                        ".",
                        "spool",
                        "embedded",
                        "tls: ",
                        "key",
                        "&a ",
                        "*a",
                        "'",
                        "\"",
                        "#",
                        "---\n",
                        "? ",
                        "!!int ",
                        "<<: ",
                        "|\n",
                        "egress",
                        "5",
                        "~",
                        "\t",
                        "\u0000",
                        "\uD83D")
                .list()
                .ofMaxSize(25)
                .map(parts -> String.join("", parts));
    }

    @Property
    void durationsComeBack(@ForAll @LongRange(min = 0, max = 100_000_000_000L) long millis) {
        Duration duration = Duration.ofMillis(millis);
        assertThat(Durations.parse(Durations.format(duration))).isEqualTo(duration);
    }
}
