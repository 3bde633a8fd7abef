package dev.tradewind.mail.mime;

import dev.tradewind.mail.Mailbox;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class HeaderWriterTest {
    @Provide
    Arbitrary<String> lines() {
        return MailTexts.line();
    }

    @Provide
    Arbitrary<String> hostile() {
        return MailTexts.hostile();
    }

    @Provide
    Arbitrary<List<HeaderAddress>> addressLists() {
        Arbitrary<Mailbox> mailboxes = Arbitraries.of(
                        "a@example.com",
                        "\"odd local\"@example.org",
                        "first.last+tag@sub.example.net",
                        "x@xn--bcher-kva.example",
                        "l".repeat(64) + "@" + "d".repeat(60) + ".example")
                .map(Mailbox::parse);
        Arbitrary<String> names =
                Arbitraries.oneOf(MailTexts.line(), Arbitraries.just(""), Arbitraries.just("Doe, Jane"));
        return Combinators.combine(names, mailboxes)
                .as(HeaderAddress::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(8);
    }

    @Property(tries = 500)
    void textIsReadBackByUsAndByMime4j(@ForAll("lines") String text) {
        byte[] field = new HeaderWriter().text("Subject", text).octets();
        assertWellFormed(field, 78);
        assertThat(only(field).decoded()).isEqualTo(text);
        assertThat(ReadMail.read(withBody(field)).field("Subject")).isEqualTo(text);
    }

    @Property(tries = 500)
    void addressesAreReadBack(@ForAll("addressLists") List<HeaderAddress> addresses) {
        HeaderWriter writer = new HeaderWriter();
        byte[] field = writer.addresses("To", addresses).octets();
        assertWellFormed(field, 200);
        assertThat(writer.needsSmtpUtf8()).isFalse();
        assertThat(HeaderAddress.parseList(only(field).unfolded()))
                .isEqualTo(new HeaderAddress.Parsed.Addresses(addresses));
    }

    @Property(tries = 500)
    void parametersAreReadBack(@ForAll("lines") String name) {
        byte[] field = new HeaderWriter()
                .parameters("Content-Disposition", "attachment", "filename", name)
                .octets();
        assertWellFormed(field, Math.max(78, 2 * name.length() + 40));
        assertThat(ContentType.parse(only(field).unfolded()).parameter("filename"))
                .isEqualTo(name);
    }

    @Property(tries = 1000)
    void nothingInAValueCanAddALine(@ForAll("hostile") String value) {
        for (HeaderWriter writer : List.of(
                new HeaderWriter().text("X-Any", value),
                new HeaderWriter().field("To", value),
                new HeaderWriter().addresses("From", List.of(new HeaderAddress(value, Mailbox.parse("a@b.example")))),
                new HeaderWriter().parameters("Content-Disposition", "inline", "filename", value))) {
            byte[] field = writer.octets();
            assertThat(HeaderSection.of(field, 0, field.length).size()).isEqualTo(1);
            assertThat(EightBit.hasEightBit(field, 0, field.length)).isEqualTo(writer.needsSmtpUtf8());
            if (!writer.needsSmtpUtf8()) {
                assertLines(field, 998);
            }
        }
    }

    @Test
    void aSubjectOfTenThousandCharactersIsFoldedAndReadBack() {
        for (String word : List.of("word ", "日本語 ", "🎉", "abcdefghij", "é")) {
            String subject = word.repeat(10_000 / word.length()).strip();
            byte[] field = new HeaderWriter().text("Subject", subject).octets();
            assertWellFormed(field, 78);
            assertThat(only(field).decoded()).isEqualTo(subject);
            assertThat(ReadMail.read(withBody(field)).field("Subject")).isEqualTo(subject);
        }
    }

    @Test
    void asciiStaysAsItIs() {
        assertThat(written(new HeaderWriter().text("Subject", "Plain = text?")))
                .isEqualTo("Subject: Plain = text?\r\n");
        assertThat(written(
                        new HeaderWriter().field("List-Unsubscribe", "<https://example.com/" + "u".repeat(200) + ">")))
                .isEqualTo("List-Unsubscribe: <https://example.com/" + "u".repeat(200) + ">\r\n");
    }

    @Test
    void runsOfBlanksSurviveFoldingAndEncoding() {
        String text = "a   b  é  c    d".repeat(12);
        byte[] field = new HeaderWriter().text("Subject", text).octets();
        assertThat(only(field).decoded()).isEqualTo(text);
    }

    @Test
    void addressesInAFreeFieldAreEncodedAsAddresses() {
        assertThat(written(new HeaderWriter().field("Cc", "Jürgen <j@example.com>, b@example.com")))
                .isEqualTo("Cc: =?UTF-8?Q?J=C3=BCrgen?= <j@example.com>, b@example.com\r\n");
    }

    @Test
    void utf8LocalPartMakesTheFieldUtf8AndIsTold() {
        HeaderWriter writer = new HeaderWriter();
        writer.addresses("To", List.of(new HeaderAddress("Jürgen", Mailbox.parse("jürgen@bücher.example"))));
        assertThat(writer.needsSmtpUtf8()).isTrue();
        assertThat(new String(writer.octets(), StandardCharsets.UTF_8))
                .isEqualTo("To: =?UTF-8?Q?J=C3=BCrgen?= <jürgen@xn--bcher-kva.example>\r\n");
    }

    @Test
    void aFileNameOutsideAsciiIsWrittenForOldAndNewReaders() {
        assertThat(written(new HeaderWriter()
                        .parameters("Content-Disposition", "attachment", "filename", "Übersicht.pdf")))
                .isEqualTo("""
                        Content-Disposition: attachment;\r
                         filename="=?UTF-8?Q?=C3=9Cbersicht=2Epdf?=";\r
                         filename*=UTF-8''%C3%9Cbersicht.pdf\r
                        """);
    }

    @Test
    void badFieldNamesAreRefused() {
        for (String name : List.of("", "a b", "a:b", "a\r\nb", "ü", "n".repeat(77))) {
            assertThatThrownBy(() -> new HeaderWriter().text(name, "x")).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static String written(HeaderWriter writer) {
        return new String(writer.octets(), StandardCharsets.US_ASCII);
    }

    private static HeaderSection.Field only(byte[] field) {
        return HeaderSection.of(field, 0, field.length).field(0);
    }

    private static byte[] withBody(byte[] field) {
        return (new String(field, StandardCharsets.ISO_8859_1) + "\r\nx\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void assertWellFormed(byte[] octets, int maxLine) {
        assertLines(octets, maxLine);
        for (String line : new String(octets, StandardCharsets.US_ASCII).split("\r\n")) {
            int word = line.indexOf("=?UTF-8?");
            while (word >= 0) {
                int end = line.indexOf("?=", word + 10);
                assertThat(end + 2 - word).as(line).isBetween(13, 75);
                word = line.indexOf("=?UTF-8?", end);
            }
        }
    }

    private static void assertLines(byte[] octets, int maxLine) {
        assertThat(LineEndings.firstBare(octets)).isEqualTo(-1);
        for (byte b : octets) {
            assertThat(b).isPositive();
        }
        for (String line : new String(octets, StandardCharsets.US_ASCII).split("\r\n")) {
            assertThat(line.length()).as(line).isLessThanOrEqualTo(maxLine);
            assertThat(line).isNotBlank();
        }
        assertThat(octets[octets.length - 1]).isEqualTo((byte) '\n');
    }
}
