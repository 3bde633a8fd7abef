package dev.tradewind.sign;

/** A private key, selector or key size that cannot be used for signing. The message says why and what to give instead, never the key. */
public final class RefusedKeyException extends IllegalArgumentException {
    RefusedKeyException(String message) {
        super(message);
    }
}
