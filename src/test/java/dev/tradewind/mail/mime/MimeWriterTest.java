package dev.tradewind.mail.mime;

import dev.tradewind.mail.MessageOctets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class MimeWriterTest {
    private static final byte[] IMAGE = new byte[3000];

    @Provide
    Arbitrary<String> bodies() {
        return MailTexts.body();
    }

    @Provide
    Arbitrary<Optional<String>> perhaps() {
        return Arbitraries.oneOf(MailTexts.body().map(Optional::of), Arbitraries.just(Optional.empty()));
    }

    @Property(tries = 600)
    void whatIsWrittenIsReadBack(
            @ForAll("bodies") String text,
            @ForAll("perhaps") Optional<String> html,
            @ForAll("perhaps") Optional<String> amp,
            @ForAll boolean image,
            @ForAll boolean attachment,
            @ForAll long seed) {
        MimeBody body = new MimeBody(
                Optional.of(text),
                amp,
                html,
                image ? List.of(EncodedPart.inlineImage("logo", "image/png", base64(IMAGE))) : List.of(),
                attachment
                        ? List.of(EncodedPart.attachment(
                                "Übersicht.txt",
                                "text/plain; charset=utf-8",
                                base64(text.getBytes(StandardCharsets.UTF_8))))
                        : List.of());
        MessageOctets message = MimeWriter.write(new HeaderWriter().text("Subject", "s"), body, seed);
        assertThat(EightBit.of(message).isSevenBit()).isTrue();
        assertThat(LineEndings.firstBare(message.octets())).isEqualTo(-1);
        assertThat(message)
                .isEqualTo(new MessageOctets(
                        message.octets(), MessageOctets.of(message.octets()).bodyOffset()));
        MessageOctets again = MimeWriter.write(new HeaderWriter().text("Subject", "s"), body, seed);
        assertThat(again.octets()).isEqualTo(message.octets());

        ReadMail.Part read = ReadMail.read(message.octets());
        assertThat(read.structure()).isEqualTo(structure(html.isPresent(), amp.isPresent(), image, attachment));
        List<ReadMail.Part> leaves = read.leaves();
        boolean whole = leaves.size() == 1;
        assertThat(leaves.getFirst().text()).isEqualTo(whole ? ended(crlf(text)) : crlf(text));
        int next = 1;
        if (amp.isPresent()) {
            assertThat(leaves.get(next++).text()).isEqualTo(crlf(amp.get()));
        }
        if (html.isPresent()) {
            assertThat(leaves.get(next++).text()).isEqualTo(crlf(html.get()));
        }
        if (image) {
            assertThat(leaves.get(next).field("Content-ID")).isEqualTo("<logo>");
            assertThat(leaves.get(next++).content()).isEqualTo(IMAGE);
        }
        if (attachment) {
            assertThat(ContentType.parse(leaves.get(next).rawField("Content-Disposition"))
                            .parameter("filename"))
                    .isEqualTo("Übersicht.txt");
            assertThat(leaves.get(next).text()).isEqualTo(text);
        }
    }

    @Property(tries = 1000)
    void quotedPrintableKeepsItsRules(@ForAll("bodies") String text) {
        OctetBuffer out = new OctetBuffer(16);
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        QuotedPrintable.encodeText(out, octets, 0, octets.length);
        for (String line : new String(out.toOctets(), StandardCharsets.US_ASCII).split("\r\n", -1)) {
            assertThat(line).hasSizeLessThanOrEqualTo(76).doesNotEndWith(" ").doesNotEndWith("\t");
            assertThat(line).doesNotStartWith("From ");
            assertThat(line.matches("([!-<>-~ \t]|=[0-9A-F]{2})*=?")).as(line).isTrue();
            // a line taken alone holds whole characters
            String alone = line.endsWith("=") ? line.substring(0, line.length() - 1) : line;
            assertThat(new String(decoded(alone), StandardCharsets.UTF_8)).doesNotContain("\ufffd");
        }
    }

    @Test
    void longLinesAndAnyUnicodeGoThrough() {
        for (String text : List.of(
                "x".repeat(5_000), "é".repeat(5_000), "🎉".repeat(5_000), "מ ".repeat(2_500) + "\r\n\0\u0001")) {
            MessageOctets message = MimeWriter.write(new HeaderWriter(), MimeBody.of(text, "<p>" + text), 7);
            assertThat(EightBit.of(message).isSevenBit()).isTrue();
            List<ReadMail.Part> leaves = ReadMail.read(message.octets()).leaves();
            assertThat(leaves.get(0).text()).isEqualTo(text);
            assertThat(leaves.get(1).text()).isEqualTo("<p>" + text);
        }
    }

    @Test
    void aTextThatHoldsTheBoundaryCannotEndItsPart() {
        MessageOctets first = MimeWriter.write(new HeaderWriter(), MimeBody.of("a", "b"), 99);
        String boundary = "--=_tw0000000000000063_0";
        assertThat(new String(first.octets(), StandardCharsets.US_ASCII)).contains("\r\n" + boundary + "\r\n");
        String text = "a\r\n" + boundary + "--\r\nb";
        ReadMail.Part read = ReadMail.read(
                MimeWriter.write(new HeaderWriter(), MimeBody.of(text, "h"), 99).octets());
        assertThat(read.leaves().getFirst().text()).isEqualTo(text);
    }

    @Test
    void typesOfAttachmentsAreUsedAsGiven() {
        EncodedPart part = EncodedPart.attachment("a\r\nX: y\".csv", "text/csv; charset=\"utf-8\"", "YQ");
        String written = new String(part.octets(), StandardCharsets.US_ASCII);
        assertThat(written)
                .startsWith("Content-Type: text/csv; charset=\"utf-8\"; name=\"a X: y\\\".csv\"\r\n")
                .endsWith("\r\n\r\nYQ==\r\n");
        assertThatThrownBy(() -> EncodedPart.attachment("a", "text/plain", "Y*Q="))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> EncodedPart.attachment("a", "", "")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void base64IsCheckedAndWrapped() {
        assertThat(Base64Lines.firstInvalid("")).isEqualTo(-1);
        assertThat(Base64Lines.firstInvalid("YQ==")).isEqualTo(-1);
        assertThat(Base64Lines.firstInvalid("YQ")).isEqualTo(-1);
        assertThat(Base64Lines.firstInvalid("YQ=")).isEqualTo(3);
        assertThat(Base64Lines.firstInvalid("Y")).isEqualTo(1);
        assertThat(Base64Lines.firstInvalid("YQ==YQ")).isEqualTo(4);
        assertThat(Base64Lines.firstInvalid("é")).isEqualTo(0);
        byte[] data = new byte[1000];
        assertThat(Base64Lines.wrapped(base64(data)))
                .isEqualTo((Base64.getMimeEncoder().encodeToString(data) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        assertThat(Base64Lines.decodedLength(base64(data))).isEqualTo(1000);
    }

    private static String structure(boolean html, boolean amp, boolean image, boolean attachment) {
        String images = image ? ", image/png" : "";
        String body;
        if (html) {
            String related = image ? "multipart/related[text/html" + images + "]" : "text/html";
            body = "multipart/alternative[text/plain, " + (amp ? "text/x-amp-html, " : "") + related + "]";
        } else {
            body = amp ? "multipart/alternative[text/plain, text/x-amp-html]" : "text/plain";
            body = image ? "multipart/related[" + body + images + "]" : body;
        }
        return attachment ? "multipart/mixed[" + body + ", text/plain]" : body;
    }

    private static String crlf(String text) {
        return text.replace("\r\n", "\n").replace('\r', '\n').replace("\n", "\r\n");
    }

    private static String ended(String text) {
        return text.endsWith("\n") || text.isEmpty() ? text : text + "\r\n";
    }

    private static String base64(byte[] octets) {
        return Base64.getEncoder().encodeToString(octets);
    }

    private static byte[] decoded(String quotedPrintable) {
        java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
        for (int i = 0; i < quotedPrintable.length(); i++) {
            if (quotedPrintable.charAt(i) == '=') {
                out.write(Integer.parseInt(quotedPrintable.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                out.write(quotedPrintable.charAt(i));
            }
        }
        return out.toByteArray();
    }
}
