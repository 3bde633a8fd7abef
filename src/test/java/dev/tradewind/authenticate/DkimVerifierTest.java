package dev.tradewind.authenticate;

import dev.tradewind.authenticate.DkimResult.Outcome;
import dev.tradewind.mail.Domain;
import dev.tradewind.mail.MessageOctets;
import dev.tradewind.sign.DkimKey;
import dev.tradewind.sign.SigningFixture;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import static dev.tradewind.authenticate.DkimResult.Outcome.FAIL;
import static dev.tradewind.authenticate.DkimResult.Outcome.NEUTRAL;
import static dev.tradewind.authenticate.DkimResult.Outcome.PASS;
import static dev.tradewind.authenticate.DkimResult.Outcome.PERMERROR;
import static dev.tradewind.authenticate.DkimResult.Outcome.POLICY;
import static dev.tradewind.authenticate.DkimResult.Outcome.TEMPERROR;
import static org.assertj.core.api.Assertions.assertThat;

class DkimVerifierTest {
    private static final String NAME = "s._domainkey.example.org";
    private static final DkimKey KEY = DkimKey.ofPkcs8(SigningFixture.DOMAIN, "s", SigningFixture.ED25519.pkcs8());
    private static final String RECORD = "v=DKIM1; k=ed25519; p=" + SigningFixture.publicBase64(KEY);
    private static final String TEXT = "From: a@example.org\r\nSubject:  Two  words\r\n\r\nHello  you \r\n\r\n";

    @Test
    void theExampleOfRfc8463Passes() {
        String message = """
                DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
                 d=football.example.com; i=@football.example.com;
                 q=dns/txt; s=brisbane; t=1528637909; h=from : to :
                 subject : date : message-id : from : subject : date;
                 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
                 b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
                 Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
                DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;
                 d=football.example.com; i=@football.example.com;
                 q=dns/txt; s=test; t=1528637909; h=from : to : subject :
                 date : message-id : from : subject : date;
                 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
                 b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3
                 DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz
                 dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=
                From: Joe SixPack <joe@football.example.com>
                To: Suzie Q <suzie@shopping.example.net>
                Subject: Is dinner ready?
                Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
                Message-ID: <20030712040037.46341.5F8J@football.example.com>

                Hi.

                We lost the game.  Are you hungry yet?

                Joe.
                """.replace("\n", "\r\n");
        DkimKeys dns = SigningFixture.dns(SigningFixture.rfc8463Keys().toArray(DkimKey[]::new));

        List<DkimResult> results = DkimVerifier.verify(SigningFixture.message(message), dns, SigningFixture.NOW);

        assertThat(results).extracting(DkimResult::outcome).containsExactly(PASS, PASS);
        assertThat(results).extracting(r -> r.keyBits().orElseThrow()).containsExactly(256, 1024);
        assertThat(results).extracting(r -> r.identity().orElseThrow()).containsOnly("@football.example.com");
    }

    @Test
    void unsignedMessageHasNoResult() {
        assertThat(DkimVerifier.verify(SigningFixture.message(TEXT), SigningFixture.dns(Map.of()), SigningFixture.NOW))
                .isEmpty();
    }

    @Test
    void allFourCanonicalizationsPass() {
        for (String c : List.of(
                "",
                "c=simple; ",
                "c=relaxed; ",
                "c=simple/simple; ",
                "c=simple/relaxed; ",
                "c=relaxed/simple; ",
                "c=relaxed/relaxed; ",
                "c=Relaxed/RELAXED; ")) {
            MessageOctets signed = HandSigner.sign(KEY, c + "d=example.org; s=s; h=from:subject:subject", TEXT);
            expect(signed, RECORD, PASS, "verified");
            boolean relaxedHeader = c.toLowerCase(Locale.ROOT).startsWith("c=relaxed");
            boolean relaxedBody = c.toLowerCase(Locale.ROOT).endsWith("/relaxed; ");
            expect(changed(signed, "Subject:  Two", "SUBJECT: Two"), RECORD, relaxedHeader ? PASS : FAIL, "");
            expect(changed(signed, "Hello  you ", "Hello you"), RECORD, relaxedBody ? PASS : FAIL, "");
            expect(changed(signed, "\r\n\r\nHello", "\r\nX: y\r\n\r\nHello"), RECORD, PASS, "");
            expect(changed(signed, "you \r\n\r\n", "you \r\n"), RECORD, PASS, "");
            expect(changed(signed, "Hello", "Hallo"), RECORD, FAIL, "body has been changed");
            expect(changed(signed, "words", "swords"), RECORD, FAIL, "header field");
        }
    }

