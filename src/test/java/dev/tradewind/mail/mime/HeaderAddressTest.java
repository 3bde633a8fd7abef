package dev.tradewind.mail.mime;

import dev.tradewind.mail.Mailbox;
import dev.tradewind.mail.mime.HeaderAddress.Parsed;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class HeaderAddressTest {
    @Provide
    Arbitrary<String> hostile() {
        return MailTexts.hostile();
    }

    @Property(tries = 3000)
    void anythingGivesAddressesOrARefusalWithAPlace(@ForAll("hostile") String text) {
        for (Parsed parsed : List.of(HeaderAddress.parseList(text), HeaderAddress.parseOne(text))) {
            if (parsed instanceof Parsed.Refused(String reason, int offset)) {
                assertThat(reason).isNotEmpty();
                assertThat(offset).isBetween(0, text.length());
            }
        }
    }

    @Test
    void formsOfRfc5322AreRead() {
        assertList("a@b.example", "a@b.example");
        assertList("  <a@B.Example> ", "a@b.example");
        assertList(
                "John Q. Public <j@b.example>, \"Doe, \\\"Jane\\\"\" <d@b.example>",
                "John Q. Public|j@b.example",
                "Doe, \"Jane\"|d@b.example");
        assertList("Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>", "Pete|pete@silly.test");
        assertList(
                "A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;, x@y.test",
                "Ed Jones|c@a.test",
                "joe@where.test",
                "John|jdoe@one.test",
                "x@y.test");
        assertList("undisclosed-recipients:;");
        assertList("(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;");
        assertList("=?UTF-8?Q?J=C3=BCrgen?= =?UTF-8?Q?_M?= <j@b.example>", "Jürgen M|j@b.example");
        assertList("=?utf-8?Q?Doe,_J?= <j@b.example>", "Doe, J|j@b.example");
        assertList("Jürgen <jürgen@bücher.example>", "Jürgen|jürgen@xn--bcher-kva.example");
        assertList("a . b @ c . example", "a.b@c.example");
        assertList("<@r1.test,@r2.test:a@b.example>", "a@b.example");
        assertList("\"a b\"@c.example", "\"a b\"@c.example");
        assertList("a@[192.0.2.1]", "a@[192.0.2.1]");
        assertList("a@b.example (Ann)", "Ann|a@b.example");
        assertList(",a@b.example,, c@d.example,", "a@b.example", "c@d.example");
        assertList("a@b.example; c@d.example", "a@b.example", "c@d.example");
    }

    @Test
    void whatIsWrongIsSaidWithItsPlace() {
        assertRefused("John", 0, "no '@'");
        assertRefused("John a@b.example", 6, "'<' and '>'");
        assertRefused("John <a@b.example", 5, "without '>'");
        assertRefused("<>", 1, "nothing between");
        assertRefused("a@b.example x", 12, "behind an address");
        assertRefused("\"John <a@b.example>", 0, "without its end");
        assertRefused("(John <a@b.example>", 0, "without ')'");
        assertRefused("a@b..example", 2, "empty label");
        assertRefused("g: a@b.example", 14, "';'");
        assertRefused("a@b.example\r\nBcc: x@y.example", 13, "behind an address");
    }

    @Test
    void oneAddressAsApiUsersWriteIt() {
        assertOne("Acme, Inc. <a@b.example>", "Acme, Inc.|a@b.example");
        assertOne("Tom's (best) [shop] <a@b.example>", "Tom's [shop]|a@b.example", "Tom's (best) [shop]|a@b.example");
        assertOne("a@b.example", "a@b.example");
        assertOne("\"Q\" <a@b.example>", "Q|a@b.example");
        assertThat(HeaderAddress.parseOne("a@b.example, c@d.example")).isInstanceOf(Parsed.Refused.class);
        assertThat(HeaderAddress.parseOne("a@b.example, <c@d.example>")).isInstanceOf(Parsed.Refused.class);
        assertThat(HeaderAddress.parseOne("")).isInstanceOf(Parsed.Refused.class);
    }

    @Test
    void hugeInputIsReadInLinearTime() {
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            for (String piece :
                    List.of("=?", "(", "\"", "=?a?Q?", "<", "a:", "a ", "\\", "(x)", "=?a?b?c?= ", "@", "a@b.c,")) {
                HeaderAddress.parseList(piece.repeat(200_000));
                EncodedWords.decode(piece.repeat(200_000));
                ContentType.parse(piece.repeat(200_000));
            }
        });
    }

    private static void assertList(String text, String... expected) {
        assertThat(HeaderAddress.parseList(text))
                .as(text)
                .isEqualTo(new Parsed.Addresses(java.util.Arrays.stream(expected)
                        .map(HeaderAddressTest::address)
                        .toList()));
    }

    private static void assertOne(String text, String... anyOf) {
        assertThat(HeaderAddress.parseOne(text))
                .as(text)
                .isIn(java.util.Arrays.stream(anyOf)
                        .map(one -> new Parsed.Addresses(List.of(address(one))))
                        .toArray());
    }

    private static HeaderAddress address(String nameAndMailbox) {
        int bar = nameAndMailbox.indexOf('|');
        return new HeaderAddress(
                bar < 0 ? "" : nameAndMailbox.substring(0, bar), Mailbox.parse(nameAndMailbox.substring(bar + 1)));
    }

    private static void assertRefused(String text, int offset, String reason) {
        assertThat(HeaderAddress.parseList(text)).as(text).isInstanceOfSatisfying(Parsed.Refused.class, refused -> {
            assertThat(refused.reason()).contains(reason);
            assertThat(refused.offset()).isEqualTo(offset);
        });
    }
}
