package dev.tradewind.compose.template;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

class TemplateProperties {
    private static final ObjectNode DATA = Rendered.json("""
            {"a": [1, "x", null, {"b": [true]}], "b": {"a": "{{a}}", "b": 1e300}, "s": "<&>\\"'/", "n": null, "f": false,
             "dynamic_html": {"a": "{{s}}", "b": "{{render_dynamic_content(dynamic_html.b)}}"}}""");

    private static final RenderLimits SMALL = new RenderLimits(100_000, 1000, 100_000, 4, 5);

    private static RenderContext context() {
        return RenderContext.forRecipient("a@example.com")
                .transmissionSubstitutionData(DATA)
                .snippets(id -> Optional.of(new Snippet(Optional.of("{{s}}"), Optional.of("{{"), Optional.empty())))
                .limits(SMALL)
                .build();
    }

    /** Compiles and renders; what is thrown is one of the two exceptions that are documented. */
    private static Optional<String> outcome(String source, TemplatePart part) {
        try {
            return Optional.of(Rendered.render(Template.compile(source, part), context()));
        } catch (TemplateSyntaxException e) {
            assertPosition(source, e.line(), e.column());
        } catch (TemplateRenderException e) {
            assertPosition(source, e.line(), e.column());
        }
        return Optional.empty();
    }

    private static void assertPosition(String source, int line, int column) {
        String[] lines = source.split("\n", -1);
        assertThat(line).isBetween(1, lines.length);
        String text = lines[line - 1];
        assertThat(column).isBetween(1, text.codePointCount(0, text.length()) + 1);
    }

    @Property(tries = 2000)
    void anyTextIsATemplateOrRefused(@ForAll String source, @ForAll TemplatePart part) {
        outcome(source, part);
        outcome("{{" + source + "}}", part);
    }

    @Property(tries = 10_000)
    void anyRowOfTokensIsATemplateOrRefused(@ForAll("rows") String source, @ForAll TemplatePart part) {
        Optional<String> first = outcome(source, part);
        assertThat(outcome(source, part)).as("rendering is deterministic").isEqualTo(first);
        if (part == TemplatePart.HEADER && first.isPresent())
            assertThat(first.get()).doesNotContain("\r", "\n");
        StringBuilder html = new StringBuilder(source);
        LinkAttributes.remove(html, 0, part);
        assertThat(html.length()).isLessThanOrEqualTo(source.length());
    }

    @Provide
    Arbitrary<String> rows() {
        return Arbitraries.of(
                        "{{",
                        "}}",
                        "{{{",
                        "}}}",
                        "{{if ",
                        "{{if a}}",
                        "{{elseif f}}",
                        "{{else}}",
                        "{{end}}",
                        "{{each a}}",
                        "{{each b}}",
                        "{{loop_var}}",
                        "{{loop_vars.a.b}}",
                        "{{a}}",
                        "{{s}}",
                        "{{{s}}}",
                        "{{a[1]}}",
                        " ",
                        "\n",
                        "\r\n",
                        "\t",
                        "a",
                        "b",
                        "n",
                        "1",
                        "0",
                        "'",
                        "\"",
                        "x'y'",
                        "or",
                        " and ",
                        " not ",
                        "==",
                        "<",
                        "..",
                        "+",
                        "-",
                        "*",
                        "/",
                        "#",
                        "(",
                        ")",
                        "[",
                        "]",
                        ".",
                        "empty(",
                        "\\",
                        "http://x/",
                        "<a href=\"",
                        ">",
                        "data-msys-x=\"1\"",
                        "[[data-msys-x]]",
                        "<template type=amp-mustache>",
                        "</template>",
                        "é",
                        "😀",
                        "{{render_dynamic_content(dynamic_html.a)}}",
                        "{{render_dynamic_content(dynamic_html.b)}}",
                        "{{render_snippet('s')}}",
                        "{{opening_double_curly()}}")
                .list()
                .ofMaxSize(25)
                .map(parts -> String.join("", parts));
    }

    @Property
    void withoutBracesATemplateIsItself(@ForAll String source) throws Exception {
        String text = source.replace("{{", "{ ");
        for (TemplatePart part : new TemplatePart[] {TemplatePart.TEXT, TemplatePart.HTML, TemplatePart.AMP_HTML}) {
            Template template = Template.compile(text, part);
            assertThat(template.isLiteral()).isTrue();
            assertThat(Rendered.render(template, context())).isEqualTo(text);
        }
    }

    @Property
    void escapedValuesHoldNothingThatMeansSomethingInHtml(@ForAll("values") String value) throws Exception {
        String escaped = value("{{v}}", TemplatePart.HTML, value);
        assertThat(escaped).doesNotContain("<", ">", "\"", "'", "/");
        assertThat(escaped.replace("&amp;", "")
                        .replace("&lt;", "")
                        .replace("&gt;", "")
                        .replace("&quot;", "")
                        .replace("&#39;", "")
                        .replace("&#x2F;", ""))
                .doesNotContain("&");
        assertThat(escaped.replace("&lt;", "<")
                        .replace("&gt;", ">")
                        .replace("&quot;", "\"")
                        .replace("&#39;", "'")
                        .replace("&#x2F;", "/")
                        .replace("&amp;", "&"))
                .isEqualTo(value);
    }

    @Property
    void encodedValuesAreUnreservedAndDecodeToThemselves(@ForAll("values") String value) throws Exception {
        String encoded = value("http://{{v}}", TemplatePart.TEXT, value).substring("http://".length());
        assertThat(encoded).matches("[A-Za-z0-9%._~-]*");
        String wellFormed = new String(
                value.codePoints()
                        .map(c -> Character.isSurrogate((char) c) && c < 0x10000 ? 0xFFFD : c)
                        .toArray(),
                0,
                value.codePointCount(0, value.length()));
        assertThat(java.net.URLDecoder.decode(encoded, java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo(wellFormed);
    }

    @Property
    void stringLiteralsComeBack(@ForAll("values") String value) throws Exception {
        String literal = value.replace("\\", "\\\\").replace("'", "\\'");
        assertThat(Rendered.text("{{'" + literal + "'}}", "{}")).isEqualTo(value);
    }

    @Property
    void integersPrintAndCalculateExactly(@ForAll long a, @ForAll long b) throws Exception {
        String data = "{\"a\": " + a + ", \"b\": " + b + "}";
        var x = java.math.BigInteger.valueOf(a);
        var y = java.math.BigInteger.valueOf(b);
        assertThat(Rendered.text("{{a}} {{a + b}} {{a - b}}", data))
                .isEqualTo(x + " " + x.add(y) + " " + x.subtract(y));
        if (x.multiply(y).bitLength() < 110) {
            assertThat(Rendered.text("{{a * b}}", data)).isEqualTo(x.multiply(y).toString());
        }
        assertThat(Rendered.text("{{a < b}} {{a == b}} {{a >= b}}", data))
                .isEqualTo((a < b) + " " + (a == b) + " " + (a >= b));
    }

    @Provide
    Arbitrary<String> values() {
        return Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(50),
                Arbitraries.strings().withChars("&<>\"'/%+; aé€\r\n\\{}").ofMaxLength(30));
    }

    private static String value(String source, TemplatePart part, String value) throws Exception {
        ObjectNode data = JsonNodeFactory.instance.objectNode().put("v", value);
        RenderContext context = RenderContext.forRecipient("a@example.com")
                .recipientSubstitutionData(data)
                .build();
        return Rendered.render(Template.compile(source, part), context);
    }
}
