package dev.tradewind.sign;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The textual forms of private keys: PEM (RFC 7468) of PKCS#8 and of PKCS#1, and the bare base64 of either, which is what people paste
 * into APIs and DNS consoles.
 */
final class KeyEncoding {
    /** More than twice the PEM of a 16384-bit key: a bound on the work, not on keys. */
    static final int MAX_CHARACTERS = 32 * 1024;

    /** PKCS#8 of an Ed25519 key up to its 32 octets of seed (RFC 8410 §7). */
    private static final byte[] ED25519_PRIVATE = {
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20
    };

    /** SEQUENCE { rsaEncryption, NULL }, RFC 8017 appendix A.1. */
    private static final byte[] RSA_IDENTIFIER = {
        0x30, 0x0d, 0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00
    };

    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    private KeyEncoding() {}

    /** The octets of a key and the label of the PEM they were in, null for bare base64. */
    record Encoded(byte[] der, @Nullable String label) {
        @Override
        public String toString() {
            return "key of " + der.length + " octets";
        }
    }

    /** @throws RefusedKeyException if this is neither PEM nor base64 */
    static Encoded decode(String text) {
        if (text.length() > MAX_CHARACTERS) {
            throw new RefusedKeyException(
                    "private key of " + text.length() + " characters, limit " + MAX_CHARACTERS + "; give one PEM key");
        }
        int begin = text.indexOf(BEGIN);
        if (begin < 0) {
            return new Encoded(base64(text), null);
        }
        int labelEnd = text.indexOf(DASHES, begin + BEGIN.length());
        String label = labelEnd < 0 ? "" : text.substring(begin + BEGIN.length(), labelEnd);
        int end = labelEnd < 0 ? -1 : text.indexOf(END + label + DASHES, labelEnd);
        if (end < 0) {
            throw new RefusedKeyException(
                    "private key: the PEM is cut off, '-----END …-----' is missing; paste the whole key");
        }
        String body = text.substring(labelEnd + DASHES.length(), end);
        if (label.startsWith("ENCRYPTED") || body.contains("ENCRYPTED")) {
            throw new RefusedKeyException(
                    "private key: protected by a passphrase; decrypt it first (openssl pkey -in KEY -out PLAIN)");
        }
        if (!label.equals("PRIVATE KEY") && !label.equals("RSA PRIVATE KEY")) {
            throw new RefusedKeyException(
                    "private key: PEM of another kind than PRIVATE KEY (PKCS#8) or RSA PRIVATE KEY (PKCS#1)");
        }
        return new Encoded(base64(body), label);
    }

    private static byte[] base64(String text) {
        StringBuilder characters = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
                characters.append(c);
            }
        }
        byte[] der;
        try {
            der = Base64.getDecoder().decode(characters.toString());
        } catch (IllegalArgumentException e) {
            throw new RefusedKeyException("private key: neither PEM nor base64; give a PEM key (PKCS#8 or PKCS#1)");
        }
        if (der.length == 0) {
            throw new RefusedKeyException("private key: empty; give a PEM key (PKCS#8 or PKCS#1)");
        }
        return der;
    }

    /** PKCS#8 around a PKCS#1 RSAPrivateKey. */
    static byte[] pkcs8OfPkcs1(byte[] pkcs1) {
        byte[] octetString = element(0x04, pkcs1);
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.writeBytes(new byte[] {0x02, 0x01, 0x00});
        content.writeBytes(RSA_IDENTIFIER);
        content.writeBytes(octetString);
        return element(0x30, content.toByteArray());
    }

    /** PKCS#8 of an Ed25519 seed of 32 octets. */
    static byte[] pkcs8OfEd25519(byte[] seed) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(ED25519_PRIVATE);
        out.writeBytes(seed);
        return out.toByteArray();
    }

    /** PEM of PKCS#8. */
    static String pem(byte[] pkcs8) {
        String base64 = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(pkcs8);
        return "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n";
    }

    private static byte[] element(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + 4);
        out.write(tag);
        if (content.length < 0x80) {
            out.write(content.length);
        } else if (content.length < 0x100) {
            out.write(0x81);
            out.write(content.length);
        } else {
            out.write(0x82); // MAX_CHARACTERS keeps the content below 64 KiB
            out.write(content.length >> 8);
            out.write(content.length);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }
}