    @Test
    void lengthLeavesTheRestOpen() {
        MessageOctets signed = HandSigner.sign(KEY, "c=relaxed/relaxed; d=example.org; s=s; h=from; l=5", TEXT);
        DkimResult result = expect(changed(signed, "you", "all"), RECORD, PASS, "last 6 octets");
        assertThat(result.uncoveredOctets()).isEqualTo(6);

        expect(HandSigner.sign(KEY, "c=relaxed/relaxed; d=example.org; s=s; h=from; l=0", TEXT), RECORD, PASS, "11");
        expect(
                HandSigner.sign(KEY, "c=relaxed/relaxed; d=example.org; s=s; h=from; l=11", TEXT),
                RECORD,
                PASS,
                "verified");
        expect(
                HandSigner.sign(KEY, "c=relaxed/relaxed; d=example.org; s=s; h=from; l=12", TEXT),
                RECORD,
                PERMERROR,
                "than there is");
        expect(
                HandSigner.sign(KEY, "d=example.org; s=s; h=from; l=99999999999999999999999", TEXT),
                RECORD,
                PERMERROR,
                "than there is");
    }

    @Test
    void expiry() {
        long now = SigningFixture.NOW.getEpochSecond();
        expect(HandSigner.sign(KEY, "d=example.org; s=s; h=from; t=1; x=" + now, TEXT), RECORD, PASS, "");
        expect(HandSigner.sign(KEY, "d=example.org; s=s; h=from; t=1; x=" + (now - 1), TEXT), RECORD, FAIL, "expired");
        expect(
                HandSigner.sign(KEY, "d=example.org; s=s; h=from; t=" + now + "; x=" + now, TEXT),
                RECORD,
                PERMERROR,
                "x=");
    }

    @Test
    void signatureOfAnAbsentFieldHoldsUntilItAppears() {
        MessageOctets signed = HandSigner.sign(KEY, "d=example.org; s=s; h=from:reply-to:from", TEXT);
        expect(signed, RECORD, PASS, "");
        expect(changed(signed, "Subject:", "Reply-To: m@example.com\r\nSubject:"), RECORD, FAIL, "");
    }

    @Test
    void ofEqualFieldsTheLowestCountsFirst() {
        MessageOctets signed = HandSigner.sign(KEY, "d=example.org; s=s; h=from:received", "Received: old\r\n" + TEXT);
        String text = SigningFixture.text(signed);
        expect(SigningFixture.message("Received: new\r\n" + text), RECORD, PASS, "");
        expect(changed(signed, "Received: old", "Received: OLD"), RECORD, FAIL, "");
    }

    @Test
    void identities() {
        expect(signedWith("i=bob@example.org"), RECORD, PASS, "");
        expect(signedWith("i=bob@mail.example.org"), RECORD, PASS, "");
        expect(signedWith("i=bob@mail.example.org"), RECORD + "; t=s", PERMERROR, "subdomain");
        expect(signedWith("i=@example.org"), RECORD + "; t=s", PASS, "");
        expect(signedWith("i=bob@example.com"), RECORD, PERMERROR, "not within");
        expect(signedWith("i=bob@badexample.org"), RECORD, PERMERROR, "not within");
        expect(signedWith("i=bob"), RECORD, NEUTRAL, "'@'");
    }

