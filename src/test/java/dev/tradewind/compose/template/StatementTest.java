package dev.tradewind.compose.template;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.tradewind.compose.template.Rendered.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class StatementTest {
    private static final String YES =
            "{\"yes\": true, \"a\": [1, 2], \"o\": [{\"p\": [\"x\", \"y\"]}, {\"p\": [\"z\"]}]}";

    @Test
    void theFirstTrueConditionDecides() throws Exception {
        String source = "{{if a}}A{{elseif b then}}B{{elseif c}}C{{else}}D{{end}}";
        assertThat(text(source, "{\"a\": 0, \"b\": true}")).isEqualTo("A");
        assertThat(text(source, "{\"a\": false, \"b\": \"\"}")).isEqualTo("B");
        assertThat(text(source, "{\"c\": []}")).isEqualTo("C");
        assertThat(text(source, "{\"a\": null}")).isEqualTo("D");
        assertThat(text("{{if a}}A{{end}}", "{}")).isEmpty();
    }

    @Test
    void laterConditionsAreNotEvaluated() throws Exception {
        assertThat(text("{{if yes}}A{{elseif 1 / 0}}B{{end}}", YES)).isEqualTo("A");
    }

    @Test
    void namesMayBeginWithKeywords() throws Exception {
        assertThat(text("{{iffy}} {{ending}} {{eachother}}", "{\"iffy\": 1, \"ending\": 2, \"eachother\": 3}"))
                .isEqualTo("1 2 3");
    }

    @Test
    void loopsSeeElementAndIndex() throws Exception {
        assertThat(text("{{each a}}{{loop_index}}:{{loop_var}} {{end}}", YES)).isEqualTo("1:1 2:2 ");
    }

    @Test
    void nestedLoopsSeeOuterElementsByName() throws Exception {
        String source =
                "{{each o}}{{each loop_vars.o.p}}{{loop_vars['p']}}{{loop_index}}/{{#loop_vars.o.p}} {{end}}{{loop_index}};{{end}}";
        assertThat(text(source, YES)).isEqualTo("x1/2 y2/2 1;z1/1 2;");
    }

    @Test
    void theInnermostLoopOfANameWins() throws Exception {
        String data = "{\"p\": [{\"p\": [1]}]}";
        assertThat(text("{{each p}}{{each loop_var.p}}{{loop_vars.p}}{{end}}{{loop_vars.p.p}}{{end}}", data))
                .isEqualTo("1[1]");
    }

    @Test
    void loopsOverAnythingThatGivesAnArray() throws Exception {
        assertThat(text("{{each missing or a}}{{loop_var}}{{end}}", YES)).isEqualTo("12");
        assertThat(text("{{each o[1].p}}{{loop_vars.p}}{{end}}", YES)).isEqualTo("xy");
        assertThat(text("{{each o[1]['p']}}{{loop_vars.p}}{{end}}", YES)).isEqualTo("xy");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[]", "false", "{}"})
    void nothingToLoopOverRendersNothing(String value) throws Exception {
        assertThat(text("[{{each a}}x{{end}}{{each missing}}x{{end}}]", "{\"a\": " + value + "}"))
                .isEqualTo("[]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"text\"", "5", "true", "{\"k\": 1}"})
    void whatIsNoArrayIsAnError(String value) {
        assertThatExceptionOfType(TemplateRenderException.class)
                .isThrownBy(() -> text("x\n {{each a}}x{{end}}", "{\"a\": " + value + "}"))
                .satisfies(e -> {
                    assertThat(e.problem()).startsWith("each needs an array");
                    assertThat(e.line()).isEqualTo(2);
                    assertThat(e.column()).isEqualTo(2);
                });
    }

    @Test
    void outsideOfLoopsLoopNamesAreVariables() throws Exception {
        assertThat(text(
                        "{{loop_var}}{{loop_index}}{{loop_vars.a}}",
                        "{\"loop_var\": 1, \"loop_index\": 2, \"loop_vars\": {\"a\": 3}}"))
                .isEqualTo("123");
        assertThat(text("[{{loop_var}}{{loop_vars.a}}{{each a}}{{loop_vars}}{{loop_vars.b}}{{end}}]", YES))
                .isEqualTo("[]");
    }

    @Test
    void aLineOfStatementsIsNotRendered() throws Exception {
        assertThat(text("A\n{{if yes}}\nB\n{{end}}\nC\n", YES)).isEqualTo("A\nB\nC\n");
        assertThat(text("A\n{{if no}}\nB\n{{end}}\nC\n", YES)).isEqualTo("A\nC\n");
        assertThat(text("A\r\n  {{if yes}}\t \r\nB\r\n\t{{else}} \r\nX\r\n{{end}}\r\nC", YES))
                .isEqualTo("A\r\nB\r\nC");
        assertThat(text("A\n {{if yes}} {{if yes}}\t{{each a}} \n{{loop_var}}\n{{end}}{{end}} {{end}}\nC", YES))
                .isEqualTo("A\n1\n2\nC");
        assertThat(text("{{if yes}}\n  A\n{{end}}", YES)).isEqualTo("  A\n");
    }

    @Test
    void aStatementOfSeveralLinesIsOneStatement() throws Exception {
        assertThat(text("A\n{{if yes\n  and yes}}\nB\n{{end}}\nC", YES)).isEqualTo("A\nB\nC");
    }

    @Test
    void blanksBetweenAStatementAndTheEndOfTheLineAreNotRendered() throws Exception {
        assertThat(text("Hello {{if yes}}  \t\nyou{{end}} \nbye", YES)).isEqualTo("Hello \nyou\nbye");
        assertThat(text("Hello {{if yes}}  you {{end}} there", YES)).isEqualTo("Hello   you  there");
    }

    @Test
    void blanksAroundExpressionsAreKept() throws Exception {
        assertThat(text("A\n  {{missing}}  \nB", YES)).isEqualTo("A\n    \nB");
    }

    @Test
    void textBehindAnEndThatBeginsItsLineContinuesTheLineBefore() throws Exception {
        assertThat(text("{{if yes}}\nBaltimore\n{{end}}, Maryland", YES)).isEqualTo("Baltimore, Maryland");
        assertThat(text("{{if yes}}\r\nBaltimore\r\n  {{end}}, Maryland", YES)).isEqualTo("Baltimore, Maryland");
        assertThat(text("A\n{{if no}}\nB\n{{end}}, C", YES)).isEqualTo("A\n, C");
        assertThat(text("{{each a}}\n{{loop_var}}\n{{end}}.", YES)).isEqualTo("1\n2.");
        assertThat(text("{{if yes}}\n{{if yes}}\nA\n{{end}}\n{{end}}, B", YES)).isEqualTo("A, B");
    }

    @Test
    void textBehindAnEndInTheMiddleOfALineStays() throws Exception {
        assertThat(text("A\n{{if yes}}B{{end}} C\nD", YES)).isEqualTo("A\nB C\nD");
        assertThat(text("A\n{{if no}}B{{end}}\nD", YES)).isEqualTo("A\n\nD");
    }
}
