package dev.tradewind.classify;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

class BounceRuleReaderTest {
    private static List<BounceRule> read(String... lines) {
        return switch (BounceRuleReader.read(List.of(lines))) {
            case BounceRule.Reading.Rules(List<BounceRule> rules) -> rules;
            case BounceRule.Reading.Refused(List<BounceRule.Wrong> wrong) -> throw new AssertionError(wrong);
        };
    }

    private static List<String> wrong(String... lines) {
        return switch (BounceRuleReader.read(List.of(lines))) {
            case BounceRule.Reading.Rules(List<BounceRule> rules) -> throw new AssertionError(rules);
            case BounceRule.Reading.Refused(List<BounceRule.Wrong> wrong) ->
                wrong.stream().map(BounceRule.Wrong::toString).toList();
        };
    }

    @Test
    void everyWordIsUnderstood() {
        List<BounceRule> rules = read(
                "# a comment",
                "[one]",
                "class 70",
                "later",
                "provider qq netease",
                "status 5.7.500-699 x.1.*",
                "code 550 45*",
                "phase MAIL rcpt",
                "text a b",
                "| c*",
                "text d",
                "sample RCPT 550 5.7.501 a b d");
        assertThat(rules).hasSize(1);
        BounceRule rule = rules.getFirst();
        assertThat(rule.result())
                .isEqualTo(new Classification(BounceClass.TRANSIENT_FAILURE, "one", Classification.Advice.LATER));
        assertThat(rule.providers()).isEqualTo(Set.of("qq", "netease"));
        assertThat(rule.pattern())
                .hasToString("code 550 45*; status 5.7.500-699 x.1.*; phase MAIL RCPT; text a b | c*; text d");
        assertThat(rule.pattern().matches(rule.samples().getFirst().reply())).isTrue();
    }

    @Test
    void everythingThatIsWrongIsSaidWithItsLine() {
        assertThat(wrong(
                        "class 10",
                        "[bad name]",
                        "class 10",
                        "[one]",
                        "class 25",
                        "clazz 10",
                        "code 250",
                        "status 5.1",
                        "text |",
                        "phase NOWHERE",
                        "later please",
                        "sample 554 5.4.7 [internal] message timeout",
                        "[one]"))
                .hasSize(12)
                .satisfiesExactly(
                        a -> assertThat(a).startsWith("line 1: stands before"),
                        a -> assertThat(a).startsWith("line 2: '[bad name]'"),
                        a -> assertThat(a).startsWith("line 4: rule one has no class"),
                        a -> assertThat(a).startsWith("line 5: class 25"),
                        a -> assertThat(a).startsWith("line 6: 'clazz'"),
                        a -> assertThat(a).startsWith("line 7: '250'"),
                        a -> assertThat(a).startsWith("line 8: '5.1'"),
                        a -> assertThat(a).startsWith("line 9: "),
                        a -> assertThat(a).startsWith("line 10: 'NOWHERE'"),
                        a -> assertThat(a).startsWith("line 11: 'later'"),
                        a -> assertThat(a).startsWith("line 12: a sample in our own words"),
                        a -> assertThat(a).startsWith("line 13: there is a rule one already"));
        assertThat(wrong("[one]", "class 10", "| a", "code 5*", "sample 550 a"))
                .containsExactly("line 3: goes on with phrases, but none stand before it");
        assertThat(wrong("[one]", "class 10", "text a"))
                .containsExactly("line 1: rule one has no sample that it decides");
        assertThat(wrong("[one]", "class 10", "sample 550 a"))
                .containsExactly("line 1: rule one has no condition: status, code, phase or text");
    }

    @Property(tries = 500)
    void anyLinesAreRulesOrRefused(@ForAll("files") List<String> lines) {
        assertThat(BounceRuleReader.read(lines)).isNotNull();
    }

    @Provide
    Arbitrary<List<String>> files() {
        Arbitrary<String> words = Arbitraries.of(
                "[a]",
                "[b",
                "class 10",
                "class x",
                "class 99999999999",
                "status x.1.1",
                "status 5.9999.1",
                "status 5.3-1.0",
                "code 5*",
                "code *",
                "code ٥٥٠",
                "phase",
                "text a | b",
                "text *",
                "text ||",
                "| b",
                "|",
                "sample 550",
                "sample RCPT 550 x",
                "sample [internal] x",
                "later",
                "provider a");
        return Arbitraries.oneOf(words, Arbitraries.strings()).list().ofMaxSize(12);
    }
}
