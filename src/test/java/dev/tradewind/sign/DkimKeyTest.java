package dev.tradewind.sign;

import dev.tradewind.mail.Domain;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DkimKeyTest {
    private static final Domain DOMAIN = SigningFixture.DOMAIN;

    @Test
    void pemAndPkcs8RoundTrip() {
        for (DkimKey key : List.of(SigningFixture.RSA, SigningFixture.ED25519)) {
            DkimKey fromPem = DkimKey.ofPem(DOMAIN, key.selector(), key.pkcs8Pem());
            DkimKey fromOctets = DkimKey.ofPkcs8(DOMAIN, key.selector(), key.pkcs8());
            DkimKey fromBase64 =
                    DkimKey.ofPem(DOMAIN, key.selector(), Base64.getEncoder().encodeToString(key.pkcs8()));
            for (DkimKey read : List.of(fromPem, fromOctets, fromBase64)) {
                assertThat(read.pkcs8()).isEqualTo(key.pkcs8());
                assertThat(SigningFixture.publicBase64(read)).isEqualTo(SigningFixture.publicBase64(key));
                assertThat(read.algorithm()).isEqualTo(key.algorithm());
                assertThat(read.bits()).isEqualTo(key.bits());
                assertThat(SigningFixture.record(read)).isEqualTo(SigningFixture.record(key));
            }
        }
    }

    @Test
    void pkcs1IsReadWithAndWithoutPemLines() {
        DkimKey key = SigningFixture.rfc8463Keys().getFirst();
        byte[] pkcs8 = key.pkcs8();
        byte[] pkcs1 = Arrays.copyOfRange(pkcs8, 26, pkcs8.length); // behind version, algorithm, OCTET STRING
        String base64 = Base64.getEncoder().encodeToString(pkcs1);

        DkimKey bare = DkimKey.ofPem(DOMAIN, "s", "  " + base64.substring(0, 100) + "\r\n" + base64.substring(100));
        DkimKey pem = DkimKey.ofPem(
                DOMAIN, "s", "note\n-----BEGIN RSA PRIVATE KEY-----\n" + base64 + "\n-----END RSA PRIVATE KEY-----\n");

        assertThat(bare.pkcs8()).isEqualTo(pkcs8);
        assertThat(pem.pkcs8()).isEqualTo(pkcs8);
    }

    @Test
    void publicKeysAreThoseOfTheRfcExample() {
        List<DkimKey> keys = SigningFixture.rfc8463Keys();

        assertThat(keys.getLast().dnsName()).isEqualTo("brisbane._domainkey.football.example.com");
        assertThat(SigningFixture.record(keys.getLast()))
                .isEqualTo("v=DKIM1; k=ed25519; h=sha256; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
        assertThat(SigningFixture.publicBase64(keys.getFirst()))
                .startsWith("MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5q")
                .endsWith("/l/K4w3QIDAQAB".substring(1));
    }

    @Test
    void thePrivateKeyIsNotPrinted() {
        String secret = Base64.getEncoder().encodeToString(SigningFixture.RSA.pkcs8());

        assertThat(SigningFixture.RSA).hasToString("DkimKey[s2026._domainkey.example.org, rsa-sha256, 2048 bits]");
        for (String text : List.of("-----BEGIN PRIVATE KEY-----" + secret, secret.substring(4), secret + "!")) {
            assertThatThrownBy(() -> DkimKey.ofPem(DOMAIN, "s", text))
                    .isInstanceOf(RefusedKeyException.class)
                    .hasMessageNotContaining(secret.substring(100, 110));
        }
    }

    @Test
    void refusalsSayWhatToDo() throws NoSuchAlgorithmException {
        refused("", "empty");
        refused("hello, key", "neither PEM nor base64");
        refused("-----BEGIN PRIVATE KEY-----\nAAAA", "cut off");
        refused("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "another kind");
        refused("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----", "passphrase");
        refused("AAAA", "neither RSA nor Ed25519");
        refused("A".repeat(40_000), "limit 32768");
        KeyPairGenerator small = KeyPairGenerator.getInstance("RSA");
        small.initialize(768);
        refused(
                Base64.getEncoder()
                        .encodeToString(small.generateKeyPair().getPrivate().getEncoded()),
                "RSA of 768 bits; use 1024 to 4096");
        KeyPairGenerator curve = KeyPairGenerator.getInstance("EC");
        refused(
                Base64.getEncoder()
                        .encodeToString(curve.generateKeyPair().getPrivate().getEncoded()),
                "neither RSA nor Ed25519");
        assertThatThrownBy(() -> DkimKey.generateRsa(DOMAIN, "s", 512, new SecureRandom()))
                .isInstanceOf(RefusedKeyException.class);
    }

    @Test
    void anRsaKeyWhoseNumbersDoNotFitIsRefused() {
        byte[] pkcs8 = SigningFixture.RSA.pkcs8();
        pkcs8[pkcs8.length - 10] ^= 1; // inside the CRT coefficient
        assertThatThrownBy(() -> DkimKey.ofPkcs8(DOMAIN, "s", pkcs8))
                .isInstanceOf(RefusedKeyException.class)
                .hasMessageContaining("damaged");
    }

    @Test
    void selectorsAreNames() {
        assertThat(DkimKey.ofPkcs8(DOMAIN, "March2026.Mail", SigningFixture.ED25519.pkcs8())
                        .selector())
                .isEqualTo("march2026.mail");
        for (String selector : List.of("", "a b", "a..b", "ä", "x".repeat(64), "-a", "a;b", "[1]")) {
            assertThatThrownBy(() -> DkimKey.ofPkcs8(DOMAIN, selector, SigningFixture.ED25519.pkcs8()))
                    .isInstanceOf(RefusedKeyException.class);
        }
    }

    @Property(tries = 500)
    void anyTextIsAKeyOrRefused(@ForAll String text) {
        keyOrRefused(text);
        keyOrRefused("-----BEGIN PRIVATE KEY-----" + text + "-----END PRIVATE KEY-----");
    }

    @Property(tries = 500)
    void anyOctetsAreAKeyOrRefused(@ForAll @Size(max = 100) byte[] octets) {
        keyOrRefused(Base64.getEncoder().encodeToString(octets));
        keyOrRefused("-----BEGIN RSA PRIVATE KEY-----" + Base64.getEncoder().encodeToString(octets)
                + "-----END RSA PRIVATE KEY-----");
    }

    @Property(tries = 500)
    void anyDamageToAKeyIsAnotherKeyOrRefused(@ForAll int position, @ForAll byte difference) {
        for (DkimKey key : List.of(SigningFixture.RSA, SigningFixture.ED25519)) {
            byte[] damaged = key.pkcs8();
            damaged[Math.floorMod(position, damaged.length)] ^= difference;
            keyOrRefused(Base64.getEncoder().encodeToString(damaged));
        }
    }

    private static void keyOrRefused(String text) {
        try {
            assertThat(SigningFixture.publicBase64(DkimKey.ofPem(DOMAIN, "s", text))
                            .getBytes(StandardCharsets.US_ASCII))
                    .isNotEmpty();
        } catch (RefusedKeyException refused) {
            assertThat(refused).hasMessageNotContaining("null");
        }
    }

    private static void refused(String text, String reason) {
        assertThatThrownBy(() -> DkimKey.ofPem(DOMAIN, "s", text))
                .isInstanceOf(RefusedKeyException.class)
                .hasMessageContaining(reason);
    }
}
