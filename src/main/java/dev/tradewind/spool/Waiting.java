package dev.tradewind.spool;

import dev.tradewind.mail.MessageId;

import java.time.Instant;
import java.util.Optional;

/**
 * A generated message that waits for its next attempt: its place in the queue and all of it that changes.
 *
 * @param queue     where it waits
 * @param due       not before then (microseconds count)
 * @param id        which message
 * @param injected  when it was generated or received: its {@code injection} event; Date, expiry and queue time count from here
 * @param attempts  attempts so far
 * @param source    the source address a retry is tied to
 * @param lastReply last reason of a deferral in one line, at most 500 characters; empty before the first
 */
public record Waiting(
        QueueKey queue,
        Instant due,
        MessageId id,
        Instant injected,
        int attempts,
        Optional<String> source,
        String lastReply) {
    /** The same message after one more attempt, due later. */
    public Waiting deferredUntil(Instant next, Optional<String> usedSource, String reply) {
        String kept = reply.length() > 500 ? reply.substring(0, 500) : reply;
        return new Waiting(queue, next, id, injected, attempts + 1, usedSource, kept);
    }
}
