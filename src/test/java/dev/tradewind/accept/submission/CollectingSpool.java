package dev.tradewind.accept.submission;

import dev.tradewind.event.Event;
import dev.tradewind.event.EventStream;
import dev.tradewind.mail.MessageId;
import dev.tradewind.spool.ContentId;
import dev.tradewind.spool.QueueKey;
import dev.tradewind.spool.Recipient;
import dev.tradewind.spool.Spool;
import dev.tradewind.spool.StoreUnavailable;
import dev.tradewind.spool.Transmission;
import dev.tradewind.spool.Waiting;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

/** The part of a spool that acceptance sees: keeps what is committed, and can be told to fail. */
final class CollectingSpool implements Spool {
    record Committed(Transmission transmission, List<Recipient> recipients, byte[] content) {}

    final BlockingQueue<Committed> committed = new LinkedBlockingQueue<>();
    final AtomicInteger open = new AtomicInteger();
    final AtomicLong commits = new AtomicLong();
    volatile boolean keeping = true;
    volatile boolean failing;
    volatile boolean broken;
    volatile State state = State.OPEN;
    private final AtomicLong ids = new AtomicLong(1000);

    @Override
    public Staging stageNotification() {
        return stage();
    }

    @Override
    public Staging stage() {
        long id = ids.incrementAndGet();
        open.incrementAndGet();
        List<Recipient> recipients = new ArrayList<>();
        return new Staging() {
            @Override
            public long transmissionId() {
                return id;
            }

            @Override
            public MessageId add(Recipient recipient) {
                recipients.add(recipient);
                return MessageId.of(id, recipients.size() - 1, 7);
            }

            @Override
            public int size() {
                return recipients.size();
            }

            @Override
            public void commit(Transmission transmission, byte[] content, Optional<IdempotentAnswer> answer)
                    throws StoreUnavailable {
                if (broken) {
                    throw new IllegalStateException("a bug");
                }
                if (failing) {
                    throw new StoreUnavailable("the disk is full", Duration.ofSeconds(30));
                }
                commits.incrementAndGet();
                if (keeping) {
                    committed.add(new Committed(transmission, List.copyOf(recipients), content));
                }
            }

            @Override
            public void close() {
                open.decrementAndGet();
            }
        };
    }

    @Override
    public State state() {
        return state;
    }

    @Override
    public void close() {}

    private static UnsupportedOperationException unused() {
        return new UnsupportedOperationException("acceptance does not ask for this");
    }

    @Override
    public Optional<IdempotentAnswer> idempotentAnswer(byte[] key, Instant now) {
        throw unused();
    }

    @Override
    public Optional<Transmission> transmission(long id) {
        throw unused();
    }

    @Override
    public List<Ungenerated> ungenerated() {
        throw unused();
    }

    @Override
    public Optional<Ungenerated> ungenerated(long id) {
        throw unused();
    }

    @Override
    public boolean start(long id) {
        throw unused();
    }

    @Override
    public boolean cancel(long id) {
        throw unused();
    }

    @Override
    public List<StoredRecipient> recipients(long transmission, int fromPlace, int limit) {
        throw unused();
    }

    @Override
    public Optional<Recipient> recipient(MessageId id) {
        throw unused();
    }

    @Override
    public Optional<byte[]> content(ContentId id) {
        throw unused();
    }

    @Override
    public CompletableFuture<Void> generated(Generated generated) {
        throw unused();
    }

    @Override
    public void forEachQueue(BiConsumer<QueueKey, Instant> queue) {
        throw unused();
    }

    @Override
    public List<Waiting> due(QueueKey queue, Instant until, int limit) {
        throw unused();
    }

    @Override
    public Optional<Instant> nextDue(QueueKey queue, Instant after) {
        throw unused();
    }

    @Override
    public CompletableFuture<Void> deferred(Waiting before, Waiting after, List<Event> events) {
        throw unused();
    }

    /** Events of refused mail. */
    final List<Event> happened = new java.util.concurrent.CopyOnWriteArrayList<>();

    @Override
    public CompletableFuture<Void> happened(List<Event> events) {
        happened.addAll(events);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> finished(Waiting before, List<Event> events) {
        throw unused();
    }

    @Override
    public EventStream events() {
        throw unused();
    }

    @Override
    public Map<String, Double> gauges() {
        throw unused();
    }

    @Override
    public void backup(Path directory) {
        throw unused();
    }

    @Override
    public void sweep(Instant now) {
        throw unused();
    }
}
