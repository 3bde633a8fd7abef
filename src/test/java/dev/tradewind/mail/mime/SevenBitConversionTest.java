package dev.tradewind.mail.mime;

import dev.tradewind.mail.MessageOctets;
import dev.tradewind.mail.mime.SevenBitConversion.Result;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;

class SevenBitConversionTest {
    private static final Charset LATIN1 = StandardCharsets.ISO_8859_1;

    /** Entities as Latin-1 strings: one character an octet. */
    @Provide
    Arbitrary<String> messages() {
        return entity(3).map(entity -> "Subject: x\r\n" + entity + "\r\n");
    }

    @Provide
    Arbitrary<byte[]> hostile() {
        return Arbitraries.of(
                        "Content-Type: multipart/mixed; boundary=b\r\n",
                        "Content-Type: message/rfc822\r\n",
                        "\r\n",
                        "\r\n--b\r\n",
                        "\r\n--b--\r\n",
                        "\u00e9",
                        "\0",
                        "x".repeat(1200),
                        "Content-Transfer-Encoding: base64\r\n",
                        "\r",
                        "\n",
                        "Content-Transfer-Encoding: quoted-printable\r\n",
                        "=C3",
                        "YQ==",
                        ":",
                        " ",
                        "Content-Type: multipart/signed; boundary=b\r\n",
                        "Content-Type: multipart/mixed\r\n")
                .list()
                .ofMaxSize(25)
                .map(list -> String.join("", list).getBytes(LATIN1));
    }

    private static Arbitrary<String> entity(int depth) {
        Arbitrary<String> text = Arbitraries.of(
                        "plain",
                        "gr\u00fc\u00df",
                        "\u00c3\u00bc",
                        "\r\n",
                        " ",
                        "=",
                        ".",
                        "\r\n.\r\n",
                        "x".repeat(1100),
                        "\u0080\u00ff",
                        "\t")
                .list()
                .ofMaxSize(20)
                .map(list -> String.join("", list));
        Arbitrary<String> leaf = Combinators.combine(
                        text,
                        Arbitraries.of(
                                "Content-Type: text/plain; charset=utf-8\r\n",
                                "Content-Type: text/html; charset=iso-8859-1\r\n",
                                "Content-Type: application/octet-stream; name=x\r\n",
                                "Content-Type: image/png\r\n"),
                        Arbitraries.of(
                                "", "Content-Transfer-Encoding: 8bit\r\n", "Content-transfer-encoding:  BINARY\r\n"))
                .as((content, type, encoding) -> type + encoding + "\r\n" + content);
        if (depth == 0) {
            return leaf;
        }
        Arbitrary<String> multipart = Combinators.combine(
                        Arbitraries.lazy(() -> entity(depth - 1))
                                .list()
                                .ofMinSize(1)
                                .ofMaxSize(3),
                        Arbitraries.of("", "pre\u00e4mble\r\n"))
                .as((parts, preamble) -> "Content-Type: multipart/mixed; boundary=\"b" + depth + "\"\r\n"
                        + "Content-Transfer-Encoding: 8bit\r\n\r\n" + preamble
                        + parts.stream()
                                .map(part -> "--b" + depth + "\r\n" + part + "\r\n")
                                .collect(Collectors.joining())
                        + "--b" + depth + "--");
        Arbitrary<String> message = Arbitraries.lazy(() -> entity(depth - 1))
                .map(inner -> "Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n" + inner);
        return Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(2, leaf),
                net.jqwik.api.Tuple.of(3, multipart),
                net.jqwik.api.Tuple.of(1, message));
    }

    @Property(tries = 500)
    void decodedEveryPartStaysTheSame(@ForAll("messages") String source) {
        MessageOctets message = MessageOctets.of(source.getBytes(LATIN1));
        switch (SevenBitConversion.convert(message)) {
            case Result.Unchanged() ->
                assertThat(EightBit.of(message).isSevenBit()).isTrue();
            case Result.Impossible(String reason) -> throw new AssertionError(reason);
            case Result.Converted(MessageOctets converted) -> {
                assertThat(EightBit.of(converted).isSevenBit()).isTrue();
                ReadMail.Part before = ReadMail.read(message.octets());
                ReadMail.Part after = ReadMail.read(converted.octets());
                assertThat(after.structure()).isEqualTo(before.structure());
                for (int i = 0; i < before.leaves().size(); i++) {
                    assertThat(new String(after.leaves().get(i).content(), LATIN1).stripTrailing())
                            .isEqualTo(new String(before.leaves().get(i).content(), LATIN1).stripTrailing());
                }
                assertThat(SevenBitConversion.convert(converted)).isEqualTo(new Result.Unchanged());
                assertThat(HeaderSection.of(converted).all("MIME-Version")).hasSize(1);
            }
        }
    }

    @Property(tries = 2000)
    void anythingIsConvertedOrRefused(@ForAll("hostile") byte[] octets) {
        if (SevenBitConversion.convert(MessageOctets.of(octets)) instanceof Result.Converted(MessageOctets converted)) {
            for (byte b : converted.octets()) {
                assertThat(b).isPositive();
            }
        }
    }

    @Test
    void textBecomesQuotedPrintable() {
        assertThat(converted("Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                        + "Content-Transfer-Encoding: 8bit\r\n\r\nGr\u00c3\u00bc\u00c3\u009fe\r\n"))
                .isEqualTo("Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                        + "Content-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe\r\n");
    }

    @Test
    void mailWithoutMimeGetsIt() {
        assertThat(converted("Subject: x\r\n\r\ngr\u00fcn ist die Heide\r\n"))
                .isEqualTo("Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=unknown-8bit\r\n"
                        + "Content-Transfer-Encoding: quoted-printable\r\n\r\ngr=FCn ist die Heide\r\n");
    }

    @Test
    void whatWouldBreakIsRefused() {
        assertThat(List.of(
                        "DKIM-Signature: v=1\r\n\r\n\u00fc\r\n",
                        "ARC-Seal: i=1\r\n\r\n\u00fc\r\n",
                        "Subject: \u00c3\u00bc\r\n\r\nx\r\n",
                        "Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\n\u00fc\r\n--b--\r\n",
                        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; name=\u00c3\u00bc\r\n\r\n\u00fc\r\n--b--\r\n",
                        "Content-Type: multipart/mixed\r\n\r\n\u00fc\r\n",
                        "Content-Type: message/delivery-status\r\n\r\n\u00fc\r\n"))
                .allSatisfy(source -> assertThat(SevenBitConversion.convert(MessageOctets.of(source.getBytes(LATIN1))))
                        .as(source)
                        .isInstanceOf(Result.Impossible.class));
    }

    @Test
    void aSignedMessageThatNeedsNothingGoesAsItIs() {
        byte[] octets = "DKIM-Signature: v=1\r\n\r\nx\r\n".getBytes(LATIN1);
        assertThat(SevenBitConversion.convert(MessageOctets.of(octets))).isEqualTo(new Result.Unchanged());
    }

    @Test
    void deepNestingIsRefusedNotAStackOverflow() {
        String source = "Content-Type: message/rfc822\r\n\r\n".repeat(20_000) + "\r\n\u00fc\r\n";
        assertThat(SevenBitConversion.convert(MessageOctets.of(source.getBytes(LATIN1))))
                .isInstanceOf(Result.Impossible.class);
    }

    private static String converted(String source) {
        return SevenBitConversion.convert(MessageOctets.of(source.getBytes(LATIN1)))
                        instanceof Result.Converted(MessageOctets message)
                ? new String(message.octets(), LATIN1)
                : "not converted";
    }
}
