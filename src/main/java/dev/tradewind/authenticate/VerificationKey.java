package dev.tradewind.authenticate;

import dev.tradewind.sign.NativeProvider;
import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Optional;

/**
 * A public key from a key record, with the cryptography that understood it: native code by preference, else the Java runtime's, which
 * takes more kinds of odd but valid keys.
 *
 * @param bits of the RSA modulus; 256 for Ed25519
 */
record VerificationKey(PublicKey key, Provider provider, boolean edwards, int bits) {
    /** Longest key that is looked at, in octets: an RSA key of 16384 bits has 2086. */
    private static final int MAX_OCTETS = 4096;

    /** SubjectPublicKeyInfo of an Ed25519 key up to its 32 octets (RFC 8410 §4). */
    private static final byte[] ED25519_PUBLIC = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00
    };

    /** SEQUENCE { rsaEncryption, NULL }, RFC 8017 appendix A.1. */
    private static final byte[] RSA_IDENTIFIER = {
        0x30, 0x0d, 0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00
    };

    /** The key in a {@code k=rsa} record: SubjectPublicKeyInfo as everybody publishes, or the bare RSAPublicKey of RFC 6376 §3.6.1. */
    static Optional<VerificationKey> rsa(byte[] octets) {
        if (octets.length > MAX_OCTETS) {
            return Optional.empty();
        }
        Optional<VerificationKey> key = read(false, octets);
        return key.isPresent() ? key : read(false, wrapped(octets));
    }

    /** The key in a {@code k=ed25519} record: 32 octets and nothing else (RFC 8463 §4.2). */
    static Optional<VerificationKey> ed25519(byte[] octets) {
        if (octets.length != 32) {
            return Optional.empty();
        }
        ByteArrayOutputStream info = new ByteArrayOutputStream();
        info.writeBytes(ED25519_PUBLIC);
        info.writeBytes(octets);
        return read(true, info.toByteArray());
    }

    private static Optional<VerificationKey> read(boolean edwards, byte[] info) {
        Optional<VerificationKey> key = read(edwards, edwards ? "EdDSA" : "RSA", NativeProvider.get(), info);
        if (key.isPresent()) {
            return key;
        }
        return edwards
                ? read(true, "Ed25519", Security.getProvider("SunEC"), info)
                : read(false, "RSA", Security.getProvider("SunRsaSign"), info);
    }

    private static Optional<VerificationKey> read(
            boolean edwards, String factory, @Nullable Provider provider, byte[] info) {
        if (provider == null) {
            return Optional.empty();
        }
        try {
            PublicKey key = KeyFactory.getInstance(factory, provider).generatePublic(new X509EncodedKeySpec(info));
            int bits = key instanceof RSAPublicKey rsa ? rsa.getModulus().bitLength() : 256;
            return Optional.of(new VerificationKey(key, provider, edwards, bits));
        } catch (GeneralSecurityException | RuntimeException noKey) {
            return Optional.empty(); // what the DNS holds is anybody's octets, and providers answer some with unchecked
            // exceptions
        }
    }

    /** Whether {@code signature} is that of {@code data[0..length)}: with SHA-256 for RSA, over the SHA-256 of the data for Ed25519. */
    boolean verifies(byte[] data, int length, byte[] signature) {
        try {
            Signature verification = Signature.getInstance(edwards ? "Ed25519" : "SHA256withRSA", provider);
            verification.initVerify(key);
            if (edwards) {
                MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
                sha256.update(data, 0, length);
                verification.update(sha256.digest());
            } else {
                verification.update(data, 0, length);
            }
            return verification.verify(signature);
        } catch (SignatureException malformed) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(provider.getInfo() + " does not take its own key", e);
        }
    }

    private static byte[] wrapped(byte[] rsaPublicKey) {
        ByteArrayOutputStream bits = new ByteArrayOutputStream();
        bits.write(0);
        bits.writeBytes(rsaPublicKey);
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.writeBytes(RSA_IDENTIFIER);
        content.writeBytes(element(0x03, bits.toByteArray()));
        return element(0x30, content.toByteArray());
    }

    private static byte[] element(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.length >= 0x100) {
            out.write(0x82);
            out.write(content.length >> 8);
        } else if (content.length >= 0x80) {
            out.write(0x81);
        }
        out.write(content.length);
        out.writeBytes(content);
        return out.toByteArray();
    }
}
