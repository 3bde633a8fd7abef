package dev.tradewind.authenticate;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import static org.assertj.core.api.Assertions.assertThat;

class TagListTest {
    @Test
    void whiteSpaceAroundNamesAndValuesDoesNotCount() {
        assertThat(read(" v = 1 ;\r\n\ta=b=c;empty=; ")).isEqualTo(Map.of("v", "1", "a", "b=c", "empty", ""));
        assertThat(read("h= from :\r\n to ; ")).isEqualTo(Map.of("h", "from :\r\n to"));
        assertThat(TagList.items("from :\r\n to:")).containsExactly("from", "to", "");
    }

    @Test
    void refusalsSayWhere() {
        refused("", "no tags", 0);
        refused("  ", "no tags", 2);
        refused("a", "'='", 1);
        refused("a=1;b", "'='", 5);
        refused("a=1;;b=2", "name", 4);
        refused("1a=1", "name", 0);
        refused("a=1; a=2", "twice", 8);
        refused("a=\u0001", "not allowed", 2);
        assertThat(TagList.parse(new byte[] {'a', '=', (byte) 0xff}, 0, 3))
                .isEqualTo(new TagList.Refused("tag a is not UTF-8", 3));
        StringBuilder many = new StringBuilder();
        for (int i = 0; i <= TagList.MAX_TAGS; i++) {
            many.append('t').append(i).append("=;");
        }
        assertThat(TagList.parse(many.toString()))
                .isInstanceOfSatisfying(
                        TagList.Refused.class, r -> assertThat(r.reason()).contains("100 tags"));
    }

    @Test
    void positionsCoverTheValueAndItsWhiteSpace() {
        byte[] octets = "xx a=1; b = 2 ; c=3".getBytes(StandardCharsets.US_ASCII);
        if (!(TagList.parse(octets, 2, octets.length) instanceof TagList.Read(TagList list))) {
            throw new AssertionError();
        }
        TagList.Tag b = list.find("b").orElseThrow();
        assertThat(new String(octets, b.from(), b.to() - b.from(), StandardCharsets.US_ASCII))
                .isEqualTo(" 2 ");
        assertThat(list.find("c").orElseThrow().to()).isEqualTo(octets.length);
    }

    @Property
    void whatIsWrittenIsRead(@ForAll("tags") Map<String, String> tags, @ForAll("spaces") String space) {
        String text = tags.entrySet().stream()
                .map(e -> space + e.getKey() + space + "=" + space + e.getValue() + space)
                .collect(Collectors.joining(";"));
        assertThat(read(text)).isEqualTo(tags);
        assertThat(read(text + ";")).isEqualTo(tags);
    }

    @Property
    void anyOctetsAreReadOrRefused(@ForAll byte[] octets) {
        switch (TagList.parse(octets, 0, octets.length)) {
            case TagList.Read(TagList list) -> assertThat(list.tags()).isNotEmpty();
            case TagList.Refused(String reason, int position) -> {
                assertThat(reason).isNotBlank();
                assertThat(position).isBetween(0, octets.length);
            }
        }
    }

    @Provide
    Arbitrary<Map<String, String>> tags() {
        Arbitrary<String> name = Arbitraries.strings()
                .withChars("abzAZ")
                .ofMinLength(1)
                .ofMaxLength(5)
                .map(n -> n + "_9");
        Arbitrary<String> value =
                Arbitraries.strings().withChars("az=:/+,\"\u00fc").ofMaxLength(20);
        return Arbitraries.maps(name, value).ofMinSize(1).ofMaxSize(8);
    }

    @Provide
    Arbitrary<String> spaces() {
        return Arbitraries.of("", " ", "\t ", "\r\n ", " \r\n\t");
    }

    private static Map<String, String> read(String text) {
        return switch (TagList.parse(text)) {
            case TagList.Read(TagList list) ->
                list.tags().stream().collect(Collectors.toMap(TagList.Tag::name, TagList.Tag::value));
            case TagList.Refused refused -> throw new AssertionError(refused + " in " + text);
        };
    }

    private static void refused(String text, String reason, int position) {
        assertThat(TagList.parse(text)).isInstanceOfSatisfying(TagList.Refused.class, r -> {
            assertThat(r.reason()).contains(reason);
            assertThat(List.of(r.position())).as(text).containsExactly(position);
        });
    }
}
