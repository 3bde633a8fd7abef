package dev.tradewind.sign;

import dev.tradewind.authenticate.DkimResult;
import dev.tradewind.authenticate.DkimVerifier;
import dev.tradewind.mail.Domain;
import dev.tradewind.mail.MessageOctets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DkimSignerTest {
    private static final DkimSigner SIGNER = new DkimSigner(Signers.best());

    @Test
    void bothSignaturesOfEveryShapeVerify() {
        SigningFixture.shapes().forEach((name, message) -> {
            MessageOctets signed = SigningFixture.signed(message, SigningFixture.RSA, SigningFixture.ED25519);
            List<DkimResult> results = verify(signed);
            assertThat(results).as(name).hasSize(2).allMatch(DkimResult::isPass);
            assertThat(results)
                    .extracting(r -> r.algorithm().orElseThrow())
                    .containsExactly("rsa-sha256", "ed25519-sha256");
            assertThat(results).extracting(DkimResult::uncoveredOctets).containsOnly(0L);
        });
    }

    @Test
    void linesOfTheSignatureAreShort() {
        SigningFixture.shapes().forEach((name, message) -> {
            String fields = fields(
                    SIGNER.sign(message, List.of(SigningFixture.RSA, SigningFixture.ED25519), SigningFixture.NOW));
            assertThat(fields).endsWith("\r\n").doesNotContain("\r\n\r\n");
            assertThat(fields.split("\r\n")).allSatisfy(line -> {
                assertThat(line.length()).as(line).isBetween(2, 78);
                assertThat(line).matches("DKIM-Signature: .*|  ?\\S.*").doesNotMatch(".*\\s");
            });
        });
    }

    @Test
    void longDomainStandsOnALineOfItsOwnAndVerifies() {
        Domain domain = new Domain(("a".repeat(60) + ".").repeat(3) + "example");
        DkimKey key = DkimKey.ofPkcs8(domain, "sel", SigningFixture.ED25519.pkcs8());
        MessageOctets message = SigningFixture.message("From: a@b.example\r\n\r\n");

        MessageOctets signed = SigningFixture.signed(message, key);

        assertThat(SigningFixture.text(signed)).contains("\r\n d=" + domain.name() + ";\r\n s=sel;");
        assertThat(DkimVerifier.verify(signed, SigningFixture.dns(key), SigningFixture.NOW))
                .allMatch(DkimResult::isPass);
    }

    @Test
    void whatIsSignedAndOverSigned() {
        MessageOctets message = SigningFixture.message(
                "Received: x\r\nFrom: a@example.org\r\nTo: b\r\nto: c\r\nX-Own: 1\r\n"
                        + "Content-Type: text/plain\r\nList-Help: <x>\r\nDKIM-Signature: v=1\r\nReturn-Path: <>\r\n\r\n");

        String h = tag(fields(SIGNER.sign(message, List.of(SigningFixture.RSA), SigningFixture.NOW)), "h");

        assertThat(h.split(":"))
                .containsExactly(
                        "from",
                        "from",
                        "to",
                        "to",
                        "to",
                        "cc",
                        "subject",
                        "date",
                        "reply-to",
                        "content-type",
                        "content-type",
                        "list-help");
    }

    @Test
    void anAddedFieldOfAnOverSignedNameFails() {
        MessageOctets message = SigningFixture.shape("MIME");
        MessageOctets signed = SigningFixture.signed(message, SigningFixture.RSA);
        for (String added :
                List.of("From", "To", "Cc", "Subject", "Date", "Reply-To", "Content-Type", "MIME-Version")) {
            MessageOctets attacked =
                    SigningFixture.prepended((added + ": x\r\n").getBytes(StandardCharsets.US_ASCII), signed);
            assertThat(verify(attacked))
                    .as(added)
                    .extracting(DkimResult::outcome)
                    .containsExactly(DkimResult.Outcome.FAIL);
        }
        MessageOctets relayed = SigningFixture.prepended(
                "Received: by relay\r\nSender: list@example.net\r\nList-Id: <x>\r\n"
                        .getBytes(StandardCharsets.US_ASCII),
                signed);
        assertThat(verify(relayed)).allMatch(DkimResult::isPass);
    }

    @Test
    void tagsAreAsPromised() {
        MessageOctets message = SigningFixture.shape("plain");
        String fields = fields(SIGNER.expiringAfter(Duration.ofDays(7))
                .sign(message, List.of(SigningFixture.RSA), SigningFixture.NOW));

        assertThat(tag(fields, "t")).isEqualTo(Long.toString(SigningFixture.NOW.getEpochSecond()));
        assertThat(tag(fields, "x")).isEqualTo(Long.toString(SigningFixture.NOW.getEpochSecond() + 7 * 86400));
        assertThat(tag(fields, "d")).isEqualTo("example.org");
        assertThat(tag(fields, "s")).isEqualTo("s2026");
        assertThat(fields)
                .startsWith("DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;")
                .doesNotContain("l=");
        assertThat(fields(SIGNER.sign(message, List.of(SigningFixture.RSA), SigningFixture.NOW)))
                .doesNotContain("x=");
    }

    @Test
    void bodyHashIsReusable() {
        MessageOctets first = SigningFixture.message("From: a@example.org\r\nTo: b\r\n\r\nbody\r\n");
        MessageOctets second = SigningFixture.message("From: a@example.org\r\nTo: c\r\n\r\nbody\r\n");
        BodyHash hash = SIGNER.bodyHash(first);

        byte[] fields = SIGNER.sign(second, hash, List.of(SigningFixture.RSA), SigningFixture.NOW);

        assertThat(fields).isEqualTo(SIGNER.sign(second, List.of(SigningFixture.RSA), SigningFixture.NOW));
        assertThat(verify(SigningFixture.prepended(fields, second))).allMatch(DkimResult::isPass);
        assertThatThrownBy(() -> new BodyHash("abc")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void noKeysNoSignature() {
        assertThat(SIGNER.sign(SigningFixture.message("From: a\r\n\r\n"), List.of(), SigningFixture.NOW))
                .isEmpty();
    }

    @Test
    void leadingWhiteSpaceIsRefused() {
        assertThatThrownBy(() -> SIGNER.sign(
                        SigningFixture.message(" x\r\n\r\n"), List.of(SigningFixture.RSA), SigningFixture.NOW))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("white space");
    }

    @Property(tries = 400)
    void whateverIsSignedVerifies(@ForAll("messages") String text) {
        MessageOctets message = SigningFixture.message(text);
        MessageOctets signed = SigningFixture.signed(message, SigningFixture.ED25519);
        assertThat(verify(signed)).isNotEmpty().first().matches(DkimResult::isPass);
    }

    @Property(tries = 100)
    void arbitraryOctetsCanBeSigned(@ForAll byte[] octets) {
        Assume.that(octets.length == 0 || (octets[0] != ' ' && octets[0] != '\t'));
        MessageOctets signed = SigningFixture.signed(MessageOctets.of(octets), SigningFixture.ED25519);
        assertThat(verify(signed)).isNotEmpty().first().matches(DkimResult::isPass);
    }

    @Property(tries = 400)
    void aChangedOctetFails(@ForAll("messages") String text, @ForAll int position) {
        MessageOctets message = SigningFixture.message(text);
        MessageOctets signed = SigningFixture.signed(message, SigningFixture.ED25519);
        int offset = signed.size() - message.size();
        byte[] changed = signed.octets().clone();
        int at = offset + Math.floorMod(position, message.size());
        // White space, line ends, colons and upper case may change without harm, and X- fields are not signed.
        boolean counts =
                changed[at] > ' ' && changed[at] < 0x7f && changed[at] != ':' && !inUnsignedField(text, at - offset);
        Assume.that(counts);
        changed[at] = (byte) (changed[at] == '#' ? '%' : '#');
        assertThat(verify(new MessageOctets(changed, signed.bodyOffset())))
                .extracting(DkimResult::outcome)
                .containsExactly(DkimResult.Outcome.FAIL);
    }

    @Property(tries = 200)
    void aChangedOctetOfTheSignatureDoesNotPass(@ForAll int position, @ForAll byte value) {
        MessageOctets message = SigningFixture.shape("plain");
        MessageOctets signed = SigningFixture.signed(message, SigningFixture.ED25519);
        String before = SigningFixture.text(signed);
        int at = 16 + Math.floorMod(position, signed.size() - message.size() - 18);
        byte[] changed = signed.octets().clone();
        Assume.that(changed[at] > ' ' && value > ' ');
        changed[at] = value;
        MessageOctets forged = new MessageOctets(changed, signed.bodyOffset());
        boolean same = SigningFixture.text(forged).equals(before);
        assertThat(verify(forged))
                .allSatisfy(r -> assertThat(r.isPass() && !same).isFalse());
    }

    @Provide
    Arbitrary<String> messages() {
        Arbitrary<String> name =
                Arbitraries.of("From", "TO", "subject", "Date", "X-Own", "List-ID", "Content-Type", "Received", "X-A");
        Arbitrary<String> value = Arbitraries.strings()
                .withChars("abz09@<>.;=\u00e4 \t")
                .ofMaxLength(60)
                .map(v -> v.replace("a ", "a\r\n ").replace("=\t", "=\r\n\t"));
        Arbitrary<String> field = Combinators.combine(name, Arbitraries.of("", " ", "\t"), value)
                .as((n, s, v) -> n + s + ":" + s + v + "\r\n");
        Arbitrary<String> body = Arbitraries.strings()
                .withChars("abz. \t\r\n\u00fc")
                .ofMaxLength(200)
                .map(b -> b.replace("\n", "\r\n"));
        return Combinators.combine(field.list().ofMaxSize(12), body)
                .as((fields, text) -> "From: a@example.org\r\n" + String.join("", fields) + "\r\n" + text);
    }

    private static boolean inUnsignedField(String text, int at) {
        int header = text.indexOf("\r\n\r\n");
        if (at > header) {
            return false;
        }
        int start = 0;
        for (int line = text.indexOf("\r\n"); line >= 0 && line < at; line = text.indexOf("\r\n", line + 2)) {
            char next = text.charAt(line + 2);
            start = next == ' ' || next == '\t' ? start : line + 2;
        }
        return text.startsWith("X-", start) || text.startsWith("Received", start);
    }

    private static List<DkimResult> verify(MessageOctets message) {
        return DkimVerifier.verify(
                message, SigningFixture.dns(SigningFixture.RSA, SigningFixture.ED25519), SigningFixture.NOW);
    }

    private static String fields(byte[] octets) {
        return new String(octets, StandardCharsets.US_ASCII);
    }

    private static String tag(String fields, String name) {
        String text = fields.replaceAll("\\s+", "");
        int start = text.indexOf(";" + name + "=") + name.length() + 2;
        return text.substring(start, text.indexOf(';', start));
    }

    @Test
    void theRulesAreListedOnce() {
        Map<SignedFields.OverSign, List<String>> names = Map.of(
                SignedFields.OverSign.ALWAYS, SignedFields.names(SignedFields.OverSign.ALWAYS),
                SignedFields.OverSign.IF_PRESENT, SignedFields.names(SignedFields.OverSign.IF_PRESENT),
                SignedFields.OverSign.NEVER, SignedFields.names(SignedFields.OverSign.NEVER));
        assertThat(names.values().stream().flatMap(List::stream).toList()).doesNotHaveDuplicates();
        assertThat(names.get(SignedFields.OverSign.ALWAYS)).startsWith("from");
    }
}
