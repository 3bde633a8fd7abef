package dev.tradewind.event;

import dev.tradewind.mail.MessageId;

import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

/**
 * Port: the stored events, each with its offset in the stream. Offsets grow by commit; times grow with them but for the jitter between
 * making and committing an event. Only durable events are seen.
 */
public interface EventStream {
    /** An event as stored. */
    record Stored(long offset, Event event) {}

    /** Offset of the next event to come; every durable event has a smaller one. */
    long end();

    /** Events from an offset on, oldest first; for consumers that keep their offset. */
    List<Stored> read(long fromOffset, int limit);

    /** Offset of the first stored event whose time is {@code time} or later, give or take one minute; {@link #end()} if there is none. */
    long offsetAt(Instant time);

    /**
     * Walks backwards (newest first) over events with offsets below {@code beforeOffset} and not below {@code downTo}, until the visitor
     * answers false.
     */
    void backwards(long beforeOffset, long downTo, Predicate<Stored> visitor);

    /** As {@link #backwards}, the events of one message only, by index. */
    void backwardsOfMessage(MessageId message, long beforeOffset, long downTo, Predicate<Stored> visitor);

    /** As {@link #backwards}, the events of one transmission only, by index. */
    void backwardsOfTransmission(long transmission, long beforeOffset, long downTo, Predicate<Stored> visitor);

    /** As {@link #backwards}, the events of one recipient address (lower-case) only, by index. */
    void backwardsOfRecipient(String recipient, long beforeOffset, long downTo, Predicate<Stored> visitor);

    /** Consumer offsets, stored in this very store: the offset a named consumer has handled up to; 0 at first. */
    long consumerOffset(String consumer);

    /** Moves a consumer's offset; durable with the next group commit. */
    void consumerOffset(String consumer, long offset);
}
