package dev.tradewind.api;

import java.io.IOException;
import java.util.Optional;

/** The body of a request cannot be read to its end. */
final class BodyFailure extends IOException {
    private static final long serialVersionUID = 1;

    private final transient Optional<Refusal> refusal;

    private BodyFailure(String message, Optional<Refusal> refusal, Throwable cause) {
        super(message, cause);
        this.refusal = refusal;
    }

    /** It must not be read on: answer this. */
    static BodyFailure refused(Refusal refusal) {
        return new BodyFailure(String.valueOf(refusal.getMessage()), Optional.of(refusal), refusal);
    }

    /** The client is gone: there is nobody to answer. */
    static BodyFailure aborted(Throwable cause) {
        return new BodyFailure("client closed the connection within the body", Optional.empty(), cause);
    }

    /** What to answer; empty if there is nobody left. */
    Optional<Refusal> refusal() {
        return refusal;
    }
}
