package dev.tradewind.sign;

import dev.tradewind.mail.MessageOctets;
import dev.tradewind.mail.mime.OctetBuffer;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;

/** The octets that come out, as RFC 6376 §3.4 has them. */
class CanonicalizationTest {
    @Test
    void fieldsOfTheExampleInTheRfc() {
        MessageOctets message = SigningFixture.message("A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n C \r\nD \t E\r\n\r\n\r\n");

        assertThat(fields(Canonicalization.RELAXED, message)).isEqualTo("a:X\r\nb:Y Z\r\n");
        assertThat(fields(Canonicalization.SIMPLE, message)).isEqualTo("A: X\r\nB : Y\t\r\n\tZ  \r\n");
        assertThat(body(Canonicalization.RELAXED, message)).isEqualTo(" C\r\nD E\r\n");
        assertThat(body(Canonicalization.SIMPLE, message)).isEqualTo(" C \r\nD \t E\r\n");
    }

    @Test
    void emptyBodyIsOneLineWhenSimpleAndNothingWhenRelaxed() {
        for (String body : new String[] {"", "\r\n", "\r\n\r\n"}) {
            MessageOctets message = SigningFixture.message("A: b\r\n\r\n" + body);
            assertThat(body(Canonicalization.SIMPLE, message)).isEqualTo("\r\n");
            assertThat(body(Canonicalization.RELAXED, message)).isEmpty();
        }
        assertThat(body(Canonicalization.RELAXED, SigningFixture.message("A: b\r\n\r\n \t\r\n  ")))
                .isEmpty();
    }

    @Test
    void bareCrAndLfAreContent() {
        MessageOctets message = SigningFixture.message("A: b\r\n\r\na\rb\nc \n d\r \r\r\n\r\n");

        assertThat(body(Canonicalization.RELAXED, message)).isEqualTo("a\rb\nc \n d\r \r\r\n");
        assertThat(body(Canonicalization.SIMPLE, message)).isEqualTo("a\rb\nc \n d\r \r\r\n");
    }

    @Test
    void lastLineGetsItsCrlf() {
        MessageOctets message = SigningFixture.message("A: b\r\n\r\nno end  ");

        assertThat(body(Canonicalization.RELAXED, message)).isEqualTo("no end\r\n");
        assertThat(body(Canonicalization.SIMPLE, message)).isEqualTo("no end  \r\n");
        // SMTP ends a line that has no end, and so white space before it vanishes; see DkimSuiteTest.
        assertThat(body(Canonicalization.RELAXED, SigningFixture.message("A: b\r\n\r\nx\r\n  ")))
                .isEqualTo("x\r\n");
        MessageOctets headerOnly = SigningFixture.message("A: b ");
        assertThat(fields(Canonicalization.RELAXED, headerOnly)).isEqualTo("a:b\r\n");
        assertThat(fields(Canonicalization.SIMPLE, headerOnly)).isEqualTo("A: b \r\n");
    }

    @Test
    void limitCutsTheCanonicalFormAndTheWholeLengthIsTold() {
        MessageOctets message = SigningFixture.message("A: b\r\n\r\n one   two \r\n\r\n");
        String whole = " one two\r\n";

        for (int limit = 0; limit <= whole.length() + 2; limit++) {
            Recorder recorder = new Recorder();
            long length = Canonicalization.RELAXED.body(
                    message.octets(), message.bodyOffset(), message.size(), limit, recorder);
            assertThat(length).isEqualTo(whole.length());
            assertThat(recorder.text()).isEqualTo(whole.substring(0, Math.min(limit, whole.length())));
        }
    }

    @Test
    void agreesWithAPlainRestatementOfTheRules() {
        Random random = new Random(6376);
        String alphabet = "abcdef\u00a0\u0089\u00ff!    \t\t\u0001\n\r\r\r";
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(round % 100 == 0 ? 3000 : 24);
            while (text.length() < length) {
                char c = alphabet.charAt(random.nextInt(alphabet.length()));
                text.append(c == '\r' && random.nextInt(4) > 0 ? "\r\n" : c);
            }
            MessageOctets message = SigningFixture.message("A: b\r\n\r\n" + text);
            assertThat(body(Canonicalization.RELAXED, message)).isEqualTo(relaxedByTheBook(text.toString()));
        }
    }

    /** RFC 6376 §3.4.4, line by line. */
    private static String relaxedByTheBook(String body) {
        StringBuilder out = new StringBuilder();
        String rest = body.endsWith("\r\n") || body.isEmpty() ? body : body + "\r\n";
        while (!rest.isEmpty()) {
            int end = rest.indexOf("\r\n");
            out.append(rest.substring(0, end).replaceAll("[ \t]+", " ").replaceAll(" \\z", ""))
                    .append("\r\n");
            rest = rest.substring(end + 2);
        }
        while (out.toString().endsWith("\r\n\r\n")) {
            out.setLength(out.length() - 2);
        }
        return out.toString().equals("\r\n") ? "" : out.toString();
    }

    /** The canonical header fields of a message one after the other. */
    static String fields(Canonicalization canonicalization, MessageOctets message) {
        HeaderFields fields = HeaderFields.of(message);
        OctetBuffer out = new OctetBuffer(16);
        for (int i = 0; i < fields.count(); i++) {
            canonicalization.field(message.octets(), fields.start(i), fields.end(i), out);
        }
        return new String(out.toOctets(), StandardCharsets.ISO_8859_1);
    }

    /** The canonical body of a message. */
    static String body(Canonicalization canonicalization, MessageOctets message) {
        Recorder recorder = new Recorder();
        long length = canonicalization.body(
                message.octets(), message.bodyOffset(), message.size(), Canonicalization.NO_LIMIT, recorder);
        assertThat(length).isEqualTo(recorder.text().length());
        return recorder.text();
    }

    /** A digest that keeps what it is fed. */
    private static final class Recorder extends MessageDigest {
        private final StringBuilder fed = new StringBuilder();

        Recorder() {
            super("none");
        }

        String text() {
            return fed.toString();
        }

        @Override
        protected void engineUpdate(byte input) {
            fed.append((char) (input & 0xff));
        }

        @Override
        protected void engineUpdate(byte[] input, int offset, int length) {
            fed.append(new String(input, offset, length, StandardCharsets.ISO_8859_1));
        }

        @Override
        protected byte[] engineDigest() {
            return new byte[0];
        }

        @Override
        protected void engineReset() {
            fed.setLength(0);
        }
    }
}
