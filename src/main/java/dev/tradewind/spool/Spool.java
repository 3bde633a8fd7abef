package dev.tradewind.spool;

import dev.tradewind.account.Tenant;
import dev.tradewind.event.Event;
import dev.tradewind.mail.MessageId;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Port: the store of messages that are not yet final, with the event stream in the same write. All methods may be called from any
 * thread. Commits of all callers share one synced write (group commit); a call that promises durability returns when it is there.
 *
 * <p>States of a transmission: staging (invisible, gone after a crash) → scheduled or generating (committed) → generated; or scheduled
 * (→ called off, with its campaign) → cancelling → generated. States of a
 * message: accepted (its transmission is not generated that far) → waiting → final (nothing left but its events).
 */
public interface Spool extends AutoCloseable {
    // ---- acceptance

    /** Opens a transmission with a fresh id. Nothing is visible or kept until {@link Staging#commit}. */
    Staging stage() throws StoreUnavailable;

    /**
     * Like {@link #stage}, for a notification about mail that was accepted before: also while disk space is low.
     *
     * @throws StoreUnavailable if nothing can be written
     */
    Staging stageNotification() throws StoreUnavailable;

    /**
     * A number for mail that is refused and has events nevertheless, of the same row as those of transmissions; no other mail gets it, once
     * {@link #happened} with it is durable.
     */
    long nextNumber();

    /** A transmission being received. Used by one thread; closed without commit, nothing of it remains. */
    interface Staging extends AutoCloseable {
        /** Number of the transmission to be. */
        long transmissionId();

        /** Adds a recipient; written out in chunks of bounded size, so that memory does not grow with their number. */
        MessageId add(Recipient recipient) throws StoreUnavailable;

        /** Recipients added. */
        int size();

        /**
         * Makes the transmission, its recipients, its content (if new) and the answer under an idempotency key durable, all or nothing.
         *
         * @param transmission its {@code id} is {@link #transmissionId()}, its {@code recipients} {@link #size()}
         * @param content      the octets that {@code transmission.content()} names
         * @param answer       what to answer if the request comes again
         */
        void commit(Transmission transmission, byte[] content, Optional<IdempotentAnswer> answer)
                throws StoreUnavailable;

        /** Forgets everything unless committed. Never throws. */
        @Override
        void close();
    }

    /**
     * The first answer to a request with an idempotency key (design §5).
     *
     * @param key         32 octets: hash over account, subaccount, endpoint and key
     * @param fingerprint 32 octets: hash of the body
     * @param status      HTTP status answered
     * @param body        body answered
     * @param at          when; forgotten after 24 h
     */
    record IdempotentAnswer(byte[] key, byte[] fingerprint, int status, byte[] body, Instant at) {}

    /** The answer stored under a key, unless older than 24 h. */
    Optional<IdempotentAnswer> idempotentAnswer(byte[] key, Instant now);

    // ---- transmissions and generation

    /** A committed transmission, as long as it is kept. */
    Optional<Transmission> transmission(long id);

    /**
     * Transmissions not wholly generated.
     *
     * @param transmission which
     * @param nextPlace    recipients before this place are generated
     * @param progress     how far it is
     */
    record Ungenerated(Transmission transmission, int nextPlace, Progress progress) {
        /** Why it is not generated yet. */
        public enum Progress {
            /** Waits for its start time. */
            SCHEDULED,
            /** Its campaign was cancelled while it was scheduled: it cannot start; {@link #cancel} makes it cancelling. */
            CALLED_OFF,
            /** Being generated. */
            GENERATING,
            /** Cancelled: its recipients are being given their final events. */
            CANCELLING
        }
    }

    /**
     * Tells all transmissions that are scheduled or generating, oldest first, one at a time: there may be very many, each with data of
     * its own, so that nobody should keep them all.
     */
    void forEachUngenerated(Consumer<Ungenerated> visitor);

    /** One of them; empty when it is generated, cancelled or unknown. */
    Optional<Ungenerated> ungenerated(long id);

    /** Compare-and-set scheduled → generating; durable. False if it was cancelled, called off with its campaign, or has started. */
    boolean start(long id) throws StoreUnavailable;

