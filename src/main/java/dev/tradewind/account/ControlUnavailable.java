package dev.tradewind.account;

import java.time.Duration;

/** The control plane (accounts, keys, domains) cannot be read or written now: the API answers 503 with Retry-After. */
public final class ControlUnavailable extends Exception {
    private static final long serialVersionUID = 1;

    private final Duration retryAfter;

    /**
     * @param reason     what is wrong, for the log; never a secret
     * @param retryAfter when to try again
     */
    public ControlUnavailable(String reason, Throwable cause, Duration retryAfter) {
        super(reason, cause);
        this.retryAfter = retryAfter;
    }

    /** When to try again. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
