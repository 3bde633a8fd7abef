package dev.tradewind.compose.template;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static dev.tradewind.compose.template.Rendered.html;
import static dev.tradewind.compose.template.Rendered.render;
import static dev.tradewind.compose.template.Rendered.text;
import static org.assertj.core.api.Assertions.assertThat;

class EscapingTest {
    private static final String DATA = "{\"v\": \"<a href='/x?y=1&z'>\\\"é😀 !~-._\", \"a\": [1]}";
    private static final String ENCODED = "%3Ca%20href%3D%27%2Fx%3Fy%3D1%26z%27%3E%22%C3%A9%F0%9F%98%80%20%21~-._";

    @Test
    void markupEscapesTheSixCharactersWithinTwoBraces() throws Exception {
        String escaped = "&lt;a href=&#39;&#x2F;x?y=1&amp;z&#39;&gt;&quot;é😀 !~-._";
        assertThat(html("{{v}}", DATA)).isEqualTo(escaped);
        assertThat(render(TemplatePart.AMP_HTML, "{{v}}", DATA)).isEqualTo(escaped);
        assertThat(html("{{{v}}}", DATA)).isEqualTo("<a href='/x?y=1&z'>\"é😀 !~-._");
        assertThat(html("{{a}} {{'<'}}", "{\"a\": {\"<\": \"/\"}}"))
                .isEqualTo("{&quot;&lt;&quot;:&quot;&#x2F;&quot;} &lt;");
    }

    @Test
    void textAndHeadersDoNotEscape() throws Exception {
        assertThat(text("{{v}}", DATA)).isEqualTo("<a href='/x?y=1&z'>\"é😀 !~-._");
        assertThat(render(TemplatePart.HEADER, "{{v}}", DATA)).isEqualTo("<a href='/x?y=1&z'>\"é😀 !~-._");
    }

    @ParameterizedTest
    @EnumSource(TemplatePart.class)
    void valuesInLinksArePercentEncodedInEveryPart(TemplatePart part) throws Exception {
        assertThat(render(part, "http://x.example/?q={{v}}&r={{{v}}}", "{\"v\": \"a b\"}"))
                .isEqualTo("http://x.example/?q=a%20b&r=a b");
        assertThat(render(part, "HTTPS://{{v}}", DATA)).isEqualTo("HTTPS://" + ENCODED);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            http://x/{{s}}                                            | http://x/a%2Fb
            http:/x/{{s}}                                             | http:/x/a/b
            <https://x/{{s}}> {{s}}                                   | <https://x/a%2Fb> a/b
            "https://x/{{s}}"{{s}}                                    | "https://x/a%2Fb"a/b
            "https://x/{{s}}"{{s}} https://{{s}}                      | "https://x/a%2Fb"a/b https://a%2Fb
            url(https://x/{{s}}.png);{{s}}                            | url(https://x/a%2Fb.png);a/b
            url(https://x/.png);{{s}}                                 | url(https://x/.png);a/b
            https://x/(y){{s}}                                        | https://x/(y)a%2Fb
            https://x{{if yes}}/{{s}}{{end}}?{{s}}                    | https://x/a%2Fb?a%2Fb
            {{if yes}}https://x{{else}}nothing{{end}}/{{s}}           | https://x/a%2Fb
            {{if no}}https://x{{else}}nothing{{end}}/{{s}}            | nothing/a%2Fb
            {{if no}}https://x{{elseif yes}}{{s}}{{end}} {{s}}        | a/b a/b
            https://x/{{each list}}{{loop_var}},{{end}}{{s}}          | https://x/a%2Fb,c,a%2Fb
            {{each list}}https://x/{{loop_var}} {{end}}{{s}}          | https://x/a%2Fb https://x/c a/b
            https://x/{{ render_dynamic_content(dynamic_html.p) }}    | https://x/<a/b>
            mailto:{{s}}                                              | mailto:a/b
            {{link}}                                                  | http://y/a b
            """)
    void whereALinkIsIsSeenInTheTemplate(String source, String expected) throws Exception {
        String data = "{\"s\": \"a/b\", \"yes\": true, \"list\": [\"a/b\", \"c\"], \"link\": \"http://y/a b\","
                + " \"dynamic_html\": {\"p\": \"<{{s}}>\"}}";
        assertThat(text(source, data)).isEqualTo(expected);
    }

    @Test
    void aLineBreakThatIsNotRenderedStillEndsALink() throws Exception {
        String source = "{{if s}}\nhttps://{{{s}}}\n{{end}}\n{{s}}";
        assertThat(text(source, "{\"s\": \"a/b\"}")).isEqualTo("https://a/b\na/b");
    }

    @Test
    void loneSurrogatesBecomeTheReplacementCharacterInLinks() throws Exception {
        assertThat(text("http://x/{{v}}", "{\"v\": \"\\ud800a\"}")).isEqualTo("http://x/%EF%BF%BDa");
    }

    @Test
    void exponentsAreEncodedInLinks() throws Exception {
        assertThat(text("http://x/{{v}}{{-5}}", "{\"v\": 1e100}")).isEqualTo("http://x/1E%2B100-5");
    }

    @Test
    void headersNeverHoldALineBreakOrAnotherControlCharacter() throws Exception {
        String data = "{\"v\": \"a\\r\\nBcc: x\\rb\\nc\\u0000d\\te\\u007f\", \"dynamic_plain\": {\"d\": \"x\\r\\ny\"}}";
        String source = "A\r\nB{{v}}{{{v}}}{{ render_dynamic_content(dynamic_plain.d) }}\n";
        String value = "a Bcc: x b c d\te ";
        assertThat(render(TemplatePart.HEADER, source, data)).isEqualTo("A B" + value + value + "x y ");
        assertThat(render(TemplatePart.HEADER, "A\r\n B", data)).isEqualTo("A  B");
        StringBuilder out = new StringBuilder("Subject:\r\n ");
        Template.compile("x\n{{v}}", TemplatePart.HEADER)
                .render(Rendered.context("{\"v\": 1}").build(), out);
        assertThat(out).hasToString("Subject:\r\n x 1");
    }
}
