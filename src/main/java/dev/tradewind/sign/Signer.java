package dev.tradewind.sign;

import java.security.MessageDigest;

/**
 * The cryptography behind {@link DkimSigner}: native code by preference, see {@link Signers}. Both algorithms are deterministic, so every
 * implementation gives the same octets. Safe for use by many threads, virtual ones included: a call computes, it never waits.
 */
public interface Signer {
    /** Which library this is and its version, for the log and the console. */
    String name();

    /**
     * The signature, as {@code key.algorithm()} defines it, of {@code data[offset..offset + length)}.
     *
     * @throws IllegalStateException if the library fails, which is not expected of a key that {@link DkimKey} accepted
     */
    byte[] sign(DkimKey key, byte[] data, int offset, int length);

    /** A new SHA-256. */
    MessageDigest sha256();
}
