package dev.tradewind.account;

/**
 * A DKIM key with its private side on the way into the store, which encrypts it.
 *
 * @param key          what is published
 * @param privatePkcs8 unencrypted PKCS#8
 */
public record DkimKeyPair(DkimPublicKey key, byte[] privatePkcs8) {
    /** Never shows the private part. */
    @Override
    public String toString() {
        return key.toString();
    }
}
