package dev.tradewind.spool;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Names content that messages share: the account and the SHA-256 of the stored octets, so that the same content is stored once an account.
 *
 * @param account owner
 * @param sha256  32 octets, never written to
 */
public record ContentId(int account, byte[] sha256) {
    public ContentId {
        if (sha256.length != 32) {
            throw new IllegalArgumentException("a SHA-256 has 32 octets, not " + sha256.length);
        }
    }

    /** The name of some content. */
    public static ContentId of(int account, byte[] content) {
        try {
            return new ContentId(account, MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ContentId id && account == id.account && Arrays.equals(sha256, id.sha256);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sha256) ^ account;
    }

    @Override
    public String toString() {
        return account + "/" + HexFormat.of().formatHex(sha256);
    }
}
