package dev.tradewind.sign;

import dev.tradewind.mail.Domain;
import org.jspecify.annotations.Nullable;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;

/**
 * One key of a signing domain: the private key, and the name under which its public half stands in the DNS. Immutable and safe for use by
 * many threads. The private key leaves only through {@link #pkcs8()} and {@link #pkcs8Pem()}; it is never in {@link #toString()}.
 *
 * <p>RSA keys have 1024 to 4096 bits (RFC 8301 §3.2; 2048 is right for most, 4096 costs six times the time), Ed25519 keys are as RFC 8463.
 */
public final class DkimKey {
    /** Smallest RSA key that a verifier may accept, RFC 8301 §3.2. */
    public static final int MIN_RSA_BITS = 1024;
    /** Largest RSA key that every verifier must accept, RFC 8301 §3.2. */
    public static final int MAX_RSA_BITS = 4096;

    private static final String RSA_PROVIDER = "SunRsaSign";
    private static final String ED25519_PROVIDER = "SunEC";

    private final Domain domain;
    private final String selector;
    private final Algorithm algorithm;
    private final byte[] pkcs8;
    private final int bits;
    private volatile byte @Nullable [] publicKey;
    private volatile @Nullable Prepared prepared;

    private record Prepared(Signer owner, Object handle) {}

    private DkimKey(
            Domain domain, String selector, Algorithm algorithm, byte[] pkcs8, int bits, byte @Nullable [] publicKey) {
        this.domain = domain;
        this.selector = checkedSelector(domain, selector);
        this.algorithm = algorithm;
        this.pkcs8 = pkcs8;
        this.bits = bits;
        this.publicKey = publicKey;
    }

    /**
     * A key from text: PEM of PKCS#8 or PKCS#1, or the bare base64 of either.
     *
     * @param selector one or more labels of letters, digits, hyphens and underscores
     * @throws RefusedKeyException if this is no usable key, or the selector is none, with the reason
     */
    public static DkimKey ofPem(Domain domain, String selector, String text) {
        KeyEncoding.Encoded encoded = KeyEncoding.decode(text);
        if ("RSA PRIVATE KEY".equals(encoded.label())) {
            return ofPkcs8(domain, selector, KeyEncoding.pkcs8OfPkcs1(encoded.der()));
        }
        if (encoded.label() == null && looksLikePkcs1(encoded.der())) {
            return ofPkcs8(domain, selector, KeyEncoding.pkcs8OfPkcs1(encoded.der()));
        }
        return ofPkcs8(domain, selector, encoded.der());
    }

    /**
     * A key from its PKCS#8 octets, as {@link #pkcs8()} gave them.
     *
     * @throws RefusedKeyException if this is no usable key, or the selector is none, with the reason
     */
    public static DkimKey ofPkcs8(Domain domain, String selector, byte[] pkcs8) {
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(pkcs8);
        try {
            if (KeyFactory.getInstance("RSA", RSA_PROVIDER).generatePrivate(spec) instanceof RSAPrivateCrtKey rsa) {
                return ofRsa(domain, selector, rsa);
            }
        } catch (InvalidKeySpecException notRsa) {
            return ofEd25519(domain, selector, spec);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks RSA", e);
        }
        throw new RefusedKeyException("private key: an RSA key without its primes; export it whole");
    }

