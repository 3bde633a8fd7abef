package dev.tradewind.sandbox;

import org.junit.jupiter.api.Test;

import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class HtmlFrameTest {
    private static final List<MailView.Part> LOGO =
            List.of(new MailView.Part(0, "logo.png", "image/png", "logo@x", true, new byte[] {1, 2, 3}));

    @Test
    void putsImagesOfTheMessageIn() {
        String html =
                "<img src='cid:logo@x' alt=a><td background=\"CID:logo%40x\"><p style=\"background:url(cid:logo@x)\">";
        HtmlFrame frame = HtmlFrame.of(html, LOGO);
        assertThat(frame.html())
                .isEqualTo("<img src='data:image/png;base64,AQID' alt=a><td background=\"data:image/png;base64,AQID\">"
                        + "<p style=\"background:url(data:image/png;base64,AQID)\">");
        assertThat(frame.missing()).isZero();
    }

    @Test
    void doesNotTouchTextThatSpeaksOfCid() {
        assertThat(HtmlFrame.of("<p>cid:logo@x</p>", LOGO).html()).isEqualTo("<p>cid:logo@x</p>");
    }

    @Test
    void countsImagesThatAreMissing() {
        assertThat(HtmlFrame.of("<img src=cid:nothing>", LOGO).missing()).isEqualTo(1);
    }

    @Test
    void sendsLinksElsewhere() {
        assertThat(HtmlFrame.of(
                                "<A HREF=\"https://x.example/?a=1&amp;b\" target=_top rel=opener ping=/p>x</A>",
                                List.of())
                        .html())
                .isEqualTo(
                        "<a target=\"_blank\" rel=\"noopener noreferrer\" HREF=\"https://x.example/?a=1&amp;b\">x</A>");
    }

    @Test
    void leavesOutScriptsAndCountsThem() {
        HtmlFrame frame = HtmlFrame.of(
                "<p onclick=alert(1)>a</p><script>var a = '<p>';</script><SCRIPT src=//x></SCRIPT >b", List.of());
        assertThat(frame.html())
                .doesNotContainIgnoringCase("<script")
                .doesNotContain("var a")
                .endsWith("b");
        assertThat(frame.scripts()).isEqualTo(3);
    }

    @Test
    void countsRemoteContentButNotLinks() {
        HtmlFrame frame = HtmlFrame.of(
                "<a href=https://a.example>x</a><img src=https://b.example/i.png><img src=//c.example/i.png>"
                        + "<link rel=stylesheet href=http://d.example/s.css><style>@import url(https://e.example)</style>"
                        + "<div style='background:url(http://f.example/g)'>",
                List.of());
        assertThat(frame.remote()).isEqualTo(5);
    }

    @Test
    void keepsTheDoctypeFirst() {
        assertThat(HtmlFrame.of("<!DOCTYPE html>\n<html>", List.of()).html()).startsWith("<!DOCTYPE html>");
    }
}
