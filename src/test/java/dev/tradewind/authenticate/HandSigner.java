package dev.tradewind.authenticate;

import dev.tradewind.mail.MessageOctets;
import dev.tradewind.sign.Algorithm;
import dev.tradewind.sign.DkimKey;
import dev.tradewind.sign.SigningFixture;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * Signs with any tags, also wrong ones: a second, slow and simple writing of RFC 6376 with strings, so that the verifier is not checked
 * by its own canonicalization alone.
 */
final class HandSigner {
    private HandSigner() {}

    static MessageOctets sign(DkimKey key, String tags, String message) {
        boolean rsa = key.algorithm() == Algorithm.RSA_SHA256;
        try {
            PrivateKey privateKey = KeyFactory.getInstance(rsa ? "RSA" : "Ed25519")
                    .generatePrivate(new PKCS8EncodedKeySpec(key.pkcs8()));
            return sign(privateKey, key.algorithm().tagValue(), tags, message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static MessageOctets sign(PrivateKey key, String algorithm, String tags, String message) {
        String c = tag(tags, "c", "simple/simple").toLowerCase(Locale.ROOT);
        boolean relaxedHeader = c.startsWith("relaxed");
        boolean relaxedBody = c.endsWith("/relaxed");
        int end = message.indexOf("\r\n\r\n");
        String body = canonicalBody(message.substring(end + 4), relaxedBody);
        String l = tag(tags, "l", "");
        String covered = l.isEmpty() || l.length() > 9 || Integer.parseInt(l) > body.length()
                ? body
                : body.substring(0, Integer.parseInt(l));
        String own = "DKIM-Signature: v=1; a=" + algorithm + "; " + tags + "; bh=" + base64(sha256(covered)) + "; b=";

        StringBuilder data = new StringBuilder();
        List<String> left =
                new ArrayList<>(List.of(message.substring(0, end + 2).split("\r\n(?![ \t])")));
        for (String name : tag(tags, "h", "").split(":")) {
            for (int i = left.size() - 1; i >= 0; i--) {
                if (left.get(i).toLowerCase(Locale.ROOT).startsWith(name + ":")) {
                    data.append(canonicalField(left.remove(i), relaxedHeader)).append("\r\n");
                    break;
                }
            }
        }
        data.append(canonicalField(own, relaxedHeader));
        try {
            boolean rsa = algorithm.startsWith("rsa");
            Signature signature = Signature.getInstance(rsa ? "SHA256withRSA" : "Ed25519");
            signature.initSign(key);
            signature.update(rsa ? octets(data.toString()) : sha256(data.toString()));
            return SigningFixture.message(own + base64(signature.sign()) + "\r\n" + message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String canonicalField(String field, boolean relaxed) {
        if (!relaxed) {
            return field;
        }
        int colon = field.indexOf(':');
        String value = field.substring(colon + 1).replace("\r\n", "").replaceAll("[ \t]+", " ");
        return field.substring(0, colon).toLowerCase(Locale.ROOT).strip() + ":" + value.strip();
    }

    private static String canonicalBody(String body, boolean relaxed) {
        String text = body;
        if (relaxed) {
            text = text.replaceAll("[ \t]+", " ").replace(" \r\n", "\r\n");
        }
        while (text.endsWith("\r\n")) {
            text = text.substring(0, text.length() - 2);
        }
        return relaxed && text.isEmpty() ? "" : text + "\r\n";
    }

    private static String tag(String tags, String name, String otherwise) {
        for (String tag : tags.split(";")) {
            if (tag.strip().startsWith(name + "=")) {
                return tag.strip().substring(name.length() + 1).strip();
            }
        }
        return otherwise;
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(octets(text));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String base64(byte[] octets) {
        return Base64.getEncoder().encodeToString(octets);
    }
}
