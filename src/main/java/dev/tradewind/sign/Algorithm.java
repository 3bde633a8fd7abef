package dev.tradewind.sign;

/** The signature algorithms that may be used for signing: RFC 8301 §3.1 left one, RFC 8463 added one. */
public enum Algorithm {
    /** RSASSA-PKCS1-v1_5 over SHA-256. */
    RSA_SHA256("rsa-sha256"),
    /** PureEdDSA (RFC 8032) over the SHA-256 of the data, RFC 8463 §3. */
    ED25519_SHA256("ed25519-sha256");

    private final String tagValue;

    Algorithm(String tagValue) {
        this.tagValue = tagValue;
    }

    /** The value of {@code a=} in a signature. */
    public String tagValue() {
        return tagValue;
    }
}
