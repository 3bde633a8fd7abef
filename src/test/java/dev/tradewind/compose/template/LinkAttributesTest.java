package dev.tradewind.compose.template;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class LinkAttributesTest {
    private static String removed(TemplatePart part, String text) {
        StringBuilder out = new StringBuilder(text);
        LinkAttributes.remove(out, 0, part);
        return out.toString();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            <a href="x" data-msys-linkname="banner">B</a>           | <a href="x">B</a>
            <a data-msys-linkname="a > b" href="x">B</a>            | <a href="x">B</a>
            <a data-msys-clicktrack='0' data-msys-unsubscribe=1>B   | <a>B
            <a href=x data-msys-sublink = "p" class=y>B             | <a href=x class=y>B
            <a href="x"data-msys-clicktrack="0"title="t">B          | <a href="x"title="t">B
            <a data-msys-clicktrack>B                               | <a>B
            <!--[if mso]><a data-msys-linkname="x"><![endif]-->     | <!--[if mso]><a><![endif]-->
            <p>write data-msys-linkname="x" in it</p>               | <p>write data-msys-linkname="x" in it</p>
            <a title='data-msys-linkname="x"'>B                     | <a title='data-msys-linkname="x"'>B
            <a href="x" data-msys-linkname="x                       | <a href="x"
            1 < 2 <a data-msys-x=1>B                                | 1 < 2 <a>B
            <a data-other="1">B                                     | <a data-other="1">B
            <img data-msys-linkname="x"/>                           | <img/>
            """)
    void attributesOfTagsAreRemoved(String text, String expected) {
        assertThat(removed(TemplatePart.HTML, text)).isEqualTo(expected);
        assertThat(removed(TemplatePart.AMP_HTML, text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            http://x[[data-msys-clicktrack="0"]] y                           | http://x y
            http://x[[data-msys-clicktrack="0" data-msys-unsubscribe='1']]   | http://x
            http://x[[data-msys-sublink="a]]b"]].                            | http://x.
            a[[data-msys-a=1]]b[[data-msys-b=2]]c                            | abc
            http://x[[data-msys-clicktrack=it's]]                            | http://x
            http://x[[data-msys-clicktrack="0"]                              | http://x[[data-msys-clicktrack="0"]
            [[other]] data-msys-x="1"                                        | [[other]] data-msys-x="1"
            """)
    void suffixesOfTextLinksAreRemoved(String text, String expected) {
        assertThat(removed(TemplatePart.TEXT, text)).isEqualTo(expected);
    }

    @Test
    void whatComesBeforeTheStartAndHeadersStay() {
        String tag = "<a data-msys-linkname=\"x\">";
        StringBuilder out = new StringBuilder(tag + tag);
        LinkAttributes.remove(out, tag.length(), TemplatePart.HTML);
        assertThat(out).hasToString(tag + "<a>");
        assertThat(removed(TemplatePart.HEADER, tag)).isEqualTo(tag);
    }

    @Test
    void renderingKeepsThemRecognisable() throws Exception {
        String html = "<a href=\"http://x/{{v}}\" data-msys-linkname=\"{{v}}\" data-msys-unsubscribe=\"1\">";
        assertThat(Rendered.html(html, "{\"v\": \"a \\\">\"}"))
                .isEqualTo(
                        "<a href=\"http://x/a%20%22%3E\" data-msys-linkname=\"a &quot;&gt;\" data-msys-unsubscribe=\"1\">");
        assertThat(Rendered.text("http://x/{{v}}[[data-msys-clicktrack=\"0\"]]", "{\"v\": \"a b\"}"))
                .isEqualTo("http://x/a%20b[[data-msys-clicktrack=\"0\"]]");
    }

    @Test
    @Timeout(10)
    void hostileTextTakesOnePass() {
        removed(TemplatePart.TEXT, "[[data-msys-".repeat(100_000));
        removed(TemplatePart.HTML, "<a data-msys-x=\"".repeat(100_000));
        removed(TemplatePart.HTML, "<a data-msys-x".repeat(100_000));
        removed(TemplatePart.HTML, "<a data-msys-x=1>".repeat(100_000));
    }
}
