package dev.tradewind.compose.template;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.Optional;

import static dev.tradewind.compose.template.Rendered.html;
import static dev.tradewind.compose.template.Rendered.render;
import static dev.tradewind.compose.template.Rendered.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Dynamic content and snippets. */
class InclusionTest {
    private static final String DATA = """
            {"name": "<J>", "keys": ["b", "a"], "html": "{{name}}",
             "dynamic_html": {"a": "<i>{{name}}</i>", "b": "{{{loop_var}}}{{loop_index}}", "deep": {"x": "X{{1 + 1}}"}, "n": 5,
                              "bad": "x\\n{{if}}", "fails": "{{1 / 0}}", "self": "{{render_dynamic_content(dynamic_html.self)}}",
                              "snip": "{{render_snippet('s')}}"},
             "dynamic_plain": {"a": "plain {{name}}"}, "dynamic_amp_html": {"a": "amp {{name}}"}}""";

    private static final Snippets SNIPPETS = id -> switch (id) {
        case "s" ->
            Optional.of(new Snippet(
                    Optional.of("<b>{{name}}</b>"), Optional.of("text {{name}}"), Optional.of("amp {{name}}")));
        case "html-only" -> Optional.of(new Snippet(Optional.of("H"), Optional.empty(), Optional.empty()));
        case "nested" ->
            Optional.of(new Snippet(Optional.of("{{render_snippet('s')}}"), Optional.empty(), Optional.empty()));
        default -> Optional.empty();
    };

    private static String withSnippets(TemplatePart part, String source) throws Exception {
        return Rendered.render(
                Template.compile(source, part),
                Rendered.context(DATA).snippets(SNIPPETS).build());
    }

    @Test
    void dynamicContentIsRunWhicheverBraces() throws Exception {
        assertThat(html("{{render_dynamic_content(dynamic_html.a)}}", DATA)).isEqualTo("<i>&lt;J&gt;</i>");
        assertThat(html("{{{ render_dynamic_content( dynamic_html['a'] ) }}}", DATA))
                .isEqualTo("<i>&lt;J&gt;</i>");
        assertThat(html("{{render_dynamic_content(dynamic_html.deep.x)}}", DATA))
                .isEqualTo("X2");
        assertThat(html("{{render_dynamic_content(dynamic_html.n)}}", DATA)).isEqualTo("5");
        assertThat(text("{{render_dynamic_content(dynamic_plain.a)}}", DATA)).isEqualTo("plain <J>");
        assertThat(render(TemplatePart.AMP_HTML, "{{render_dynamic_content(dynamic_amp_html.a)}}", DATA))
                .isEqualTo("amp &lt;J&gt;");
    }

    @Test
    void dynamicContentSeesTheLoopsAroundIt() throws Exception {
        assertThat(html("{{each keys}}{{render_dynamic_content(dynamic_html[loop_var])}};{{end}}", DATA))
                .isEqualTo("b1;<i>&lt;J&gt;</i>;");
    }

    @Test
    void missingDynamicContentRendersNothing() throws Exception {
        assertThat(html(
                        "[{{render_dynamic_content(dynamic_html.none)}}{{render_dynamic_content(dynamic_plain.x.y)}}]",
                        DATA))
                .isEqualTo("[]");
        assertThat(html("[{{render_dynamic_content(dynamic_html.none)}}]", "{}"))
                .isEqualTo("[]");
    }

    @Test
    void plainVariablesAreNotRun() throws Exception {
        assertThat(html("{{html}} {{{html}}} {{dynamic_html.n}}", DATA)).isEqualTo("{{name}} {{name}} 5");
    }

    @Test
    void onlyTheTransmissionSuppliesDynamicContent() throws Exception {
        String own = "{\"dynamic_html\": {\"a\": \"{{email}} owned\"}, \"name\": \"R\"}";
        Template template = Template.compile("{{render_dynamic_content(dynamic_html.a)}}", TemplatePart.HTML);
        RenderContext.Builder overridden = RenderContext.forRecipient("a@example.com")
                .recipientSubstitutionData(Rendered.json(own))
                .recipientMetadata(Rendered.json(own))
                .transmissionMetadata(Rendered.json(own));
        assertThat(Rendered.render(template, overridden.build())).isEmpty();
        overridden.transmissionSubstitutionData(Rendered.json(DATA));
        assertThat(Rendered.render(template, overridden.build())).isEqualTo("<i>R</i>");
    }

