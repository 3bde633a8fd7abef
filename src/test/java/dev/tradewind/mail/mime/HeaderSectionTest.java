package dev.tradewind.mail.mime;

import dev.tradewind.mail.MessageOctets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class HeaderSectionTest {
    private static final String MESSAGE = """
            Received: from a\r
            \tby b\r
            Subject: =?utf-8?Q?=C3=BC?=\r
             =?utf-8?Q?=C3=A4?=\r
            X-MSYS-API: {"a":\r
              1}\r
            bcc: x@y.example\r
            From : a@b.example\r
            BCC: z@y.example\r
            \r
            Subject: not a field\r
            """;

    @Provide
    Arbitrary<byte[]> messages() {
        return Arbitraries.oneOf(
                Arbitraries.bytes().array(byte[].class).ofMaxSize(200),
                Arbitraries.of(
                                "\r",
                                "\n",
                                "\r\n",
                                " ",
                                ":",
                                "a",
                                "Subject:",
                                "\r\n\r\n",
                                "=?utf-8?Q?=C3?=",
                                "\t",
                                "\u00ff")
                        .list()
                        .ofMaxSize(60)
                        .map(list -> String.join("", list).getBytes(StandardCharsets.ISO_8859_1)));
    }

    @Property(tries = 2000)
    void anyOctetsAreFieldsThatCoverTheSection(@ForAll("messages") byte[] octets) {
        HeaderSection section = HeaderSection.of(octets, 0, octets.length);
        int at = 0;
        for (HeaderSection.Field field : section.fields()) {
            assertThat(field.startOffset()).isEqualTo(at);
            assertThat(field.endOffset()).isGreaterThan(at);
            at = field.endOffset();
            assertThat(field.decoded()).isNotNull();
            assertThat(field.rawValue().length).isLessThanOrEqualTo(field.octets().length);
        }
        assertThat(section.endOffset()).isEqualTo(at);
        assertThat(section.bodyOffset(octets.length)).isBetween(at, octets.length);
    }

    @Property(tries = 1000)
    void anyMessageCanBeEdited(@ForAll("messages") byte[] octets) {
        MessageOctets edited = HeaderEdit.of(MessageOctets.of(octets))
                .remove("Subject")
                .prepend("Date: now\r\n".getBytes(StandardCharsets.US_ASCII))
                .apply();
        HeaderSection section = HeaderSection.of(edited);
        assertThat(section.has("subject")).isFalse();
        assertThat(section.field(0).name()).isEqualTo("Date");
    }

    @Test
    void fieldsAreFoundWhateverTheirCase() {
        HeaderSection section = HeaderSection.of(message());
        assertThat(section.size()).isEqualTo(6);
        assertThat(section.first("SUBJECT").orElseThrow().decoded()).isEqualTo("üä");
        assertThat(section.first("received").orElseThrow().unfolded()).isEqualTo("from a\tby b");
        assertThat(section.all("Bcc")).hasSize(2);
        assertThat(section.first("From").orElseThrow().unfolded()).isEqualTo("a@b.example");
        assertThat(section.has("To")).isFalse();
    }

    @Test
    void editsTouchNothingElse() {
        MessageOctets edited = HeaderEdit.of(message())
                .remove("X-MSYS-API")
                .remove("Bcc")
                .replace("Subject", new HeaderWriter().text("Subject", "new").octets())
                .replace("X-New", new HeaderWriter().text("X-New", "1").octets())
                .prepend(new HeaderWriter().text("Date", "d").octets())
                .prepend(new HeaderWriter().text("Received", "r").octets())
                .append(new HeaderWriter().text("Message-ID", "<i@h>").octets())
                .apply();
        assertThat(new String(edited.octets(), StandardCharsets.ISO_8859_1))
                .isEqualTo(
                        "Received: r\r\nDate: d\r\nReceived: from a\r\n\tby b\r\nSubject: new\r\nFrom : a@b.example\r\n"
                                + "X-New: 1\r\nMessage-ID: <i@h>\r\n\r\nSubject: not a field\r\n");
        assertThat(edited.bodyOffset()).isEqualTo(edited.size() - "Subject: not a field\r\n".length());
        assertThat(HeaderEdit.of(edited).apply()).isSameAs(edited);
    }

    @Test
    void whatIsNoFieldIsNotPutIn() {
        for (String bad : new String[] {"x", "a: b", "a: b\n", "a: b\r\n\r\nbody", "a b: c\r\n", " a: b\r\n"}) {
            assertThatThrownBy(() -> HeaderEdit.of(message()).prepend(bad.getBytes(StandardCharsets.US_ASCII)))
                    .as(bad)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static MessageOctets message() {
        return MessageOctets.of(MESSAGE.getBytes(StandardCharsets.ISO_8859_1));
    }
}
