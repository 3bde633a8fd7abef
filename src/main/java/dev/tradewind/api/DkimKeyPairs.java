package dev.tradewind.api;

import dev.tradewind.account.DkimKeyPair;
import dev.tradewind.account.DkimPublicKey;
import dev.tradewind.mail.Domain;
import dev.tradewind.sign.DkimKey;
import dev.tradewind.sign.RefusedKeyException;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;

/**
 * DKIM keys on their way into the store: made, or brought by a client (PEM or bare base64; PKCS#1 and PKCS#8, without password). What a
 * key is and which may be used is {@link DkimKey}'s.
 */
public final class DkimKeyPairs {
    private DkimKeyPairs() {}

    /** A new RSA key. */
    public static DkimKeyPair generateRsa(Domain signingDomain, String selector, int bits, SecureRandom random) {
        return pair(DkimKey.generateRsa(signingDomain, selector, bits, random));
    }

    static DkimKeyPair generateEd25519(Domain signingDomain, String selector, SecureRandom random) {
        return pair(DkimKey.generateEd25519(signingDomain, selector, random));
    }

    private static DkimKeyPair pair(DkimKey key) {
        DkimPublicKey.Algorithm algorithm = switch (key.algorithm()) {
            case RSA_SHA256 -> DkimPublicKey.Algorithm.RSA;
            case ED25519_SHA256 -> DkimPublicKey.Algorithm.ED25519;
        };
        return new DkimKeyPair(
                new DkimPublicKey(key.domain(), key.selector(), algorithm, key.publicKey()), key.pkcs8());
    }

    /**
     * Reads a pair that a client brings.
     *
     * @throws Refusal 422 if a part is no RSA key, too short or long, or they do not belong together
     */
    static DkimKeyPair read(Domain signingDomain, String selector, String privateText, String publicText)
            throws Refusal {
        DkimKeyPair pair;
        try {
            pair = pair(DkimKey.ofPem(signingDomain, selector, privateText));
        } catch (RefusedKeyException e) {
            throw Refusal.format("'dkim.private': " + e.getMessage());
        }
        if (pair.key().algorithm() != DkimPublicKey.Algorithm.RSA) {
            throw Refusal.format("'dkim.private' is no RSA key");
        }
        if (!Arrays.equals(readPublic(publicText).getEncoded(), pair.key().publicKey())) {
            throw Refusal.combination("'dkim.public' does not belong to 'dkim.private'");
        }
        return pair;
    }

    private static RSAPublicKey readPublic(String text) throws Refusal {
        byte[] der = der(text);
        try {
            PublicKey key = rsa().generatePublic(new X509EncodedKeySpec(der));
            if (key instanceof RSAPublicKey publicKey) {
                return publicKey;
            }
        } catch (InvalidKeySpecException notSpki) {
            RSAPublicKey key = pkcs1Public(der);
            if (key != null) {
                return key;
            }
        }
        throw Refusal.format("'dkim.public' is no RSA public key");
    }

    /** RSAPublicKey of PKCS#1: SEQUENCE of modulus and exponent. */
    private static @org.jspecify.annotations.Nullable RSAPublicKey pkcs1Public(byte[] der) {
        try {
            Der in = new Der(der);
            Der sequence = new Der(in.value(0x30));
            BigInteger modulus = new BigInteger(sequence.value(2));
            BigInteger exponent = new BigInteger(sequence.value(2));
            return (RSAPublicKey) rsa().generatePublic(new RSAPublicKeySpec(modulus, exponent));
        } catch (IllegalArgumentException | InvalidKeySpecException e) {
            return null;
        }
    }

    private static byte[] der(String text) throws Refusal {
        StringBuilder base64 = new StringBuilder();
        for (String line : text.split("[\r\n]+", -1)) {
            if (!line.startsWith("-----")) {
                base64.append(line.strip());
            }
        }
        try {
            byte[] der = Base64.getDecoder().decode(base64.toString());
            if (der.length > 0 && der.length < 0x4000) {
                return der;
            }
        } catch (IllegalArgumentException notBase64) {
            // refused below
        }
        throw Refusal.format("'dkim.public' is not a key in PEM or base64");
    }

    private static KeyFactory rsa() {
        try {
            return KeyFactory.getInstance("RSA");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has RSA", e);
        }
    }

    /** Just enough of DER. */
    private static final class Der {
        private final byte[] octets;
        private int at;

        Der(byte[] octets) {
            this.octets = octets;
        }

        byte[] value(int tag) {
            if (next() != tag) {
                throw new IllegalArgumentException("no DER value with tag " + tag);
            }
            int length = next();
            if (length > 0x80) {
                int count = length - 0x80;
                length = 0;
                for (int i = 0; i < count && i < 3; i++) {
                    length = length << 8 | next();
                }
            }
            if (length > octets.length - at) {
                throw new IllegalArgumentException("DER value is cut off");
            }
            at += length;
            return Arrays.copyOfRange(octets, at - length, at);
        }

        private int next() {
            if (at >= octets.length) {
                throw new IllegalArgumentException("DER value is cut off");
            }
            return octets[at++] & 0xff;
        }
    }
}