    @Test
    void keyRecords() {
        String p = "p=" + SigningFixture.publicBase64(KEY);
        expect(signedWith(""), "k=ed25519;" + p, PASS, "");
        expect(signedWith(""), "v=DKIM1;k=ed25519;n=note;h=sha256:sha1;s=*;t=;" + p + ";", PASS, "");
        expect(
                signedWith(""),
                "v=DKIM1; k=ed25519; s=email ; " + p.replace("=", "= ").replaceFirst("= $", "="),
                PASS,
                "");
        expect(signedWith(""), "v=DKIM2; k=ed25519; " + p, PERMERROR, "version");
        expect(signedWith(""), "k=ed25519; v=DKIM1; " + p, PERMERROR, "version");
        expect(signedWith(""), "v=DKIM1; k=ed25519; p=", PERMERROR, "revoked");
        expect(signedWith(""), "v=DKIM1; k=ed25519", PERMERROR, "no key");
        expect(signedWith(""), "v=DKIM1; " + p, PERMERROR, "no rsa key");
        expect(signedWith(""), "v=DKIM1; k=dsa; " + p, PERMERROR, "not known");
        expect(signedWith(""), "v=DKIM1; k=ed25519; p=AAAA", PERMERROR, "no ed25519 key");
        expect(signedWith(""), "v=DKIM1; k=ed25519; p=!", PERMERROR, "base64");
        expect(signedWith(""), "v=DKIM1; k=ed25519; h=sha1; " + p, PERMERROR, "SHA-256");
        expect(signedWith(""), "v=DKIM1; k=ed25519; s=web; " + p, PERMERROR, "not for mail");
        expect(
                signedWith(""),
                "v=DKIM1; k=rsa; p=" + SigningFixture.publicBase64(SigningFixture.RSA),
                PERMERROR,
                "type rsa");
        expect(signedWith(""), "not a record", PERMERROR, "cannot be read");
        expect(signedWith(""), "v=DKIM1; v=DKIM1; " + p, PERMERROR, "twice");
        expect(
                signedWith(""),
                "v=DKIM1; k=ed25519; p="
                        + SigningFixture.publicBase64(
                                SigningFixture.rfc8463Keys().getLast()),
                FAIL,
                "key is another");
    }

    @Test
    void ofSeveralRecordsTheFirstUsableCounts() {
        MessageOctets signed = signedWith("");
        DkimKeys keys = (domain, selector) -> new DkimKeys.Found(List.of("v=spf1 -all", "k=ed25519; p=", RECORD));
        assertThat(DkimVerifier.verify(signed, keys, SigningFixture.NOW)).allMatch(DkimResult::isPass);
    }

    @Test
    void testingDomainsDoNotFail() {
        DkimResult pass = expect(signedWith(""), RECORD + "; t=s:y", PASS, "");
        assertThat(pass.testing()).isTrue();
        DkimResult neutral = expect(changed(signedWith(""), "Hello", "Hallo"), RECORD + "; t=y", NEUTRAL, "testing");
        assertThat(neutral.testing()).isTrue();
    }