    @Test
    void faultsInDynamicContentNameItAndTheCall() {
        assertThatExceptionOfType(TemplateRenderException.class)
                .isThrownBy(() -> html("\n {{render_dynamic_content(dynamic_html.bad)}}", DATA))
                .satisfies(e -> {
                    assertThat(e.problem()).startsWith("in dynamic_html.bad, line 2, column 5: expected a value");
                    assertThat(e.line()).isEqualTo(2);
                    assertThat(e.column()).isEqualTo(2);
                });
        assertThatExceptionOfType(TemplateRenderException.class)
                .isThrownBy(() -> html("{{render_dynamic_content(dynamic_html.fails)}}", DATA))
                .withMessageContaining("in dynamic_html.fails, line 1, column 5: division by zero");
        assertThatExceptionOfType(TemplateRenderException.class)
                .isThrownBy(() -> html("{{render_dynamic_content(dynamic_html.deep)}}", DATA))
                .withMessageContaining("dynamic_html.deep is an object");
    }

    @Test
    void contentThatIncludesItselfIsAnError() {
        assertThatExceptionOfType(TemplateRenderException.class)
                .isThrownBy(() -> html("{{render_dynamic_content(dynamic_html.self)}}", DATA))
                .withMessageContaining("more than 8 deep");
    }

    @Test
    void compiledContentIsKeptAndBounded() throws Exception {
        TemplateCache cache = new TemplateCache(4096);
        Template template =
                Template.compile("{{render_dynamic_content(dynamic_html.a)}}{{render_snippet(id)}}", TemplatePart.HTML);
        for (int i = 0; i < 100; i++) {
            String id = "s" + i;
            RenderContext context = Rendered.context(DATA)
                    .recipientSubstitutionData(Rendered.json("{\"id\": \"" + id + "\"}"))
                    .snippets(asked -> Optional.of(new Snippet(Optional.of(asked), Optional.empty(), Optional.empty())))
                    .cache(cache)
                    .build();
            assertThat(Rendered.render(template, context)).isEqualTo("<i>&lt;J&gt;</i>" + id);
            assertThat(cache.size()).isBetween(1, 16);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = TemplatePart.class,
            names = {"TEXT", "HTML", "AMP_HTML"})
    void snippetsFitTheirPart(TemplatePart part) throws Exception {
        String expected = switch (part) {
            case TEXT -> "text <J>";
            case HTML -> "<b>&lt;J&gt;</b>";
            case AMP_HTML -> "amp &lt;J&gt;";
            case HEADER -> throw new AssertionError();
        };
        assertThat(withSnippets(part, "{{render_snippet('s')}}")).isEqualTo(expected);
        assertThat(withSnippets(part, "{{{ render_snippet( missing or \"s\" ) }}}"))
                .isEqualTo(expected);
    }

    @Test
    void aSnippetWithoutThePartRendersNothing() throws Exception {
        assertThat(withSnippets(TemplatePart.HTML, "{{render_snippet('html-only')}}"))
                .isEqualTo("H");
        assertThat(withSnippets(TemplatePart.TEXT, "{{render_snippet('html-only')}}"))
                .isEmpty();
    }

    @Test
    void dynamicContentMayIncludeSnippets() throws Exception {
        assertThat(withSnippets(TemplatePart.HTML, "{{render_dynamic_content(dynamic_html.snip)}}"))
                .isEqualTo("<b>&lt;J&gt;</b>");
    }

    @Test
    void unknownSnippetsAreErrors() {
        assertThatExceptionOfType(TemplateRenderException.class)
                .isThrownBy(() -> withSnippets(TemplatePart.HTML, "{{render_snippet('nope')}}"))
                .withMessageContaining("there is no snippet 'nope'");
        assertThatExceptionOfType(TemplateRenderException.class)
                .isThrownBy(() -> withSnippets(TemplatePart.HTML, "{{render_snippet(missing)}}"))
                .withMessageContaining("the id of a snippet is a string");
    }

    @Test
    void fiveSnippetsAPartAndNoMore() throws Exception {
        String call = "{{render_snippet('html-only')}}";
        assertThat(withSnippets(TemplatePart.HTML, call.repeat(5))).isEqualTo("HHHHH");
        assertThatExceptionOfType(TemplateRenderException.class)
                .isThrownBy(() -> withSnippets(TemplatePart.HTML, call.repeat(6)))
                .withMessageContaining("more than 5 render_snippet calls");
    }

    @Test
    void snippetsIncludeNothing() {
        assertThatExceptionOfType(TemplateSyntaxException.class)
                .isThrownBy(() -> Template.compileSnippet("{{render_snippet('s')}}", TemplatePart.HTML))
                .withMessage("html, line 1, column 1: a snippet cannot use render_snippet()");
        assertThatExceptionOfType(TemplateSyntaxException.class)
                .isThrownBy(
                        () -> Template.compileSnippet("{{render_dynamic_content(dynamic_html.a)}}", TemplatePart.HTML));
        assertThatExceptionOfType(TemplateRenderException.class)
                .isThrownBy(() -> withSnippets(TemplatePart.HTML, "{{render_snippet('nested')}}"))
                .withMessageContaining("in snippet 'nested', line 1, column 1: a snippet cannot use render_snippet()");
    }
}
