package dev.tradewind.mail.mime;

import dev.tradewind.mail.MessageOctets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class MimePartTest {
    @Provide
    Arbitrary<byte[]> hostile() {
        return Arbitraries.of(
                        "Content-Type: multipart/mixed; boundary=b\r\n",
                        "Content-Type: multipart/mixed; boundary=\"\"\r\n",
                        "Content-Type: text/plain; charset=utf-16\r\n",
                        "Content-Type: text/html; charset=\u00ff\r\n",
                        "Content-Transfer-Encoding: base64\r\n",
                        "Content-Transfer-Encoding: quoted-printable\r\n",
                        "Content-Disposition: attachment\r\n",
                        "\r\n",
                        "--b\r\n",
                        "--b--",
                        "--b",
                        "\n",
                        "\r",
                        "=",
                        "=C",
                        "=\t\r\n",
                        "YQ",
                        "\u00e9")
                .list()
                .ofMaxSize(30)
                .map(list -> String.join("", list).getBytes(StandardCharsets.ISO_8859_1));
    }

    @Provide
    Arbitrary<String> texts() {
        return MailTexts.hostile();
    }

    @Property(tries = 3000)
    void anyOctetsHaveAStructure(@ForAll("hostile") byte[] octets) {
        visit(MimePart.of(MessageOctets.of(octets)), octets.length);
    }

    private static void visit(MimePart part, int size) {
        assertThat(part.bodyOffset()).isBetween(0, part.endOffset());
        assertThat(part.endOffset()).isLessThanOrEqualTo(size);
        assertThat(part.text()).isNotNull();
        assertThat(part.content().length).isLessThanOrEqualTo(part.endOffset() - part.bodyOffset());
        assertThat(part.toString()).isNotEmpty();
        part.parts().forEach(child -> visit(child, size));
    }

    @Property(tries = 1000)
    void anyTextIsAContentType(@ForAll("texts") String text) {
        assertThat(ContentType.parse(text).parameter("boundary")).isNotNull();
    }

    @Property(tries = 1000)
    void quotedPrintableAndBase64AreUndone(@ForAll byte[] octets) {
        OctetBuffer quoted = new OctetBuffer(16);
        QuotedPrintable.encodeExactly(quoted, octets, 0, octets.length);
        assertThat(TransferDecoding.decode(quoted.array, 0, quoted.size, "Quoted-Printable"))
                .isEqualTo(octets);
        OctetBuffer base64 = new OctetBuffer(16);
        Base64Lines.encode(base64, octets, 0, octets.length);
        assertThat(TransferDecoding.decode(base64.array, 0, base64.size, " base64 "))
                .isEqualTo(octets);
        assertThat(TransferDecoding.decode(octets, 0, octets.length, "8bit")).isEqualTo(octets);
    }

    @Test
    void parametersAreReadInAllTheirForms() {
        assertThat(ContentType.parse("Text/Plain (comment); Charset=\"utf-8\"; format = flowed"))
                .isEqualTo(new ContentType("text/plain", Map.of("charset", "utf-8", "format", "flowed")));
        assertThat(ContentType.parse("attachment; filename*0*=UTF-8''%C3%BC; filename*1=\"b%C3\"; filename=x")
                        .parameter("filename"))
                .isEqualTo("üb%C3");
        assertThat(ContentType.parse("a/b; x*=iso-8859-1'en'%FC").parameter("x"))
                .isEqualTo("ü");
        assertThat(ContentType.parse("multipart/mixed; boundary=\"a\\\"b;c\"").parameter("boundary"))
                .isEqualTo("a\"b;c");
        assertThat(ContentType.parse("").value()).isEmpty();
    }

    @Test
    void structureAndTextsAreSeen() {
        MimePart part = MimePart.of(MessageOctets.of("""
                Content-Type: multipart/mixed; boundary=a\r
                \r
                preamble\r
                --a\r
                Content-Type: text/plain; charset=iso-8859-1\r
                Content-Transfer-Encoding: quoted-printable\r
                \r
                =FCber=\r
                all\r
                --a\r
                Content-Type: text/plain\r
                Content-Disposition: attachment; filename=x\r
                Content-Transfer-Encoding: base64\r
                \r
                w7w=\r
                --a--\r
                epilogue\r
                """.getBytes(StandardCharsets.US_ASCII)));
        assertThat(part.parts()).hasSize(2);
        assertThat(part.parts().get(0).text()).isEqualTo("überall");
        assertThat(part.parts().get(0).isAttachment()).isFalse();
        assertThat(part.parts().get(1).text()).isEqualTo("ü");
        assertThat(part.parts().get(1).isAttachment()).isTrue();
    }

    @Test
    void nestingWithoutEndIsBounded() {
        StringBuilder source = new StringBuilder();
        for (int i = 0; i < 3_000; i++) {
            source.append("Content-Type: multipart/mixed; boundary=b")
                    .append(i)
                    .append("\r\n\r\n--b")
                    .append(i)
                    .append("\r\n");
        }
        String many = "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + "--b\r\n".repeat(200_000);
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            assertThat(MimePart.of(MessageOctets.of(source.toString().getBytes(StandardCharsets.US_ASCII)))
                            .parts())
                    .hasSize(1);
            assertThat(MimePart.of(MessageOctets.of(many.getBytes(StandardCharsets.US_ASCII)))
                            .parts())
                    .hasSize(10_000);
        });
    }
}
