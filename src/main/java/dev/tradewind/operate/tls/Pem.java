package dev.tradewind.operate.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Certificates and private keys in PEM files (RFC 7468). */
final class Pem {
    private static final int MOST_OCTETS = 1 << 20;

    private record Block(String label, byte[] der) {}

    private Pem() {}

    /**
     * The certificates of a file, in its order.
     *
     * @throws IOException if it cannot be read or has none; the message says which file
     */
    static List<X509Certificate> certificates(Path file) throws IOException {
        List<X509Certificate> chain = new ArrayList<>();
        for (Block block : blocks(file)) {
            if (block.label().equals("CERTIFICATE")) {
                try {
                    chain.add((X509Certificate) CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(block.der())));
                } catch (GeneralSecurityException e) {
                    throw new IOException(file + ": certificate " + (chain.size() + 1) + " cannot be read", e);
                }
            }
        }
        if (chain.isEmpty()) {
            throw new IOException(file + " has no certificate (-----BEGIN CERTIFICATE-----)");
        }
        return List.copyOf(chain);
    }

    /**
     * The private key of a file.
     *
     * @param owner the public key it belongs to; it tells the algorithm where the older forms leave it out
     * @throws IOException if it cannot be read, has none, or an encrypted one
     */
    static PrivateKey privateKey(Path file, PublicKey owner) throws IOException {
        for (Block block : blocks(file)) {
            switch (block.label()) {
                case "PRIVATE KEY" -> {
                    return decode(file, block.der(), owner.getAlgorithm());
                }
                case "RSA PRIVATE KEY", "EC PRIVATE KEY" -> {
                    return decode(file, wrap(file, block.der(), owner), owner.getAlgorithm());
                }
                case "ENCRYPTED PRIVATE KEY" ->
                    throw new IOException(file + " is encrypted: decrypt it first (openssl pkey -in FILE -out PLAIN)");
                default -> {
                    continue; // certificates and EC parameters may stand in the same file
                }
            }
        }
        throw new IOException(file + " has no private key (-----BEGIN PRIVATE KEY-----)");
    }

    // PKCS#1 and SEC1 become PKCS#8 (RFC 5208) with the algorithm identifier of the public key.
    private static byte[] wrap(Path file, byte[] inner, PublicKey owner) throws IOException {
        try {
            return Der.sequence(
                    Der.integer(BigInteger.ZERO),
                    Der.firstInside(owner.getEncoded()),
                    Der.element(Der.OCTET_STRING, inner));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": key cannot be read", e);
        }
    }

    private static PrivateKey decode(Path file, byte[] pkcs8, String algorithm) throws IOException {
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " is no " + algorithm + " key, as its certificate asks for", e);
        }
    }

    private static List<Block> blocks(Path file) throws IOException {
        if (Files.size(file) > MOST_OCTETS) {
            throw new IOException(file + " is larger than 1 MiB, which no PEM file of ours is");
        }
        List<Block> blocks = new ArrayList<>();
        String label = "";
        StringBuilder body = new StringBuilder();
        for (String line :
                Files.readString(file, StandardCharsets.ISO_8859_1).lines().toList()) {
            String text = line.strip();
            if (text.startsWith("-----BEGIN ") && text.endsWith("-----")) {
                label = text.substring(11, text.length() - 5);
                body.setLength(0);
            } else if (!label.isEmpty() && text.equals("-----END " + label + "-----")) {
                blocks.add(new Block(label, base64(file, body.toString())));
                label = "";
            } else if (text.indexOf(':') < 0) { // header lines of the older forms
                body.append(text);
            } else if (text.startsWith("Proc-Type:") && text.contains("ENCRYPTED")) {
                throw new IOException(file + " is encrypted: decrypt it first (openssl pkey -in FILE -out PLAIN)");
            }
        }
        return blocks;
    }

    private static byte[] base64(Path file, String text) throws IOException {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " is not PEM: " + e.getMessage(), e);
        }
    }

    /** A block as text. */
    static String write(String label, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }
}
