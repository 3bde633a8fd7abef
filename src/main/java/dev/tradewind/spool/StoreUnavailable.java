package dev.tradewind.spool;

import java.time.Duration;

/** The store cannot make anything durable now (disk full or broken, or the node is draining): the front door answers 503 or 4yz. */
public final class StoreUnavailable extends Exception {
    private static final long serialVersionUID = 1;

    private final Duration retryAfter;

    /**
     * @param reason     what is wrong, for the log and the operator
     * @param retryAfter when a client may try again
     */
    public StoreUnavailable(String reason, Duration retryAfter) {
        super(reason);
        this.retryAfter = retryAfter;
    }

    /** When to try again. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
