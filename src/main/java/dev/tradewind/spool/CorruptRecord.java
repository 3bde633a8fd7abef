package dev.tradewind.spool;

/** A stored record that cannot be what was written: a damaged store or a bug. Carries what was read and at which octet it went wrong. */
public final class CorruptRecord extends RuntimeException {
    private static final long serialVersionUID = 1;

    CorruptRecord(String message) {
        super(message);
    }

    CorruptRecord(String message, Throwable cause) {
        super(message, cause);
    }
}
