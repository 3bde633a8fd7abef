package dev.tradewind.operate.tls;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A certificate that vouches for itself (X.509 v3, RFC 5280; EC P-256, ECDSA with SHA-256): good enough for STARTTLS with opportunistic
 * peers and for a first look, not for HTTPS in the open.
 *
 * @param certificate names the host, {@code localhost}, 127.0.0.1 and ::1 in its subjectAltName
 * @param key         its private key
 */
record SelfSigned(X509Certificate certificate, PrivateKey key) {
    static final Duration VALID = Duration.ofDays(825);

    private static final byte[] ECDSA_WITH_SHA256 = Der.sequence(Der.oid("1.2.840.10045.4.3.2"));
    private static final byte[] TRUE = Der.element(Der.BOOLEAN, new byte[] {(byte) 0xff});

    /**
     * Makes a new key and certificate.
     *
     * @param host the name it stands for
     * @param now  its validity starts an hour before, for clocks that are behind
     */
    static SelfSigned make(String host, Instant now, SecureRandom random) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), random);
        KeyPair pair = generator.generateKeyPair();
        byte[] body = body(host, now, pair.getPublic().getEncoded(), new BigInteger(120, random).setBit(119));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(pair.getPrivate(), random);
        signature.update(body);
        byte[] whole = Der.sequence(body, ECDSA_WITH_SHA256, Der.bits(signature.sign()));
        X509Certificate certificate = (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(whole));
        return new SelfSigned(certificate, pair.getPrivate());
    }

    private static byte[] body(String host, Instant now, byte[] publicKey, BigInteger serial)
            throws GeneralSecurityException {
        // The common name has at most 64 characters (RFC 5280, ub-common-name); what counts is the subjectAltName.
        byte[] name = Der.sequence(Der.element(
                Der.SET, Der.sequence(Der.oid("2.5.4.3"), Der.text(host.length() > 64 ? "localhost" : host))));
        byte[] validity = Der.sequence(Der.time(now.minus(Duration.ofHours(1))), Der.time(now.plus(VALID)));
        return Der.sequence(
                Der.element(0xa0, Der.integer(BigInteger.TWO)),
                Der.integer(serial),
                ECDSA_WITH_SHA256,
                name,
                validity,
                name,
                publicKey,
                Der.element(0xa3, Der.sequence(extensions(host, publicKey))));
    }

    private static byte[][] extensions(String host, byte[] publicKey) throws GeneralSecurityException {
        byte[] keyId = MessageDigest.getInstance("SHA-1")
                .digest(publicKey); // an identifier (RFC 5280 section 4.2.1.2), no proof
        List<byte[]> names = new ArrayList<>();
        names.add(Der.element(0x82, host.getBytes(StandardCharsets.US_ASCII)));
        if (!host.equals("localhost")) {
            names.add(Der.element(0x82, "localhost".getBytes(StandardCharsets.US_ASCII)));
        }
        names.add(Der.element(0x87, InetAddress.ofLiteral("127.0.0.1").getAddress()));
        names.add(Der.element(0x87, InetAddress.ofLiteral("::1").getAddress()));
        return new byte[][] {
            extension("2.5.29.14", false, Der.element(Der.OCTET_STRING, keyId)),
            extension(
                    "2.5.29.19",
                    true,
                    Der.sequence(TRUE)), // basicConstraints: its own authority, so that it can be trusted as such
            extension("2.5.29.15", true, Der.element(Der.BIT_STRING, new byte[] {2, (byte) 0x84
            })), // digitalSignature, keyCertSign
            extension("2.5.29.37", false, Der.sequence(Der.oid("1.3.6.1.5.5.7.3.1"))), // serverAuth
            extension("2.5.29.17", false, Der.sequence(names.toArray(byte[][]::new)))
        };
    }

    private static byte[] extension(String oid, boolean critical, byte[] value) {
        byte[] octets = Der.element(Der.OCTET_STRING, value);
        return critical ? Der.sequence(Der.oid(oid), TRUE, octets) : Der.sequence(Der.oid(oid), octets);
    }
}
