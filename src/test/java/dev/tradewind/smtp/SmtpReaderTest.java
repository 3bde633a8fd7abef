package dev.tradewind.smtp;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SmtpReaderTest {
    /** A source that gives the octets in pieces of random size. */
    private static Octets.Source inPieces(byte[] octets, long seed) {
        Random random = new Random(seed);
        int[] at = {0};
        return (into, offset, length) -> {
            if (at[0] == octets.length) {
                return -1;
            }
            int count = Math.min(Math.min(length, octets.length - at[0]), 1 + random.nextInt(1 + random.nextInt(20)));
            System.arraycopy(octets, at[0], into, offset, count);
            at[0] += count;
            return count;
        };
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Octets.Keeper into(ByteArrayOutputStream out) {
        return (from, start, end) -> {
            out.write(from, start, end - start);
            return true;
        };
    }

    @Provide
    Arbitrary<List<String>> lines() {
        return Arbitraries.strings()
                .withChars("..ab\t\u00e9")
                .ofMaxLength(12)
                .list()
                .ofMaxSize(12);
    }

    @Property
    void unstuffingUndoesStuffing(@ForAll("lines") List<String> lines, @ForAll long seed) throws IOException {
        StringBuilder plain = new StringBuilder();
        StringBuilder wire = new StringBuilder();
        int longest = 0;
        for (String line : lines) {
            plain.append(line).append("\r\n");
            wire.append(line.startsWith(".") ? "." : "").append(line).append("\r\n");
            longest = Math.max(longest, line.length());
        }
        wire.append(".\r\nQUIT\r\n");
        SmtpReader reader = new SmtpReader(inPieces(bytes(wire.toString()), seed));
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        SmtpReader.Text text = reader.readText(into(out), 1 << 20);

        assertThat(out.toString(StandardCharsets.ISO_8859_1)).isEqualTo(plain.toString());
        assertThat(text)
                .isEqualTo(new SmtpReader.Text.Complete(
                        new TextFacts(plain.indexOf("\u00e9") >= 0, 0, longest, longestLine(lines, longest), true)));
        assertThat(reader.readLine(512))
                .isInstanceOfSatisfying(
                        SmtpReader.Line.Text.class,
                        line -> assertThat(line.octets()).isEqualTo(bytes("QUIT")));
        assertThat(TextInspection.of(out.toByteArray(), out.size()).facts())
                .isEqualTo(((SmtpReader.Text.Complete) text).facts());
    }

    private static int longestLine(List<String> lines, int longest) {
        for (int i = 0; i < lines.size(); i++) {
            if (longest > 0 && lines.get(i).length() == longest) {
                return i + 1;
            }
        }
        return 0;
    }

    @Provide
    Arbitrary<String> wild() {
        return Arbitraries.strings().withChars("\r\n.\r\n.a\0\u00e9").ofMaxLength(40);
    }

    /** The definition of RFC 5321 §4.5.2, octet by octet, to compare with. */
    private static String expected(String wire) {
        StringBuilder text = new StringBuilder();
        int at = 0;
        while (true) {
            int end = at;
            while (end < wire.length() && wire.charAt(end) != '\r' && wire.charAt(end) != '\n') {
                end++;
            }
            if (end == wire.length() || (wire.charAt(end) == '\r' && end + 1 == wire.length())) {
                return "EOF";
            }
            if (wire.charAt(end) == '\n') {
                return "LF";
            }
            if (wire.charAt(end + 1) != '\n') {
                return "CR";
            }
            String line = wire.substring(at, end);
            if (line.equals(".")) {
                return "TEXT " + text;
            }
            text.append(line.startsWith(".") ? line.substring(1) : line).append("\r\n");
            at = end + 2;
        }
    }

    @Property(tries = 5000)
    void anyOctetsGiveTextOrARefusal(@ForAll("wild") String wire, @ForAll long seed) throws IOException {
        SmtpReader reader = new SmtpReader(inPieces(bytes(wire), seed));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        String got;
        try {
            got = switch (reader.readText(into(out), 1 << 20)) {
                case SmtpReader.Text.Complete complete -> "TEXT " + out.toString(StandardCharsets.ISO_8859_1);
                case SmtpReader.Text.BareLineEnd bare -> bare.octet().name();
                case SmtpReader.Text.Endless endless -> "ENDLESS";
            };
        } catch (EOFException gone) {
            got = "EOF";
        }
        assertThat(got).isEqualTo(expected(wire));
    }

    @Property(tries = 5000)
    void anyOctetsGiveALineOrARefusal(@ForAll("wild") String wire, @ForAll long seed) throws IOException {
        SmtpReader reader = new SmtpReader(inPieces(bytes(wire), seed));
        try {
            if (reader.readLine(10) instanceof SmtpReader.Line.Text(byte[] octets)) {
                assertThat(wire).startsWith(new String(octets, StandardCharsets.ISO_8859_1) + "\r\n");
                assertThat(octets.length).isLessThanOrEqualTo(8);
            }
        } catch (EOFException gone) {
            assertThat(wire).doesNotContain("\r\n\r\n");
        }
    }

    @Test
    void lineAtTheLimitIsReadAndOneOctetMoreIsNot() throws IOException {
        byte[] wire = bytes("12345678\r\n123456789\r\nNOOP\r\n");
        SmtpReader reader = new SmtpReader(inPieces(wire, 1));
        assertThat(reader.readLine(10)).isInstanceOf(SmtpReader.Line.Text.class);
        assertThat(reader.readLine(10)).isEqualTo(new SmtpReader.Line.TooLong(true));
        assertThat(reader.readLine(10)).isInstanceOf(SmtpReader.Line.Text.class);
    }

    @Test
    void lineOfTheWholeBufferIsRead() throws IOException {
        byte[] wire = new byte[SmtpReader.BUFFER_OCTETS];
        Arrays.fill(wire, (byte) 'x');
        wire[wire.length - 2] = '\r';
        wire[wire.length - 1] = '\n';
        SmtpReader reader = new SmtpReader(inPieces(wire, 1));
        assertThat(reader.readLine(SmtpReader.BUFFER_OCTETS)).isInstanceOf(SmtpReader.Line.Text.class);
        assertThatThrownBy(() -> reader.readLine(512)).isInstanceOf(EOFException.class);
    }

    @Test
    void textWithoutEndIsGivenUp() throws IOException {
        Octets.Source endless = (into, offset, length) -> {
            Arrays.fill(into, offset, offset + length, (byte) 'x');
            return length;
        };
        assertThat(new SmtpReader(endless).readText((from, start, end) -> false, 100_000))
                .isEqualTo(new SmtpReader.Text.Endless());
    }

    @Test
    void countedOctetsAreTakenAsTheyAre() throws IOException {
        SmtpReader reader = new SmtpReader(inPieces(bytes("\n.\r\n\0QUIT\r\n"), 3));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        reader.readCounted(into(out), 5);
        assertThat(out.toByteArray()).isEqualTo(bytes("\n.\r\n\0"));
        assertThat(reader.readLine(512)).isInstanceOf(SmtpReader.Line.Text.class);
    }
}
