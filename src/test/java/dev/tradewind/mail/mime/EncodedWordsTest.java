package dev.tradewind.mail.mime;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;

import static org.assertj.core.api.Assertions.assertThat;

class EncodedWordsTest {
    @Provide
    Arbitrary<String> hostile() {
        return MailTexts.hostile();
    }

    @Property(tries = 2000)
    void anythingIsDecodedWithoutControlCharacters(@ForAll("hostile") String text) {
        assertThat(EncodedWords.decode(text).chars()).noneMatch(c -> EncodedWords.isControl((char) c.intValue()));
    }

    @Property(tries = 1000)
    void anyOctetsAreText(@ForAll byte[] octets) {
        assertThat(EncodedWords.textOf(octets, 0, octets.length)).hasSizeLessThanOrEqualTo(octets.length);
    }

    @Test
    void wordsOfRfc2047() {
        assertDecoded("=?ISO-8859-1?Q?a?=", "a");
        assertDecoded("=?ISO-8859-1?Q?a?= b", "a b");
        assertDecoded("=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=", "ab");
        assertDecoded("=?ISO-8859-1?Q?a_b?=", "a b");
        assertDecoded("x =?utf-8?b?w7w=?= y", "x ü y");
        assertDecoded("=?US-ASCII*EN?Q?Keith_Moore?=", "Keith Moore");
    }

    @Test
    void brokenWordsAreReadAsFarAsTheyCanBe() {
        assertDecoded("a=?utf-8?Q?=C3=BC?=b", "aüb"); // glued
        assertDecoded("=?utf-8?Q?=C3?= =?utf-8?Q?=BC?=", "ü"); // a split character
        assertDecoded("=?utf-8?B?w7w?=", "ü"); // no padding
        assertDecoded("=?utf-8?Q?a b?=", "a b");
        assertDecoded("=?nonsense-8?Q?a?=", "=?nonsense-8?Q?a?=");
        assertDecoded("=?utf-8?X?a?=", "=?utf-8?X?a?=");
        assertDecoded("=?utf-8?Q?a", "=?utf-8?Q?a");
        assertDecoded("=?utf-8?Q?=ZZ?=", "=ZZ");
        assertDecoded("=?utf-8?Q?a=0D=0ABcc:_x?=", "a  Bcc: x"); // no line gets in
        assertDecoded("=?utf-8?Q??=", "");
    }

    @Test
    void octetsThatAreNotUtf8AreWindows1252() {
        byte[] octets = "\u00fcber".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(EncodedWords.textOf(octets, 0, octets.length)).isEqualTo("über");
    }

    private static void assertDecoded(String text, String expected) {
        assertThat(EncodedWords.decode(text)).as(text).isEqualTo(expected);
    }
}
