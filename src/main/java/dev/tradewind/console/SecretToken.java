package dev.tradewind.console;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/**
 * A secret of 256 random bits that a browser shows to be recognised. Kept by its hash only, so that looking one up takes a time that tells
 * nothing and a dump of memory holds none.
 *
 * @param value 43 characters, safe in a URL and a cookie
 */
record SecretToken(String value) {
    private static final int OCTETS = 32;

    static SecretToken random(SecureRandom random) {
        byte[] octets = new byte[OCTETS];
        random.nextBytes(octets);
        return new SecretToken(Base64.getUrlEncoder().withoutPadding().encodeToString(octets));
    }

    /** Under what it is kept. */
    String hash() {
        return hash(value);
    }

    /** The hash of what somebody shows. */
    static String hash(String shown) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(shown.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime lacks SHA-256", e);
        }
    }

    /** Never shows the secret. */
    @Override
    public String toString() {
        return "token";
    }
}
