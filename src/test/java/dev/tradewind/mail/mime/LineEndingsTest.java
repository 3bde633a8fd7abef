package dev.tradewind.mail.mime;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;

import static org.assertj.core.api.Assertions.assertThat;

class LineEndingsTest {
    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.of("\r", "\n", "a", "\0", "é").list().ofMaxSize(30).map(list -> String.join("", list));
    }

    @Property(tries = 2000)
    void normalizedTextHasOnlyCrlfAndTheSameLines(@ForAll("texts") String text) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        byte[] normalized = LineEndings.normalized(octets);
        assertThat(LineEndings.firstBare(normalized)).isEqualTo(-1);
        assertThat(LineEndings.normalized(normalized)).isSameAs(normalized);
        assertThat(new String(normalized, StandardCharsets.UTF_8).lines())
                .containsExactlyElementsOf(text.lines().toList());
    }

    @Test
    void theFirstBareOctetIsFound() {
        assertThat(firstBare("a\r\nb\r\n")).isEqualTo(-1);
        assertThat(firstBare("a\r\nb\n")).isEqualTo(4);
        assertThat(firstBare("a\r")).isEqualTo(1);
        assertThat(firstBare("a\r\r\n")).isEqualTo(1);
        assertThat(firstBare("\n.\n")).isEqualTo(0);
    }

    private static int firstBare(String text) {
        return LineEndings.firstBare(text.getBytes(StandardCharsets.US_ASCII));
    }
}