    /**
     * Compare-and-set scheduled → cancelling; durable. Its recipients then get their final events by {@link #generated}. False if it has
     * started or is unknown.
     */
    boolean cancel(long id) throws StoreUnavailable;

    /**
     * Cancels what a tenant has scheduled for a campaign, all of it by one record: whatever was begun ({@link #stage}) before and has not
     * started is {@link Ungenerated.Progress#CALLED_OFF} from then on. Durable, and all or nothing. What is begun afterwards is not touched.
     */
    void cancelCampaign(Tenant tenant, String campaign, Instant now) throws StoreUnavailable;

    /** A recipient and its message id. */
    record StoredRecipient(MessageId id, Recipient recipient) {}

    /** Recipients of a transmission in order, from a place on. */
    List<StoredRecipient> recipients(long transmission, int fromPlace, int limit);

    /** The recipient of a message that is not yet final. */
    Optional<Recipient> recipient(MessageId id);

    /** Stored content; empty after its retention. */
    Optional<byte[]> content(ContentId id);

    /**
     * What generation of a run of recipients led to; written at once with its events. {@code nextPlace} moves the cursor.
     *
     * @param transmission which
     * @param nextPlace    places before this one are generated now
     * @param complete     whether that was the last
     * @param cancelling   whether the transmission was cancelled, so that a restart goes on ending its messages
     * @param waiting      messages that now wait
     * @param finals       messages that ended (generation failure or rejection)
     * @param events       all events of these, in order
     */
    record Generated(
            long transmission,
            int nextPlace,
            boolean complete,
            boolean cancelling,
            List<Waiting> waiting,
            List<MessageId> finals,
            List<Event> events) {
        /** Generation that was not cancelled. */
        public Generated(
                long transmission,
                int nextPlace,
                boolean complete,
                List<Waiting> waiting,
                List<MessageId> finals,
                List<Event> events) {
            this(transmission, nextPlace, complete, false, waiting, finals, events);
        }
    }

    /** Records generation. The future completes when durable (within 20 ms unless the store is in trouble); it never fails. */
    CompletableFuture<Void> generated(Generated generated);

    // ---- waiting

    /** Calls back once for each queue that has messages, with the earliest due time. Cost: one seek a queue. */
    void forEachQueue(BiConsumer<QueueKey, Instant> queue);

    /** Messages of a queue that are due up to a time, by due time. */
    List<Waiting> due(QueueKey queue, Instant until, int limit);

    /** Earliest due time of a queue that is later than {@code after}. */
    Optional<Instant> nextDue(QueueKey queue, Instant after);

    /**
     * Records that an attempt deferred a message: moves it to its new due time, with its events. The future completes when durable; it
     * never fails: an outcome that cannot be written is kept and written when the store works again (invariant 7).
     */
    CompletableFuture<Void> deferred(Waiting before, Waiting after, List<Event> events);

    /** Records that a message is final: it leaves the queue, with its events. As {@link #deferred} in all else. */
    CompletableFuture<Void> finished(Waiting before, List<Event> events);

    /**
     * Records events of mail that never became a message: it was refused at the door. Its number is from {@link #nextNumber}. As
     * {@link #deferred} in all else.
     */
    CompletableFuture<Void> happened(List<Event> events);

    // ---- events, see dev.tradewind.event

    /** The event stream that is written in the same write. */
    dev.tradewind.event.EventStream events();

    // ---- state

    /** Whether the store takes new mail and outcomes. */
    enum State {
        /** All well. */
        OPEN,
        /** Little disk is left: no new mail, outcomes are still written. */
        LOW_ON_DISK,
        /** Nothing can be written; outcomes wait in memory; delivery pauses. Tried again by itself. */
        BROKEN,
        CLOSED
    }

    /** State now; cheap. */
    State state();

    /** Numbers for metrics: name (Prometheus style, with unit) to value. */
    java.util.Map<String, Double> gauges();

    /** Copies a consistent state to an empty or earlier backup directory, online. */
    void backup(Path directory) throws IOException;

    /** Drops what has outlived its retention: content, transmissions, events, idempotent answers. Called every few minutes. */
    void sweep(Instant now);

    /** Writes what is pending and closes. */
    @Override
    void close();
}
