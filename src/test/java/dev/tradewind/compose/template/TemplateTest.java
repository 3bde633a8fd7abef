package dev.tradewind.compose.template;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import static org.assertj.core.api.Assertions.assertThat;

class TemplateTest {
    @Test
    void literalsAreRenderedAsTheyAre() throws Exception {
        Template literal = Template.literal("{{name}} {{if}}\r\n");
        assertThat(literal.isLiteral()).isTrue();
        assertThat(literal.sourceLength()).isEqualTo(17);
        assertThat(Rendered.render(literal, Rendered.context("{}").build())).isEqualTo("{{name}} {{if}}\r\n");
    }

    @Test
    void whatSubstitutesNothingIsLiteral() throws Exception {
        assertThat(Template.compile("a {b} }}", TemplatePart.HTML).isLiteral()).isTrue();
        assertThat(Template.compile("", TemplatePart.HTML).isLiteral()).isTrue();
        assertThat(Template.compile("a {{b}}", TemplatePart.HTML).isLiteral()).isFalse();
        assertThat(Template.compile("a {{b}}", TemplatePart.HTML).retainedOctets())
                .isPositive();
        assertThat(Template.compile("a", TemplatePart.HEADER).part()).isEqualTo(TemplatePart.HEADER);
    }

    @Test
    void manyThreadsRenderOneTemplate() throws Exception {
        Template template = Template.compile(
                "{{name}} <{{address.email}}>{{each items}}"
                        + " {{loop_index}}/{{#items}} {{render_dynamic_content(dynamic_html[loop_var])}}{{end}}",
                TemplatePart.HTML);
        var shared = Rendered.json(
                "{\"items\": [\"a\", \"b\"], \"dynamic_html\": {\"a\": \"A{{name}}\", \"b\": \"B{{loop_index}}\"}}");
        TemplateCache cache = new TemplateCache();
        List<Callable<Integer>> tasks = new ArrayList<>();
        for (int t = 0; t < 16; t++) {
            int number = t;
            tasks.add(() -> {
                int wrong = 0;
                for (int i = 0; i < 500; i++) {
                    String name = "n" + number + "-" + i;
                    RenderContext context = RenderContext.forRecipient(name + "@example.com")
                            .transmissionSubstitutionData(shared)
                            .recipientSubstitutionData(Rendered.json("{\"name\": \"" + name + "\"}"))
                            .cache(cache)
                            .build();
                    String expected = name + " <" + name + "@example.com> 1/2 A" + name + " 2/2 B2";
                    if (!Rendered.render(template, context).equals(expected)) wrong++;
                }
                return wrong;
            });
        }
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Integer> result : executor.invokeAll(tasks))
                assertThat(result.get()).isZero();
        }
        assertThat(cache.size()).isEqualTo(2);
    }
}
