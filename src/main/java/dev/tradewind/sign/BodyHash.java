package dev.tradewind.sign;

import dev.tradewind.mail.MessageOctets;

import java.security.MessageDigest;
import java.util.Base64;

/**
 * The SHA-256 of a body in relaxed canonical form, the {@code bh=} of a signature (RFC 6376 §3.7). It depends on the body alone, so it
 * can be kept and given again: for a retry, another key, or another recipient of the same body.
 *
 * @param base64 44 characters of base64
 */
public record BodyHash(String base64) {
    private static final int CHARACTERS = 44;

    /** @throws IllegalArgumentException if this is not the base64 of 32 octets */
    public BodyHash {
        if (base64.length() != CHARACTERS || Base64.getDecoder().decode(base64).length != 32) {
            throw new IllegalArgumentException(
                    "body hash of " + base64.length() + " characters; 44 characters of base64 are expected");
        }
    }

    /** Hashes the body of {@code message} with {@code sha256}, which is fresh or reset. */
    static BodyHash of(MessageOctets message, MessageDigest sha256) {
        byte[] octets = message.octets();
        Canonicalization.RELAXED.body(octets, message.bodyOffset(), octets.length, Canonicalization.NO_LIMIT, sha256);
        return new BodyHash(Base64.getEncoder().encodeToString(sha256.digest()));
    }
}
