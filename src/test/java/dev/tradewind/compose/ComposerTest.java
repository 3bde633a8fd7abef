package dev.tradewind.compose;

import dev.tradewind.compose.Composer.Composed;
import dev.tradewind.compose.ContentRules.Checked;
import dev.tradewind.mail.Domain;
import dev.tradewind.mail.Mailbox;
import dev.tradewind.mail.MessageOctets;
import dev.tradewind.mail.ReversePath;
import dev.tradewind.mail.mime.EightBit;
import dev.tradewind.mail.mime.HeaderSection;
import dev.tradewind.mail.mime.LineEndings;
import dev.tradewind.mail.mime.MailTexts;
import dev.tradewind.mail.mime.ReadMail;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class ComposerTest {
    private static final Pinned PINNED =
            new Pinned(Instant.parse("2026-11-24T20:15:27.5Z"), "<0123@mail.example>", 0x123456789abcdefL);
    private static final Mailbox JOE = Mailbox.parse("joe@c.example");

    @Test
    void inlineContentBecomesAMessage() {
        Composed.Message made = made(compose("""
                {'from':{'email':'shop@b.example','name':'{{shop}}'},'reply_to':'help@b.example','subject':'Hi {{name}}, Grüße',
                 'html':'<p>{{name}}</p><a data-msys-linkname="x" href="http://x.example/">x</a>',
                 'text':'{{name}} http://x.example/[[data-msys-clicktrack="0"]]',
                 'headers':{'CC':'carl@d.example','X-Empty':'{{nothing}}','X-Id':'{{id}}','Bcc':'secret@e.example'}}""", data("{'name':'<Joe>','shop':'Läden','id':7}")));
        assertThat(text(made.octets())).isEqualTo("""
                Date: Tue, 24 Nov 2026 20:15:27 +0000\r
                From: =?UTF-8?B?TMOkZGVu?= <shop@b.example>\r
                To: "Joe \\"J\\"" <joe@c.example>\r
                Reply-To: help@b.example\r
                Subject: Hi <Joe>, =?UTF-8?B?R3LDvMOfZQ==?=\r
                Message-ID: <0123@mail.example>\r
                CC: carl@d.example\r
                X-Id: 7\r
                MIME-Version: 1.0\r
                Content-Type: multipart/alternative;\r
                 boundary="=_tw0123456789ABCDEF_0"\r
                \r
                --=_tw0123456789ABCDEF_0\r
                Content-Type: text/plain; charset="UTF-8"\r
                Content-Transfer-Encoding: 7bit\r
                \r
                <Joe> http://x.example/\r
                --=_tw0123456789ABCDEF_0\r
                Content-Type: text/html; charset="UTF-8"\r
                Content-Transfer-Encoding: 7bit\r
                \r
                <p>&lt;Joe&gt;</p><a href="http://x.example/">x</a>\r
                --=_tw0123456789ABCDEF_0--\r
                """);
        assertThat(made.subject()).isEqualTo("Hi <Joe>, Grüße");
        assertThat(made.friendlyFrom()).isEqualTo("shop@b.example");
        assertThat(made.fromDomain()).isEqualTo(new Domain("b.example"));
        assertThat(made.smtpUtf8()).isFalse();
        assertThat(made.eightBit()).isFalse();
    }

    @Test
    void theToFieldFollowsItsRule() {
        String content = "{'from':'a@b.example','subject':'s','text':'t'}";
        assertThat(to(content, "", "")).isEqualTo("joe@c.example");
        assertThat(to(content, "Joe", "")).isEqualTo("\"Joe\" <joe@c.example>");
        assertThat(to(content, "", "\"A\" <a@x.example>, b@y.example")).isEqualTo("\"A\" <a@x.example>, b@y.example");
        assertThat(to(content, "Ann", "a@x.example")).isEqualTo("\"Ann\" <a@x.example>");
        assertThat(to(content, "", "Jürgen <a@x.example>")).isEqualTo("=?UTF-8?Q?J=C3=BCrgen?= <a@x.example>");
        assertThat(to(content, "", "x\r\nBcc: y@z.example")).isEqualTo("x Bcc: y@z.example");
    }

    @Test
    void attachmentsAndImagesAreThere() {
        Composed.Message made = made(compose("""
                {'from':'a@b.example','subject':'s','html':'<img src="cid:logo">','text':'t','amp_html':'<html amp4email>',
                 'attachments':[{'name':'Übersicht.txt','type':'text/plain; charset=utf-8','data':'w7w='}],
                 'inline_images':[{'name':'logo','type':'image/png','data':'AAEC'}]}""", MessageData.of(JOE)));
        ReadMail.Part read = ReadMail.read(made.octets().octets());
        assertThat(read.structure())
                .isEqualTo("multipart/mixed[multipart/alternative[text/plain, text/x-amp-html, "
                        + "multipart/related[text/html, image/png]], text/plain]");
        assertThat(read.leaves().get(3).content()).containsExactly(0, 1, 2);
        assertThat(read.leaves().get(4).text()).isEqualTo("ü");
    }

    @Test
    void faultsOfTemplatesAreFailuresWithTheirPlace() {
        assertFailed(
                compose("{'from':'a@b.example','subject':'{{if x}}','text':'t'}", MessageData.of(JOE)),
                "Header:Subject",
                1);
        assertFailed(
                compose("{'from':'a@b.example','subject':'s','text':'a\\nb{{#}}'}", MessageData.of(JOE)), "text", 2);
        assertFailed(
                compose(
                        "{'from':'a@b.example','subject':'s','html':'x','headers':{'X-A':'{{ 1 + }}'}}",
                        MessageData.of(JOE)),
                "Header:X-A",
                1);
        assertFailed(compose("{'from':'{{from}}','subject':'s','text':'t'}", MessageData.of(JOE)), "Header:From", 1);
        assertFailed(
                compose("{'from':{'email':'{{from}}'},'subject':'s','text':'t'}", data("{'from':'a@b@'}")),
                "Header:From",
                1);
        assertFailed(
                compose("{'from':'a@b.example','subject':'s','text':'{{render_snippet(\"x\")}}'}", MessageData.of(JOE)),
                "text",
                1);
    }

    @Test
    void withoutSubstitutionsTextsAreLiteralAndHeadersAreNot() {
        Checked.Good good = (Checked.Good) ContentRules.check(ContentRulesTest.json(
                "{'from':'a@b.example','subject':'{{name}}','text':'{{name}} {{#}}','html':'<a data-msys-linkname=\\'y\\'>'}"
                        .replace("\\'", "")));
        Composed.Message made =
                made(Composer.compose(CompiledContent.compile(good.content(), false), data("{'name':'Joe'}"), PINNED));
        assertThat(made.subject()).isEqualTo("Joe");
        List<ReadMail.Part> leaves = ReadMail.read(made.octets().octets()).leaves();
        assertThat(leaves.get(0).text()).isEqualTo("{{name}} {{#}}");
        assertThat(leaves.get(1).text()).isEqualTo("<a>");
    }

    @Test
    void aUtf8LocalPartNeedsSmtpUtf8() {
        String content = "{'from':'a@b.example','subject':'ü','text':'ü'}";
        MessageData jurgen = MessageData.of(Mailbox.parse("jürgen@bücher.example"));
        Composed.Message made = made(compose(content, jurgen));
        assertThat(made.smtpUtf8()).isTrue();
        assertThat(made.eightBit()).isFalse();
        assertThat(new String(made.octets().octets(), StandardCharsets.UTF_8))
                .contains("To: jürgen@xn--bcher-kva.example\r\n")
                .contains("Subject: =?UTF-8?B?w7w=?=\r\n");
        assertThat(made(compose(
                                content,
                                new MessageData(
                                        JOE, "", "", ReversePath.parse("ü@b.example"), MessageData.Layers.NONE)))
                        .smtpUtf8())
                .isTrue();
    }

    @Test
    void aWholeMessageIsATemplateInItsFieldsAndFirstTexts() {
        Composed.Message made = made(rfc822("""
                From: =?utf-8?Q?L=C3=A4den,_Inc?= <{{user}}@b.example>
                Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?= {{name}}
                To: {{address.email}}
                Bcc: x@y.example
                X-Long: a
                 b
                Content-Type: multipart/mixed; boundary=sep

                preamble
                --sep
                Content-Type: text/plain; charset=iso-8859-1; format=flowed
                Content-Transfer-Encoding: quoted-printable
                X-Part: 1

                =FC {{name}}
                --sep
                Content-Type: text/html

                <b>{{name}}</b>
                --sep
                Content-Type: text/plain
                Content-Disposition: attachment; filename=x.txt

                {{name}} stays
                --sep--
                """, data("{'name':'<Zoë>','user':'shop'}")));
        assertThat(text(made.octets())).isEqualTo("""
                From: =?utf-8?Q?L=C3=A4den,_Inc?= <shop@b.example>\r
                Subject: =?UTF-8?B?R3LDvMOfZSA8Wm/Dqz4=?=\r
                To: joe@c.example\r
                X-Long: a\r
                 b\r
                Content-Type: multipart/mixed; boundary=sep\r
                MIME-Version: 1.0\r
                Date: Tue, 24 Nov 2026 20:15:27 +0000\r
                Message-ID: <0123@mail.example>\r
                \r
                preamble\r
                --sep\r
                X-Part: 1\r
                Content-Type: text/plain; charset="UTF-8"; format="flowed"\r
                Content-Transfer-Encoding: quoted-printable\r
                \r
                =C3=BC <Zo=C3=AB>\r
                --sep\r
                Content-Type: text/html; charset="UTF-8"\r
                Content-Transfer-Encoding: quoted-printable\r
                \r
                <b>&lt;Zo=C3=AB&gt;</b>\r
                --sep\r
                Content-Type: text/plain\r
                Content-Disposition: attachment; filename=x.txt\r
                \r
                {{name}} stays\r
                --sep--\r
                """);
        assertThat(made.subject()).isEqualTo("Grüße <Zoë>");
        assertThat(made.friendlyFrom()).isEqualTo("shop@b.example");
    }

    @Test
    void aWholeMessageOfOneTextIsEncoded() {
        Composed.Message made = made(rfc822(
                "\n\nDate: d\nMessage-Id: <x@y>\nFrom: Jürgen <a@b.example>\nSubject: ü\n\nüber {{name}}",
                data("{'name':'J'}")));
        assertThat(text(made.octets())).isEqualTo("""
                Date: d\r
                Message-Id: <x@y>\r
                From: =?UTF-8?Q?J=C3=BCrgen?= <a@b.example>\r
                Subject: =?UTF-8?B?w7w=?=\r
                MIME-Version: 1.0\r
                Content-Type: text/plain; charset="UTF-8"\r
                Content-Transfer-Encoding: quoted-printable\r
                \r
                =C3=BCber J\r
                """);
    }

    @Test
    void rawUtf8InTheFieldsOfPartsIsEncoded() {
        Composed.Message made = made(rfc822("""
                From: a@b.example
                Content-Type: multipart/mixed; boundary=sep

                --sep
                Content-Description: Schön

                {{x}}
                --sep
                Content-Type: application/pdf; name="ü.pdf"
                Content-Disposition: attachment; filename="ü.pdf"

                %PDF
                --sep--
                """, MessageData.of(JOE)));
        assertThat(EightBit.of(made.octets()).isSevenBit()).isTrue();
        assertThat(text(made.octets())).contains("""
                Content-Disposition: attachment;\r
                 filename="=?UTF-8?B?w7wucGRm?=";\r
                 filename*=UTF-8''%C3%BC.pdf\r
                """).contains("Content-Description: =?UTF-8?B?U2Now7Zu?=\r\n");
        assertThat(ReadMail.read(made.octets().octets()).structure())
                .isEqualTo("multipart/mixed[text/plain, application/pdf]");
    }

    @Test
    void dataCannotEndAPartOfAWholeMessage() {
        String source = "From: a@b.example\nContent-Type: multipart/mixed; boundary=sep\n\n--sep\n\n{{x}}\n--sep--\n";
        Composed.Message made = made(rfc822(source, data("{'x':'a\\n--sep\\nContent-Type: text/html\\n\\nevil'}")));
        ReadMail.Part read = ReadMail.read(made.octets().octets());
        assertThat(read.structure()).isEqualTo("multipart/mixed[text/plain]");
        assertThat(read.leaves().getFirst().text()).contains("evil");
    }

    @Test
    void wholeMessagesThatAreNoneFail() {
        MessageData data = MessageData.of(JOE);
        assertFailed(rfc822("Subject: x\n\ny", data), "email_rfc822", 1);
        assertFailed(rfc822("From: a@b.example\nnonsense\n\ny", data), "email_rfc822", 2);
        assertFailed(rfc822("From: a@b.example\nFrom: c@d.example\n\ny", data), "Header:From", 1);
        assertFailed(rfc822("From: nobody\n\ny", data), "Header:From", 1);
        assertFailed(rfc822("From: a@b.example\nContent-Type: multipart/mixed\n\ny", data), "email_rfc822", 1);
        assertFailed(
                rfc822(
                        "From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/x-amp-html\n\nx\n--b--",
                        data),
                "amp_html",
                1);
        assertFailed(rfc822("From: a@b.example\n\n{{if}}", data), "text", 1);
    }

    @Test
    void anUploadedMessageIsNotTouched() {
        MessageOctets message = MessageOctets.of(
                "From: =?utf-8?Q?J?= <a@B.example>\r\nSubject: =?utf-8?Q?=C3=BC?=\r\n\r\n{{x}} \u00fc\r\n"
                        .getBytes(StandardCharsets.UTF_8));
        Composed.Message made = made(Composer.compose(
                CompiledContent.compile(new Content.Uploaded(message), true), MessageData.of(JOE), PINNED));
        assertThat(made.octets()).isSameAs(message);
        assertThat(made.subject()).isEqualTo("ü");
        assertThat(made.friendlyFrom()).isEqualTo("a@b.example");
        assertThat(made.eightBit()).isTrue();
        assertThat(made.smtpUtf8()).isFalse();
    }

    @Provide
    Arbitrary<String> hostile() {
        return MailTexts.hostile();
    }

    @Provide
    Arbitrary<String> messages() {
        return Arbitraries.of(
                        "From: {{x}}\n",
                        "From: a@b.example\n",
                        "Subject: {{x}}\n",
                        "Content-Type: multipart/alternative; boundary=b\n",
                        "\n",
                        "--b\n",
                        "--b--\n",
                        "{{x}}",
                        "{{if x}}",
                        "{{end}}",
                        "Content-Type: text/html\n",
                        "é",
                        "=?utf-8?Q?{{x}}?=",
                        "Content-Transfer-Encoding: base64\n",
                        "X: é {{x}}\n",
                        "Content-Type: text/plain; name=\"é\"\n",
                        "e3t4fX0=\n",
                        "\0",
                        "Content-Type: text/x-amp-html\n",
                        "Content-Type: multipart/mixed; boundary=b\n",
                        "\r",
                        "x".repeat(1100))
                .list()
                .ofMaxSize(20)
                .map(list -> "From: a@b.example\n" + String.join("", list));
    }

    @Property(tries = 1000)
    void hostileDataAddsNothingToTheHeader(@ForAll("hostile") String value) {
        ObjectNode object = JsonNodeFactory.instance.objectNode().put("x", value);
        MessageData data = new MessageData(
                JOE, value, "", ReversePath.NULL, new MessageData.Layers(object, object, object, object));
        Composed composed = compose("""
                {'from':{'email':'a@b.example','name':'{{x}}'},'subject':'{{x}}','html':'{{{x}}}','text':'{{x}}','headers':{'X-A':'a{{x}}b'}}""", data);
        Composed.Message made = made(composed);
        assertThat(HeaderSection.of(made.octets()).fields().stream().map(HeaderSection.Field::name))
                .containsExactly("Date", "From", "To", "Subject", "Message-ID", "X-A", "MIME-Version", "Content-Type");
        assertThat(EightBit.of(made.octets()).isSevenBit()).isTrue();
        assertThat(LineEndings.firstBare(made.octets().octets())).isEqualTo(-1);
        assertThat(ReadMail.read(made.octets().octets()).structure())
                .isEqualTo("multipart/alternative[text/plain, text/html]");
        assertThat(made(compose("""
                {'from':{'email':'a@b.example','name':'{{x}}'},'subject':'{{x}}','html':'{{{x}}}','text':'{{x}}','headers':{'X-A':'a{{x}}b'}}""", data)).octets().octets())
                .isEqualTo(made.octets().octets());
    }

    @Property(tries = 2000)
    void anyWholeMessageIsMadeOrFails(@ForAll("messages") String source, @ForAll("hostile") String value) {
        MessageData data = new MessageData(
                JOE,
                "",
                value,
                ReversePath.NULL,
                new MessageData.Layers(
                        JsonNodeFactory.instance.objectNode(),
                        JsonNodeFactory.instance.objectNode().put("x", value),
                        JsonNodeFactory.instance.objectNode(),
                        JsonNodeFactory.instance.objectNode()));
        if (rfc822(source, data) instanceof Composed.Message made) {
            assertThat(LineEndings.firstBare(made.octets().octets())).isEqualTo(-1);
            assertThat(HeaderSection.of(made.octets()).all("From")).hasSize(1);
            assertThat(((Composed.Message) rfc822(source, data)).octets().octets())
                    .isEqualTo(made.octets().octets());
        }
    }

    private static Composed compose(String content, MessageData data) {
        Checked checked = ContentRules.check(
                ContentRulesTest.json(content.replace("\"", "\\'").replace("\\'", "\\\"")));
        assertThat(checked).isInstanceOf(Checked.Good.class);
        return Composer.compose(CompiledContent.compile(((Checked.Good) checked).content(), true), data, PINNED);
    }

    private static Composed rfc822(String source, MessageData data) {
        return Composer.compose(
                CompiledContent.compile(new Content.Rfc822(source.getBytes(StandardCharsets.UTF_8)), true),
                data,
                PINNED);
    }

    private static MessageData data(String substitutionData) {
        ObjectNode layer = MessageData.layer(substitutionData.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        return new MessageData(
                JOE,
                "Joe \"J\"",
                "",
                ReversePath.parse("bounce@b.example"),
                new MessageData.Layers(
                        MessageData.layer(new byte[0]),
                        MessageData.layer(new byte[0]),
                        MessageData.layer(new byte[0]),
                        layer));
    }

    private static String to(String content, String name, String headerTo) {
        MessageData data = new MessageData(JOE, name, headerTo, ReversePath.NULL, MessageData.Layers.NONE);
        return HeaderSection.of(made(compose(content, data)).octets())
                .first("To")
                .orElseThrow()
                .unfolded();
    }

    private static Composed.Message made(Composed composed) {
        assertThat(composed).isInstanceOf(Composed.Message.class);
        return (Composed.Message) composed;
    }

    private static void assertFailed(Composed composed, String part, int line) {
        assertThat(composed).isInstanceOfSatisfying(Composed.Failed.class, failed -> {
            assertThat(failed.part()).isEqualTo(part);
            assertThat(failed.line()).isEqualTo(line);
            assertThat(failed.reason()).isNotBlank();
        });
    }

    private static String text(MessageOctets message) {
        return new String(message.octets(), StandardCharsets.ISO_8859_1);
    }
}