    @Test
    void signaturesThatCannotBeUsed() {
        expectField("synerr", NEUTRAL, "cannot be read");
        expectField("v=1; a=rsa-sha256; d=example.org; d=example.org", NEUTRAL, "twice");
        String rest = "h=from; bh=AAAA; b=AAAA";
        expectField("v=1; a=rsa-sha256; s=s; " + rest, PERMERROR, "lacks d=");
        expectField("v=1; a=rsa-sha256; d=example.org; " + rest, PERMERROR, "lacks s=");
        expectField("a=rsa-sha256; d=example.org; s=s; " + rest, PERMERROR, "lacks v=");
        expectField("v=2; a=rsa-sha256; d=example.org; s=s; " + rest, NEUTRAL, "version");
        expectField("v=1; a=rsa-md5; d=example.org; s=s; " + rest, NEUTRAL, "algorithm");
        expectField("v=1; a=rsa-sha1; d=example.org; s=s; " + rest, PERMERROR, "RFC 8301");
        expectField("v=1; a=rsa-sha256; d=example..org; s=s; " + rest, NEUTRAL, "domain name");
        expectField("v=1; a=rsa-sha256; d=[192.0.2.1]; s=s; " + rest, NEUTRAL, "address");
        expectField("v=1; a=rsa-sha256; d=example.org; s=s s; " + rest, NEUTRAL, "s= is no domain name");
        expectField("v=1; a=rsa-sha256; c=nofws; d=example.org; s=s; " + rest, NEUTRAL, "canonicalization");
        expectField("v=1; a=rsa-sha256; q=http; d=example.org; s=s; " + rest, NEUTRAL, "looked up");
        expectField("v=1; a=rsa-sha256; d=example.org; s=s; h=to:subject; bh=AAAA; b=AAAA", PERMERROR, "cover From");
        expectField("v=1; a=rsa-sha256; d=example.org; s=s; h=from::to; bh=AAAA; b=AAAA", NEUTRAL, "empty name");
        expectField("v=1; a=rsa-sha256; d=example.org; s=s; h=from; bh=AAAA", PERMERROR, "lacks b=");
        expectField("v=1; a=rsa-sha256; d=example.org; s=s; h=from; bh=; b=AAAA", NEUTRAL, "bh= is empty");
        expectField("v=1; a=rsa-sha256; d=example.org; s=s; h=from; bh=AAAA; b=*", NEUTRAL, "b= is no base64");
        expectField("v=1; a=rsa-sha256; d=example.org; s=s; t=now; " + rest, NEUTRAL, "t= is no number");
        expectField("v=1; a=rsa-sha256; d=example.org; s=s; l=-1; " + rest, NEUTRAL, "l= is no number");
    }

    @Test
    void answersOfTheDns() {
        MessageOctets signed = signedWith("");
        DkimResult none = DkimVerifier.verify(signed, (d, s) -> new DkimKeys.None(), SigningFixture.NOW)
                .getFirst();
        assertThat(none.outcome()).isEqualTo(PERMERROR);
        assertThat(none.domain()).contains(new Domain("example.org"));
        DkimResult later = DkimVerifier.verify(
                        signed, (d, s) -> new DkimKeys.TemporaryFailure("SERVFAIL"), SigningFixture.NOW)
                .getFirst();
        assertThat(later.outcome()).isEqualTo(TEMPERROR);
        assertThat(later.reason()).contains("SERVFAIL");
    }

