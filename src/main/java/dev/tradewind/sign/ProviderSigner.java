package dev.tradewind.sign;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;

/**
 * Signs with providers of the Java cryptography architecture, named one by one so that nobody's installed providers change the choice.
 *
 * <p>A {@code Signature} is made for each call: with a key that is the provider's own, making and initialising one was measured at 1 µs
 * against 235 µs for the signature, so there is no pool to share among threads. A key of another provider would be converted each time
 * (three times the cost), hence {@link DkimKey#preparedFor}.
 */
final class ProviderSigner implements Signer {
    private final String name;
    private final Provider rsa;
    private final Provider edwards;
    private final String edwardsKeyFactory;
    private final Provider digest;

    private ProviderSigner(String name, Provider rsa, Provider edwards, String edwardsKeyFactory, Provider digest) {
        this.name = name;
        this.rsa = rsa;
        this.edwards = edwards;
        this.edwardsKeyFactory = edwardsKeyFactory;
        this.digest = digest;
    }

    /** By AWS-LC, through the Amazon Corretto Crypto Provider. */
    static ProviderSigner corretto(Provider provider) {
        return new ProviderSigner(provider.getInfo(), provider, provider, "EdDSA", provider);
    }

    /** By the Java runtime's own code. */
    static ProviderSigner jdk() {
        return new ProviderSigner(
                "Java " + Runtime.version() + " (SunRsaSign, SunEC)",
                installed("SunRsaSign"),
                installed("SunEC"),
                "Ed25519",
                installed("SUN"));
    }

    private static Provider installed(String name) {
        Provider provider = Security.getProvider(name);
        if (provider == null) {
            throw new IllegalStateException("this Java runtime lacks the security provider " + name);
        }
        return provider;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public byte[] sign(DkimKey key, byte[] data, int offset, int length) {
        try {
            return switch (key.algorithm()) {
                case RSA_SHA256 -> {
                    Signature signature = Signature.getInstance("SHA256withRSA", rsa);
                    signature.initSign(privateKey(key, "RSA", rsa));
                    signature.update(data, offset, length);
                    yield signature.sign();
                }
                case ED25519_SHA256 -> {
                    MessageDigest sha256 = sha256();
                    sha256.update(data, offset, length);
                    Signature signature = Signature.getInstance("Ed25519", edwards);
                    signature.initSign(privateKey(key, edwardsKeyFactory, edwards));
                    signature.update(sha256.digest());
                    yield signature.sign();
                }
            };
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(name + " cannot sign with " + key, e);
        }
    }

    private PrivateKey privateKey(DkimKey key, String keyFactory, Provider provider) {
        return (PrivateKey) key.preparedFor(this, pkcs8 -> {
            try {
                return KeyFactory.getInstance(keyFactory, provider).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(name + " does not take " + key, e);
            }
        });
    }

    @Override
    public MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256", digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(name + " lacks SHA-256", e);
        }
    }
}
