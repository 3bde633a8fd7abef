package dev.tradewind.api;

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
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

/** As much of a spool as the front door sees; keeps recipients only if told to, so that large requests can be counted. */
final class FakeSpool implements Spool {
    /** One that was committed. */
    record Committed(Transmission transmission, byte[] content, List<Recipient> recipients) {}

    final List<Committed> committed = new CopyOnWriteArrayList<>();
    final AtomicInteger open = new AtomicInteger();
    final AtomicInteger closedWithoutCommit = new AtomicInteger();
    final AtomicLong added = new AtomicLong();
    volatile boolean keepRecipients = true;
    volatile State state = State.OPEN;
    volatile boolean failCommit;
    private final Map<String, IdempotentAnswer> answers = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong(1_000_000_000_000_000L);

    @Override
    public Staging stageNotification() {
        return stage();
    }

    @Override
    public Staging stage() {
        open.incrementAndGet();
        long id = ids.incrementAndGet();
        return new Staging() {
            private final List<Recipient> recipients = new ArrayList<>();
            private int size;
            private boolean done;

            @Override
            public long transmissionId() {
                return id;
            }

            @Override
            public MessageId add(Recipient recipient) {
                if (keepRecipients) {
                    recipients.add(recipient);
                }
                added.incrementAndGet();
                return MessageId.of(id, size++, 7);
            }

            @Override
            public int size() {
                return size;
            }

            @Override
            public void commit(Transmission transmission, byte[] content, Optional<IdempotentAnswer> answer)
                    throws StoreUnavailable {
                if (failCommit) {
                    throw new StoreUnavailable("disk full", Duration.ofSeconds(30));
                }
                committed.add(new Committed(transmission, content, recipients));
                answer.ifPresent(a -> answers.put(HexFormat.of().formatHex(a.key()), a));
                done = true;
            }

            @Override
            public void close() {
                open.decrementAndGet();
                if (!done) {
                    closedWithoutCommit.incrementAndGet();
                }
            }
        };
    }

    Committed last() {
        return committed.getLast();
    }

    @Override
    public Optional<IdempotentAnswer> idempotentAnswer(byte[] key, Instant now) {
        return Optional.ofNullable(answers.get(HexFormat.of().formatHex(key)))
                .filter(a -> a.at().plus(Duration.ofDays(1)).isAfter(now));
    }

    @Override
    public State state() {
        return state;
    }

    @Override
    public void close() {}

    // what the door never asks

    @Override
    public Optional<Transmission> transmission(long id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Ungenerated> ungenerated() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Ungenerated> ungenerated(long id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean start(long id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean cancel(long id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<StoredRecipient> recipients(long transmission, int fromPlace, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Recipient> recipient(MessageId id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<byte[]> content(ContentId id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Void> generated(Generated generated) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void forEachQueue(BiConsumer<QueueKey, Instant> queue) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Waiting> due(QueueKey queue, Instant until, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Instant> nextDue(QueueKey queue, Instant after) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Void> deferred(Waiting before, Waiting after, List<Event> events) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Void> happened(List<Event> events) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Void> finished(Waiting before, List<Event> events) {
        throw new UnsupportedOperationException();
    }

    @Override
    public EventStream events() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Map<String, Double> gauges() {
        return Map.of();
    }

    @Override
    public void backup(Path directory) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void sweep(Instant now) {
        throw new UnsupportedOperationException();
    }
}
