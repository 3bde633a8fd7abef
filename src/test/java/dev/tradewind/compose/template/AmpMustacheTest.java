package dev.tradewind.compose.template;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static dev.tradewind.compose.template.Rendered.render;
import static org.assertj.core.api.Assertions.assertThat;

class AmpMustacheTest {
    private static final String DATA =
            "{\"name\": \"<N>\", \"sparkpost_name\": \"<S>\", \"sparkpost\": {\"list\": [\"a\", \"b\"]}}";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {{name}} {{{name}}} {{#a}}{{/a}}{{^a}}{{! c }}{{> p}} | {{name}} {{{name}}} {{#a}}{{/a}}{{^a}}{{! c }}{{> p}}
            {{sparkpost_name}} {{{sparkpost_name}}}               | &lt;S&gt; <S>
            {{ name or sparkpost_name }}                          | &lt;N&gt;
            {{each sparkpost.list}}{{loop_var}}{{name}}{{end}}    | a{{name}}b{{name}}
            {{if sparkpost_name}}y{{ else }}n{{ end }}            | y
            {{opening_double_curly()}}{{closing_triple_curly()}}  | {{}}}
            {{not closed                                          | {{not closed
            <template>{{a}}</template>{{b}}                       | <template>{{a}}</template>{{b}}
            """)
    void tagsInMustacheTemplatesAreKeptButForOurs(String inside, String expected) throws Exception {
        for (String open : new String[] {"<template type=\"amp-mustache\">", "<TEMPLATE id=x type=AMP-Mustache>"}) {
            assertThat(render(TemplatePart.AMP_HTML, "{{name}}" + open + inside + "</template>{{name}}", DATA))
                    .isEqualTo("&lt;N&gt;" + open + expected + "</template>&lt;N&gt;");
        }
    }

    @Test
    void scriptsMayHoldMustacheToo() throws Exception {
        String script = "<script template=\"amp-mustache\" type=\"text/plain\">{{name}}</script>";
        assertThat(render(TemplatePart.AMP_HTML, script + "{{name}}", DATA)).isEqualTo(script + "&lt;N&gt;");
    }

    @Test
    void otherTemplatesAndPartsAreOurs() throws Exception {
        assertThat(render(TemplatePart.AMP_HTML, "<template>{{name}}</template>", DATA))
                .isEqualTo("<template>&lt;N&gt;</template>");
        assertThat(render(TemplatePart.AMP_HTML, "<template-x type=amp-mustache>{{name}}</template-x>", DATA))
                .isEqualTo("<template-x type=amp-mustache>&lt;N&gt;</template-x>");
        assertThat(render(TemplatePart.HTML, "<template type=amp-mustache>{{name}}</template>", DATA))
                .isEqualTo("<template type=amp-mustache>&lt;N&gt;</template>");
    }
}
