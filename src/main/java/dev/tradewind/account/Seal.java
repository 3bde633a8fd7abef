package dev.tradewind.account;

import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * Encrypts secrets at rest with the master key, which is kept outside the store: AES-256-GCM (NIST SP 800-38D), a random nonce of 96 bits
 * for each, and the name of what is sealed as associated data, so that a sealed secret cannot be put in another's place.
 *
 * <p>Form: base64 of one octet version (1), nonce, ciphertext with tag. Thread-safe.
 */
public final class Seal {
    /** Octets of the master key. */
    public static final int KEY_OCTETS = 32;

    private static final byte VERSION = 1;
    private static final int NONCE_OCTETS = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec key;
    private final SecureRandom random;

    /**
     * @param masterKey 32 octets
     * @param random    where nonces come from
     * @throws IllegalArgumentException if the key has another length
     */
    public Seal(byte[] masterKey, SecureRandom random) {
        if (masterKey.length != KEY_OCTETS) {
            throw new IllegalArgumentException("the master key has " + masterKey.length + " octets, not " + KEY_OCTETS);
        }
        this.key = new SecretKeySpec(masterKey, "AES");
        this.random = random;
    }

    /** Seals a secret under a name. */
    public String seal(String name, byte[] secret) {
        byte[] nonce = new byte[NONCE_OCTETS];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, name, nonce).doFinal(secret);
            ByteBuffer whole = ByteBuffer.allocate(1 + NONCE_OCTETS + sealed.length);
            whole.put(VERSION).put(nonce).put(sealed);
            return Base64.getEncoder().encodeToString(whole.array());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot seal " + name, e);
        }
    }

    /**
     * Opens what was sealed under the same name.
     *
     * @throws IllegalStateException if it was sealed with another master key, under another name, or has been changed
     */
    public byte[] open(String name, String sealed) {
        byte[] whole = Base64.getDecoder().decode(sealed);
        if (whole.length < 1 + NONCE_OCTETS || whole[0] != VERSION) {
            throw new IllegalStateException("the secret " + name + " is not sealed in a form that this version knows");
        }
        byte[] nonce = new byte[NONCE_OCTETS];
        System.arraycopy(whole, 1, nonce, 0, NONCE_OCTETS);
        try {
            return cipher(Cipher.DECRYPT_MODE, name, nonce)
                    .doFinal(whole, 1 + NONCE_OCTETS, whole.length - 1 - NONCE_OCTETS);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "the secret " + name + " cannot be opened: is this the master key it was sealed with?", e);
        }
    }

    private Cipher cipher(int mode, String name, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(name.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
