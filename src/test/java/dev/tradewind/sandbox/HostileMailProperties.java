package dev.tradewind.sandbox;

import dev.tradewind.mail.MessageOctets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

import static org.assertj.core.api.Assertions.assertThat;

class HostileMailProperties {
    /** Pieces that mean something to a reader of mail, in any order and number, with noise between. */
    @Provide
    Arbitrary<byte[]> mail() {
        Arbitrary<String> piece = Arbitraries.of(
                "Content-Type: multipart/mixed; boundary=b\r\n",
                "Content-Type: multipart/alternative; boundary=\"\"\r\n",
                "Content-Type: text/html; charset=\"=?x?=\"\r\n",
                "Content-Type: text/plain; charset=utf-16\r\n",
                "Content-Type: text/plain; charset=utf-7\r\n",
                "Content-Type: message/rfc822\r\n",
                "Content-Type: ;;;=\r\n",
                "Content-Transfer-Encoding: base64\r\n",
                "Content-Transfer-Encoding: quoted-printable\r\n",
                "Content-Transfer-Encoding: x-uuencode\r\n",
                "Content-Disposition: attachment; filename*0*=utf-8''%ff%; filename*1=x\r\n",
                "Content-ID: <x>\r\n",
                "Subject: =?utf-8?B?8J+Y?= =?utf-8?Q?=80?= =?nope?B?x?=\r\n",
                "From: \"<\" <<>>,;:@\r\n",
                "\r\n",
                "\n",
                "\r",
                "--b\r\n",
                "--b--\r\n",
                "--\r\n",
                "=3D=\r\n=ZZ",
                "<img src=cid:x><a href=",
                "<style>url(cid:",
                "&#55296;&#x110000;",
                ": no name\r\n",
                " folded\r\n");
        Arbitrary<String> noise =
                Arbitraries.strings().withCharRange('\0', '\u00ff').ofMaxLength(12);
        return Arbitraries.oneOf(piece, piece, piece, noise)
                .list()
                .ofMaxSize(40)
                .map(pieces -> String.join("", pieces).getBytes(StandardCharsets.ISO_8859_1));
    }

    @Property(tries = 2000)
    void anyOctetsAreReadWithoutAnException(@ForAll("mail") byte[] octets) {
        MessageOctets message = MessageOctets.of(octets);
        MailView mail = MailReader.read(message);
        assertThat(mail.problems()).noneMatch(String::isBlank);
        Summary.Digest digest = MailReader.digest(message, "a@example.com");
        assertThat(digest.subject().length()).isLessThanOrEqualTo(300);
        HtmlFrame frame = HtmlFrame.of(mail.html().orElse(""), mail.parts());
        Checks.of(mail, frame, octets.length, "a@example.com");
    }

    @Property(tries = 1000)
    void arbitraryOctetsToo(@ForAll byte[] octets) {
        MailView mail = MailReader.read(MessageOctets.of(octets));
        assertThat(mail.parts().size()).isLessThanOrEqualTo(MailReader.MAX_PARTS);
    }

    @Provide
    Arbitrary<String> html() {
        return Arbitraries.of(
                        "<script>",
                        "</script>",
                        "<SCRIPT ",
                        "<meta http-equiv=refresh content='0;url=x'>",
                        "<base href=x>",
                        "<a href=x target=_top>",
                        "<a ",
                        "<",
                        ">",
                        "\"",
                        "'",
                        "=",
                        "/",
                        " ",
                        "<!--",
                        "-->",
                        "<!",
                        "<style>",
                        "</style",
                        "<img src=",
                        "cid:x",
                        "x",
                        "<p on",
                        "click=y ",
                        "<area>",
                        "é")
                .list()
                .ofMaxSize(40)
                .map(pieces -> String.join("", pieces));
    }

    @Property(tries = 2000)
    void framedHtmlHasNoScriptTagNoRefreshNoBase(@ForAll("html") String html) {
        String framed = HtmlFrame.of(html, List.of()).html().toLowerCase(Locale.ROOT);
        HtmlTags.scan(framed, new HtmlTags.Sink() {
            @Override
            public void text(CharSequence all, int from, int to, String inside) {}

            @Override
            public void markup(CharSequence all, int from, int to) {}

            @Override
            public void tag(HtmlTags.Tag tag) {
                assertThat(tag.name()).isNotIn("script", "base");
                if (tag.name().equals("meta")) {
                    assertThat(tag.attribute("http-equiv")).isEmpty();
                }
                if (tag.name().equals("a") && !tag.end()) {
                    assertThat(tag.attribute("target")).isEqualTo("_blank");
                }
            }
        });
    }
}
