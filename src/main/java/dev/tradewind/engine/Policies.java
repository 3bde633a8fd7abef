package dev.tradewind.engine;

import dev.tradewind.deliver.Cause;
import dev.tradewind.event.MessageEvents;
import dev.tradewind.route.Host;
import dev.tradewind.spool.Waiting;

import java.time.Instant;
import java.util.Optional;

/** Decisions that the engine needs and that are made elsewhere. */
public interface Policies {
    /** Bounce class and rule of a cause. */
    MessageEvents.Reason classify(Cause cause);

    /** When to try again after an attempt that did not deliver; empty: never, the message expires. */
    Optional<Instant> nextAttempt(Waiting waiting, Instant now);

    /** Reason of the bounce of a message that has expired, with the last reply in one line (empty if there was none). */
    MessageEvents.Reason expired(Waiting waiting, String lastReply);

    /** Whether a message is too old for another attempt. */
    boolean isExpired(Waiting waiting, Instant now);

    /** Tells the submitter by DSN that a message failed, where that was asked for (RFC 3461). */
    void bounced(Made.Message message, Waiting waiting, MessageEvents.Reason reason, Optional<Host> host);
}
