package dev.tradewind.smtp.client;

import dev.tradewind.mail.SmtpReply;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ReplyReaderTest {
    private static ReplyReader reader(byte[] octets, int piece) {
        ByteArrayInputStream in = new ByteArrayInputStream(octets);
        return new ReplyReader((into, offset, length) -> in.read(into, offset, Math.min(piece, length)));
    }

    private static ReplyReader reader(String text) {
        return reader(text.getBytes(StandardCharsets.UTF_8), 7);
    }

    @Test
    void repliesAreReadOneAfterTheOther() throws IOException {
        ReplyReader reader =
                reader("250-mx.example greets you\r\n250-SIZE 1000\r\n250 HELP\r\n550 5.1.1 no such user\r\n250\r\n");
        assertThat(reader.read()).isEqualTo(SmtpReply.of(250, "mx.example greets you", "SIZE 1000", "HELP"));
        assertThat(reader.read()).isEqualTo(SmtpReply.of(550, "5.1.1 no such user"));
        assertThat(reader.read()).isEqualTo(SmtpReply.of(250, ""));
        assertThatThrownBy(reader::read).isInstanceOf(EOFException.class);
    }

    @Test
    void sloppyLinesAreUnderstood() throws IOException {
        assertThat(reader("250 ok\n").read()).isEqualTo(SmtpReply.of(250, "ok"));
        assertThat(reader("250-\r\n250 \r\n").read()).isEqualTo(SmtpReply.of(250, "", ""));
        assertThat(reader("250 a\u0001b\r\n").read()).isEqualTo(SmtpReply.of(250, "a?b"));
        assertThat(reader("250 grüße\r\n").read()).isEqualTo(SmtpReply.of(250, "grüße"));
        assertThat(reader("550 " + "x".repeat(5000) + "\r\n").read().lines().getFirst())
                .hasSize(ReplyReader.MAX_LINE_OCTETS - 4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello\r\n",
                "\r\n",
                "25\r\n",
                "2x0 a\r\n",
                "199 a\r\n",
                "600 a\r\n",
                "250ok\r\n",
                "250-a\r\n550 b\r\n",
                "250-a\r\nb\r\n",
                "HTTP/1.1 400 Bad Request\r\n"
            })
    void whatIsNoReplyIsRefused(String text) {
        assertThatThrownBy(() -> reader(text).read()).isInstanceOf(MalformedReply.class);
    }

    @Test
    void endlessReplyIsRefused() {
        assertThatThrownBy(() -> reader("250-" + "x".repeat(100) + "\r\n" + "250-more\r\n".repeat(10_000))
                        .read())
                .isInstanceOf(MalformedReply.class);
        assertThatThrownBy(() -> reader("250 " + "x".repeat(100_000)).read()).isInstanceOf(MalformedReply.class);
    }

    @Test
    void halfAReplyIsALostConnection() {
        assertThatThrownBy(() -> reader("250-a\r\n250 b").read())
                .isInstanceOf(EOFException.class)
                .hasMessageContaining("within a reply");
    }

    @Property
    boolean anyOctetsGiveAReplyOrATypedRefusal(@ForAll byte[] octets, @ForAll @IntRange(min = 1, max = 9) int piece) {
        ReplyReader reader = reader(octets, piece);
        try {
            for (int i = 0; i <= octets.length; i++) {
                reader.read();
            }
            return false;
        } catch (MalformedReply | EOFException expected) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Property
    void whatIsWrittenIsRead(
            @ForAll @IntRange(min = 200, max = 599) int code,
            @ForAll("texts") List<String> lines,
            @ForAll @IntRange(min = 1, max = 50) int piece)
            throws IOException {
        StringBuilder wire = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            wire.append(code)
                    .append(i == lines.size() - 1 ? ' ' : '-')
                    .append(lines.get(i))
                    .append("\r\n");
        }
        wire.append(wire);
        ReplyReader reader = reader(wire.toString().getBytes(StandardCharsets.UTF_8), piece);
        assertThat(reader.read()).isEqualTo(SmtpReply.of(code, lines));
        assertThat(reader.read()).isEqualTo(SmtpReply.of(code, lines));
    }

    @Provide
    Arbitrary<List<String>> texts() {
        return Arbitraries.strings()
                .withCharRange(' ', '~')
                .withChars('ü', '語')
                .ofMaxLength(100)
                .list()
                .ofMinSize(1)
                .ofMaxSize(6);
    }
}
