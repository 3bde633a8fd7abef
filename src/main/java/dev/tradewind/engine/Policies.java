package dev.tradewind.engine;

import dev.tradewind.classify.Cause;
import dev.tradewind.deliver.AttemptResult;
import dev.tradewind.event.MessageEvents;
import dev.tradewind.spool.Waiting;

import java.time.Instant;
import java.util.Optional;

/** Decisions about attempts that the engine needs and that are made elsewhere. */
public interface Policies {
    /** What a result really means: some refusals called permanent are worth another attempt, and the other way round. */
    AttemptResult settle(AttemptResult result);

    /** Bounce class and rule of a cause. */
    MessageEvents.Reason classify(Cause cause);

    /** When to try again after an attempt that did not deliver; empty: never, the message expires. */
    Optional<Instant> nextAttempt(Waiting waiting, Instant now);

    /** Reason of the bounce of a message that has expired, with the last reply in one line (empty if there was none). */
    MessageEvents.Reason expired(String lastReply);

    /** Whether a message is too old for another attempt. */
    boolean isExpired(Waiting waiting, Instant now);

    /** When a message becomes too old. */
    Instant expires(Waiting waiting);
}