    private static DkimKey ofRsa(Domain domain, String selector, RSAPrivateCrtKey rsa) throws GeneralSecurityException {
        int bits = rsa.getModulus().bitLength();
        if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
            throw new RefusedKeyException("private key: RSA of " + bits + " bits; use " + MIN_RSA_BITS + " to "
                    + MAX_RSA_BITS + ", best 2048 (RFC 8301 section 3.2)");
        }
        if (!isConsistent(rsa)) {
            throw new RefusedKeyException("private key: damaged, its RSA numbers do not belong together");
        }
        byte[] publicKey = KeyFactory.getInstance("RSA", RSA_PROVIDER)
                .generatePublic(new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent()))
                .getEncoded();
        return new DkimKey(domain, selector, Algorithm.RSA_SHA256, rsa.getEncoded(), bits, publicKey);
    }

    private static DkimKey ofEd25519(Domain domain, String selector, PKCS8EncodedKeySpec spec) {
        try {
            if (KeyFactory.getInstance("Ed25519", ED25519_PROVIDER).generatePrivate(spec)
                            instanceof EdECPrivateKey edwards
                    && edwards.getBytes().isPresent()) {
                byte[] seed = edwards.getBytes().get();
                return new DkimKey(
                        domain, selector, Algorithm.ED25519_SHA256, KeyEncoding.pkcs8OfEd25519(seed), 256, null);
            }
        } catch (InvalidKeySpecException neither) {
            throw new RefusedKeyException("private key: neither RSA nor Ed25519, or damaged; make one with"
                    + " 'openssl genrsa 2048' or 'openssl genpkey -algorithm ed25519'");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks Ed25519", e);
        }
        throw new RefusedKeyException("private key: Ed25519 without its seed");
    }

    /**
     * A new RSA key.
     *
     * @param bits {@value #MIN_RSA_BITS} to {@value #MAX_RSA_BITS}
     */
    public static DkimKey generateRsa(Domain domain, String selector, int bits, SecureRandom random) {
        if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
            throw new RefusedKeyException(
                    "RSA key of " + bits + " bits; use " + MIN_RSA_BITS + " to " + MAX_RSA_BITS + ", best 2048");
        }
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA", RSA_PROVIDER);
            generator.initialize(bits, random);
            return ofPkcs8(
                    domain, selector, generator.generateKeyPair().getPrivate().getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime cannot make RSA keys", e);
        }
    }

    /** A new Ed25519 key. */
    public static DkimKey generateEd25519(Domain domain, String selector, SecureRandom random) {
        byte[] seed = new byte[32];
        random.nextBytes(seed);
        return ofPkcs8(domain, selector, KeyEncoding.pkcs8OfEd25519(seed));
    }

    /** The signing domain, {@code d=}. */
    public Domain domain() {
        return domain;
    }

    /** The selector, {@code s=}, in lower case. */
    public String selector() {
        return selector;
    }

    /** The one algorithm that this key is for. */
    public Algorithm algorithm() {
        return algorithm;
    }

    /** Bits of the RSA modulus; 256 for Ed25519. */
    public int bits() {
        return bits;
    }

    /** The private key, unencrypted PKCS#8. For storage, which encrypts it. */
    public byte[] pkcs8() {
        return pkcs8.clone();
    }

    /** The private key, unencrypted PEM of PKCS#8. */
    public String pkcs8Pem() {
        return KeyEncoding.pem(pkcs8);
    }

    /** The public key as it is published: the SubjectPublicKeyInfo for RSA, the 32 octets of the key for Ed25519 (RFC 8463 §4.2). */
    public byte[] publicKey() {
        byte[] octets = publicKey;
        if (octets == null) {
            octets = ed25519PublicKey(Arrays.copyOfRange(pkcs8, pkcs8.length - 32, pkcs8.length));
            publicKey = octets;
        }
        return octets.clone();
    }

    /** Where the key record belongs in the DNS, without final dot: {@code selector._domainkey.domain}. */
    public String dnsName() {
        return selector + "._domainkey." + domain.name();
    }

    /** What identifies the key, never the key. */
    @Override
    public String toString() {
        return "DkimKey[" + dnsName() + ", " + algorithm.tagValue() + ", " + bits + " bits]";
    }

    /**
     * What {@code owner} made of this key for itself, made by {@code prepare} at first use. One signer's is kept: there is one in a process
     * (tests with several prepare again at each change).
     */
    Object preparedFor(Signer owner, Function<byte[], Object> prepare) {
        Prepared kept = prepared;
        if (kept == null || !kept.owner().equals(owner)) {
            kept = new Prepared(owner, prepare.apply(pkcs8));
            prepared = kept;
        }
        return kept.handle();
    }

    private static String checkedSelector(Domain domain, String selector) {
        String lower = selector.toLowerCase(Locale.ROOT);
        try {
            if (new Domain(lower + "._domainkey." + domain.name()).name().length() <= 253 && !lower.isEmpty()) {
                return lower;
            }
        } catch (IllegalArgumentException e) {
            throw new RefusedKeyException("selector '" + selector
                    + "': use labels of letters, digits, hyphens and underscores (RFC 6376 section 3.1), "
                    + "not too long to make a domain name with " + domain);
        }
        throw new RefusedKeyException("selector '" + selector + "': longer than a domain name may be with " + domain);
    }

    /** PKCS#1 has an INTEGER (the modulus) where PKCS#8 has a SEQUENCE, behind the version: 30 len 02 01 00 then 02 or 30. */
    private static boolean looksLikePkcs1(byte[] der) {
        int lengthOctets = der.length > 1 && (der[1] & 0x80) != 0 ? 1 + (der[1] & 0x7f) : 1;
        int afterVersion = 1 + lengthOctets + 3;
        return der.length > afterVersion && der[0] == 0x30 && der[afterVersion] == 0x02;
    }

    /** A signature made with a wrong CRT number gives the primes away, so such keys do not get in. */
    private static boolean isConsistent(RSAPrivateCrtKey key) {
        BigInteger p = key.getPrimeP();
        BigInteger q = key.getPrimeQ();
        BigInteger e = key.getPublicExponent();
        BigInteger one = BigInteger.ONE;
        if (p.compareTo(one) <= 0 || q.compareTo(one) <= 0 || e.compareTo(one) <= 0) {
            return false;
        }
        BigInteger p1 = p.subtract(one);
        BigInteger q1 = q.subtract(one);
        return p.multiply(q).equals(key.getModulus())
                && key.getPrimeExponentP().multiply(e).mod(p1).equals(one)
                && key.getPrimeExponentQ().multiply(e).mod(q1).equals(one)
                && key.getPrivateExponent().mod(p1).equals(key.getPrimeExponentP())
                && key.getPrivateExponent().mod(q1).equals(key.getPrimeExponentQ())
                && key.getCrtCoefficient().multiply(q).mod(p).equals(one);
    }

    /** The public key of a seed. Java has no direct way; its generator takes the seed from the source of randomness, so give it this one. */
    private static byte[] ed25519PublicKey(byte[] seed) {
        SecureRandom source = new SecureRandom() {
            @Override
            public void nextBytes(byte[] bytes) {
                if (bytes.length != seed.length) {
                    throw new IllegalStateException("Ed25519 seed of " + bytes.length + " octets asked for");
                }
                System.arraycopy(seed, 0, bytes, 0, bytes.length);
            }
        };
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519", ED25519_PROVIDER);
            generator.initialize(NamedParameterSpec.ED25519, source);
            if (generator.generateKeyPair().getPublic() instanceof EdECPublicKey made) {
                byte[] encoded = made.getEncoded();
                return Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
            }
            throw new InvalidKeyException("not an Edwards key");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime cannot make Ed25519 keys", e);
        }
    }
}
