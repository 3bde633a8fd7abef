package dev.tradewind.spool;

/**
 * The store cannot be read now: it is closed, being reopened for longer than {@code spool.read_wait}, or a read failed on the disk. The
 * front door answers 503; the engine tries again later. Nothing is lost.
 */
public final class StoreUnreadable extends RuntimeException {
    private static final long serialVersionUID = 1;

    StoreUnreadable(String reason) {
        super(reason);
    }

    StoreUnreadable(String reason, Throwable cause) {
        super(reason, cause);
    }
}
