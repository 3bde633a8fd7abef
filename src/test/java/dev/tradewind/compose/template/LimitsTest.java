package dev.tradewind.compose.template;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;

import static dev.tradewind.compose.template.Rendered.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Hostile sources and hostile data are refused in time, without overflowing the stack. */
@Timeout(20)
class LimitsTest {
    private static void refused(String source, String problem) {
        assertThatExceptionOfType(TemplateSyntaxException.class)
                .isThrownBy(() -> Template.compile(source, TemplatePart.HTML))
                .withMessageContaining(problem);
    }

    private static RenderContext limited(String data, RenderLimits limits) {
        return Rendered.context(data).limits(limits).build();
    }

    @Test
    void sourcesAreLimited() throws Exception {
        String longest = "x".repeat(Template.MAX_SOURCE_LENGTH);
        assertThat(Template.compile(longest, TemplatePart.HTML).sourceLength()).isEqualTo(Template.MAX_SOURCE_LENGTH);
        refused(longest + "x", "the template has 5242881 characters, limit 5242880");
    }

    @Test
    void tagsAreLimited() throws Exception {
        Template.compile("{{a}}".repeat(Template.MAX_TAGS), TemplatePart.HTML);
        refused("{{a}}".repeat(Template.MAX_TAGS + 1), "more than 100000 tags");
    }

    @Test
    void blocksNestToTheLimit() throws Exception {
        int depth = Template.MAX_BLOCK_DEPTH;
        assertThat(text("{{if true}}".repeat(depth) + "x" + "{{end}}".repeat(depth), "{}"))
                .isEqualTo("x");
        refused("{{if true}}".repeat(depth + 1) + "{{end}}".repeat(depth + 1), "blocks are nested more than 64 deep");
    }

    @Test
    void expressionsNestToTheLimit() throws Exception {
        int depth = Template.MAX_EXPRESSION_DEPTH - 1;
        assertThat(text("{{" + "(".repeat(depth) + "5" + ")".repeat(depth) + "}}", "{}"))
                .isEqualTo("5");
        refused("{{" + "(".repeat(depth + 1) + "5" + ")".repeat(depth + 1) + "}}", "nested more than 64 deep");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(",
                "a[",
                "not ",
                "-",
                "#",
                "empty(",
                "a.a",
                "1 + ",
                "1 * ",
                "a or ",
                "a and ",
                "a .. ",
                "a == ",
                "{{if a}}",
                "{{each a}}",
                "{{",
                "{{{",
                "'",
                "{{'",
                "{{a",
                "\\",
                "{{if a}}{{elseif b}}"
            })
    void deepAndLongSourcesOverflowNothing(String repeated) {
        for (String opening : new String[] {"", "{{", "{{{", "{{if ", "{{'"}) {
            try {
                Template.compile(opening + repeated.repeat(1_000_000 / repeated.length()), TemplatePart.AMP_HTML);
            } catch (TemplateSyntaxException expected) {
                assertThat(expected.problem()).isNotEmpty();
            }
        }
    }

    @Test
    void theDeepestTemplateRendersOnASmallStack() throws Exception {
        int depth = Template.MAX_BLOCK_DEPTH;
        String sum = "{{1" + " + 1".repeat(249) + "}}";
        String nested = "{{each a}}".repeat(depth) + "{{render_dynamic_content(dynamic_html.next)}}" + sum
                + "{{end}}".repeat(depth);
        var data = Rendered.json("{\"a\": [1]}");
        data.putObject("dynamic_html").put("next", nested);
        Template template = Template.compile(nested, TemplatePart.HTML);
        RenderContext context = RenderContext.forRecipient("a@example.com")
                .transmissionSubstitutionData(data)
                .build();
        StringBuilder message = new StringBuilder();
        Thread thread = new Thread(
                null,
                () -> {
                    try {
                        template.render(context, new StringBuilder());
                    } catch (TemplateRenderException e) {
                        message.append(e.problem());
                    }
                },
                "small",
                256 * 1024);
        thread.start();
        thread.join(Duration.ofSeconds(10));
        assertThat(message).contains("nested more than 160 deep");
    }

