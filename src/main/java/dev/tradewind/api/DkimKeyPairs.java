package dev.tradewind.api;

import dev.tradewind.account.DkimKey;
import dev.tradewind.mail.Domain;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;

/** Makes DKIM keys and reads those that a client brings (PEM or bare base64; PKCS#1 and PKCS#8, without password). */
final class DkimKeyPairs {
    /** DER of AlgorithmIdentifier rsaEncryption with NULL, behind the version 0, as PKCS#8 has it. */
    private static final byte[] PKCS8_RSA = {
        2, 1, 0, 0x30, 0x0d, 6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0
    };

    private static final int LEAST_BITS = 1024;
    private static final int MOST_BITS = 4096;

    private DkimKeyPairs() {}

    static DkimKey.Pair generateRsa(Domain signingDomain, String selector, int bits) {
        KeyPair pair = generate("RSA", bits);
        return new DkimKey.Pair(
                new DkimKey(
                        signingDomain,
                        selector,
                        DkimKey.Algorithm.RSA,
                        pair.getPublic().getEncoded()),
                pair.getPrivate().getEncoded());
    }

    static DkimKey.Pair generateEd25519(Domain signingDomain, String selector) {
        KeyPair pair = generate("Ed25519", 255);
        byte[] spki = pair.getPublic().getEncoded();
        byte[] bare =
                Arrays.copyOfRange(spki, spki.length - 32, spki.length); // RFC 8410: the last 32 octets are the key
        return new DkimKey.Pair(
                new DkimKey(signingDomain, selector, DkimKey.Algorithm.ED25519, bare),
                pair.getPrivate().getEncoded());
    }

    private static KeyPair generate(String algorithm, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java makes no " + algorithm + " keys", e);
        }
    }

    /**
     * Reads a pair that a client brings.
     *
     * @throws Refusal 422 if a part is no RSA key, too short or long, or they do not belong together
     */
    static DkimKey.Pair read(Domain signingDomain, String selector, String privateText, String publicText)
            throws Refusal {
        RSAPrivateCrtKey privateKey = readPrivate(privateText);
        int bits = privateKey.getModulus().bitLength();
        if (bits < LEAST_BITS || bits > MOST_BITS) {
            throw Refusal.format("'dkim.private' has " + bits + " bits; 1024 to 4096 are allowed");
        }
        RSAPublicKey publicKey = readPublic(publicText);
        if (!publicKey.getModulus().equals(privateKey.getModulus())
                || !publicKey.getPublicExponent().equals(privateKey.getPublicExponent())) {
            throw Refusal.combination("'dkim.public' does not belong to 'dkim.private'");
        }
        return new DkimKey.Pair(
                new DkimKey(signingDomain, selector, DkimKey.Algorithm.RSA, publicKey.getEncoded()),
                privateKey.getEncoded());
    }

    private static RSAPrivateCrtKey readPrivate(String text) throws Refusal {
        byte[] der = der(text, "dkim.private");
        PrivateKey key;
        try {
            key = rsa().generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (InvalidKeySpecException notPkcs8) {
            try {
                key = rsa().generatePrivate(new PKCS8EncodedKeySpec(asPkcs8(der)));
            } catch (InvalidKeySpecException e) {
                throw Refusal.format("'dkim.private' is no RSA key in PKCS#1 or PKCS#8 without password");
            }
        }
        if (key instanceof RSAPrivateCrtKey crt) {
            return crt;
        }
        throw Refusal.format("'dkim.private' lacks the numbers of the Chinese remainder theorem");
    }

    private static RSAPublicKey readPublic(String text) throws Refusal {
        byte[] der = der(text, "dkim.public");
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

    private static byte[] asPkcs8(byte[] pkcs1) {
        byte[] octetString = tagged(4, pkcs1);
        byte[] inner = Arrays.copyOf(PKCS8_RSA, PKCS8_RSA.length + octetString.length);
        System.arraycopy(octetString, 0, inner, PKCS8_RSA.length, octetString.length);
        return tagged(0x30, inner);
    }

    private static byte[] tagged(int tag, byte[] value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(value.length + 6);
        out.write(tag);
        int length = value.length;
        if (length < 0x80) {
            out.write(length);
        } else if (length < 0x100) {
            out.write(0x81);
            out.write(length);
        } else {
            out.write(0x82);
            out.write(length >> 8);
            out.write(length);
        }
        out.writeBytes(value);
        return out.toByteArray();
    }

    private static byte[] der(String text, String field) throws Refusal {
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
        throw Refusal.format("'" + field + "' is not a key in PEM or base64");
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