    @Test
    void weakRsaKeyProvesNothing() throws NoSuchAlgorithmException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(768);
        KeyPair pair = generator.generateKeyPair();
        String p = Base64.getEncoder().encodeToString(pair.getPublic().getEncoded());
        MessageOctets signed = HandSigner.sign(pair.getPrivate(), "rsa-sha256", "d=example.org; s=s; h=from", TEXT);
        DkimResult result = expect(signed, "v=DKIM1; p=" + p, POLICY, "768 bits");
        assertThat(result.keyBits()).hasValue(768);
    }

    @Test
    void bareRsaPublicKeyIsTaken() {
        DkimKey key = DkimKey.ofPkcs8(SigningFixture.DOMAIN, "s", SigningFixture.RSA.pkcs8());
        byte[] info = Base64.getDecoder().decode(SigningFixture.publicBase64(key));
        byte[] bare = Arrays.copyOfRange(info, 24, info.length); // behind identifier and BIT STRING header
        MessageOctets signed = HandSigner.sign(key, "d=example.org; s=s; h=from", TEXT);
        expect(signed, "v=DKIM1; k=rsa; p=" + Base64.getEncoder().encodeToString(info), PASS, "");
        expect(signed, "v=DKIM1; k=rsa; p=" + Base64.getEncoder().encodeToString(bare), PASS, "");
    }

    @Test
    void internationalDomainsAreLookedUpAsALabels() {
        MessageOctets signed = HandSigner.sign(
                KEY,
                new String(
                        "d=b\u00fccher.example; s=s; h=from".getBytes(StandardCharsets.UTF_8),
                        StandardCharsets.ISO_8859_1),
                TEXT);
        DkimKeys keys = (domain, selector) -> domain.name().equals("xn--bcher-kva.example")
                ? new DkimKeys.Found(List.of(RECORD))
                : new DkimKeys.None();
        assertThat(DkimVerifier.verify(signed, keys, SigningFixture.NOW)).allMatch(DkimResult::isPass);
    }

    @Test
    void tenSignaturesAreChecked() {
        String text = SigningFixture.text(signedWith(""));
        String field = text.substring(0, text.length() - TEXT.length());
        AtomicInteger asked = new AtomicInteger();
        List<DkimResult> results = DkimVerifier.verify(
                SigningFixture.message(field.repeat(30) + TEXT),
                (domain, selector) -> {
                    asked.incrementAndGet();
                    return new DkimKeys.Found(List.of(RECORD));
                },
                SigningFixture.NOW);
        assertThat(results).hasSize(DkimVerifier.MAX_SIGNATURES).allMatch(DkimResult::isPass);
        assertThat(asked).hasValue(DkimVerifier.MAX_SIGNATURES);
    }

    @Test
    void aSignatureNeverCoversItself() {
        MessageOctets signed = HandSigner.sign(KEY, "d=example.org; s=s; h=from:dkim-signature", TEXT);
        expect(signed, RECORD, PASS, "");
        MessageOctets over = HandSigner.sign(
                KEY, "d=example.org; s=s; h=from:dkim-signature:dkim-signature", "DKIM-Signature: older\r\n" + TEXT);
        assertThat(DkimVerifier.verify(over, SigningFixture.dns(Map.of(NAME, RECORD)), SigningFixture.NOW))
                .extracting(DkimResult::outcome)
                .containsExactly(PASS, NEUTRAL);
    }

    @Property(tries = 1000)
    void anySignatureFieldGivesAResult(@ForAll byte[] octets) {
        String value = new String(octets, StandardCharsets.ISO_8859_1);
        for (String text : List.of(
                value,
                "v=1; a=rsa-sha256; d=example.org; s=s; h=from; bh=AAAA; b=AAAA; " + value,
                "v=1; a=ed25519-sha256; d=" + value + "; s=s; h=from; bh=AAAA; b=AAAA")) {
            List<DkimResult> results = DkimVerifier.verify(
                    SigningFixture.message("DKIM-Signature: " + text + "\r\n" + TEXT),
                    (d, s) -> new DkimKeys.Found(List.of(RECORD)),
                    SigningFixture.NOW);
            assertThat(results).noneMatch(DkimResult::isPass);
        }
    }

    @Property(tries = 1000)
    void anyKeyRecordGivesAResult(@ForAll String text, @ForAll byte[] key) {
        MessageOctets signed = signedWith("");
        String base64 = Base64.getEncoder().encodeToString(key);
        for (String record : List.of(text, "v=DKIM1; p=" + base64, "k=ed25519; p=" + base64 + ";" + text)) {
            assertThat(DkimVerifier.verify(signed, SigningFixture.dns(Map.of(NAME, record)), SigningFixture.NOW))
                    .hasSize(1)
                    .noneMatch(DkimResult::isPass);
        }
    }

    private static MessageOctets signedWith(String tag) {
        return HandSigner.sign(
                KEY, "c=relaxed/relaxed; d=example.org; s=s; h=from" + (tag.isEmpty() ? "" : "; " + tag), TEXT);
    }

    private static MessageOctets changed(MessageOctets message, String from, String to) {
        String text = SigningFixture.text(message);
        assertThat(text).contains(from);
        return SigningFixture.message(text.replace(from, to));
    }

    private static void expectField(String field, Outcome outcome, String reason) {
        expect(SigningFixture.message("DKIM-Signature: " + field + "\r\n" + TEXT), RECORD, outcome, reason);
    }

    private static DkimResult expect(MessageOctets message, String record, Outcome outcome, String reason) {
        Instant now = SigningFixture.NOW;
        List<DkimResult> results = DkimVerifier.verify(message, SigningFixture.dns(Map.of(NAME, record)), now);
        assertThat(results).hasSize(1);
        assertThat(results.getFirst().outcome()).as(results.toString()).isEqualTo(outcome);
        assertThat(results.getFirst().reason()).contains(reason);
        return results.getFirst();
    }
}