    @Test
    void ampTemplatesAreFoundInOnePass() throws Exception {
        String unclosed = "<template type=amp-mustache>{{</template>".repeat(100_000);
        assertThat(Template.compile(unclosed, TemplatePart.AMP_HTML).isLiteral())
                .isTrue();
        assertThat(Template.compile("<template amp-mustache>" + "{{".repeat(1_000_000), TemplatePart.AMP_HTML)
                        .isLiteral())
                .isTrue();
        assertThat(Template.compile("<template".repeat(500_000), TemplatePart.AMP_HTML)
                        .isLiteral())
                .isTrue();
    }

    @Test
    void loopsAreLimitedForTheWholeMessage() throws Exception {
        RenderContext context = limited("{\"a\": [1, 2, 3]}", new RenderLimits(1000, 7, 1000, 8, 5));
        Template template = Template.compile("{{each a}}x{{end}}", TemplatePart.TEXT);
        assertThat(Rendered.render(template, context)).isEqualTo("xxx");
        assertThat(Rendered.render(template, context)).isEqualTo("xxx");
        assertThatExceptionOfType(TemplateRenderException.class)
                .isThrownBy(() -> Rendered.render(template, context))
                .withMessageContaining("more than 7 passes through each in one message");
    }

    @Test
    void aMillionPassesEndLoopsWithinLoops() {
        String source = "{{each a}}".repeat(20) + "{{end}}".repeat(20);
        assertThatExceptionOfType(TemplateRenderException.class)
                .isThrownBy(() -> text(source, "{\"a\": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]}"))
                .withMessageContaining("more than 1000000 passes");
    }

    @Test
    void outputIsLimitedForTheWholeMessage() throws Exception {
        RenderContext context = limited("{\"v\": \"1234567890\"}", new RenderLimits(25, 10, 1000, 8, 5));
        Template template = Template.compile("{{v}}", TemplatePart.TEXT);
        assertThat(Rendered.render(template, context)).hasSize(10);
        assertThat(Rendered.render(template, context)).hasSize(10);
        assertThatExceptionOfType(TemplateRenderException.class)
                .isThrownBy(() -> Rendered.render(template, context))
                .withMessageContaining("larger than 25 characters");
    }

    @Test
    void growingOutputStopsAtTheLimit() {
        String source = "{{each a}}{{each a}}{{each a}}{{v}}{{end}}{{end}}{{end}}";
        String data = "{\"a\": [1,2,3,4,5,6,7,8,9,10], \"v\": \"" + "x".repeat(100_000) + "\"}";
        assertThatExceptionOfType(TemplateRenderException.class)
                .isThrownBy(() -> text(source, data))
                .withMessageContaining("larger than 20971520 characters");
    }

    @Test
    void workWithoutOutputIsLimited() {
        String data = "{\"a\": [1,2,3,4,5,6,7,8,9,10], \"s\": \"" + "x".repeat(50_000) + "\", \"t\": \""
                + "x".repeat(50_000) + "\", \"n\": " + "7".repeat(1000) + "}";
        for (String work : new String[] {
            "{{if no}}{{end}}".repeat(1000),
            "{{if s == t and s < t}}{{end}}",
            "{{if s .. t == ''}}{{end}}",
            "{{if #s == 0}}{{end}}",
            "{{if n * n == n}}{{end}}",
            "{{if n .. '' == ''}}{{end}}",
            "{{if n < n}}{{end}}"
        }) {
            String source = "{{each a}}".repeat(6) + work + "{{end}}".repeat(6);
            assertThatExceptionOfType(TemplateRenderException.class)
                    .isThrownBy(() -> text(source, data))
                    .withMessageContaining("more than 20000000 steps");
        }
    }

    @Test
    void joiningIsLimited() {
        String data = "{\"s\": \"" + "x".repeat(100_000) + "\"}";
        assertThatExceptionOfType(TemplateRenderException.class)
                .isThrownBy(() -> text("{{s" + " .. s".repeat(11) + "}}", data))
                .withMessageContaining("longer than 1048576 characters");
    }

    @Test
    void limitsAreChecked() {
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> new RenderLimits(-1, 1, 1, 1, 1));
    }
}
