package dev.tradewind.account;

import dev.tradewind.mail.Domain;

import java.util.Base64;

/**
 * The public side of a DKIM key (RFC 6376 §3.6.1, RFC 8463).
 *
 * @param signingDomain SDID, {@code d=}
 * @param selector      {@code s=}, one or more DNS labels
 * @param algorithm     {@code k=}
 * @param publicKey     RSA: X.509 SubjectPublicKeyInfo (DER); Ed25519: the 32 octets of the key, as both stand in {@code p=}
 */
public record DkimPublicKey(Domain signingDomain, String selector, Algorithm algorithm, byte[] publicKey) {
    /** {@code k=}. */
    public enum Algorithm {
        RSA("rsa"),
        ED25519("ed25519");

        private final String wireName;

        Algorithm(String wireName) {
            this.wireName = wireName;
        }

        /** The name in a key record. */
        public String wireName() {
            return wireName;
        }
    }

    /** {@code p=}. */
    public String publicBase64() {
        return Base64.getEncoder().encodeToString(publicKey);
    }

    /** Where it is published. */
    public String recordName() {
        return selector + "._domainkey." + signingDomain.name();
    }

    /** What to publish. */
    public String recordValue() {
        return "v=DKIM1; k=" + algorithm.wireName() + "; h=sha256; p=" + publicBase64();
    }

    @Override
    public String toString() {
        return recordName() + " (" + algorithm.wireName() + ")";
    }
}
