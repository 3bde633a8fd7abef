package dev.tradewind.spool;

import dev.tradewind.event.Event;
import dev.tradewind.mail.MessageId;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** A spool in memory for tests of the front door: they see what is staged and committed, and can let a commit fail. */
public final class WatchedSpool extends MemorySpool {
    /** A transmission that was committed. */
    public record Committed(Transmission transmission, byte[] content, List<Recipient> recipients) {}

    /** In order of commit. */
    public final LinkedBlockingDeque<Committed> committed = new LinkedBlockingDeque<>();

    public final AtomicLong commits = new AtomicLong();
    /** Stagings that are not closed. */
    public final AtomicInteger open = new AtomicInteger();

    public final AtomicInteger closedWithoutCommit = new AtomicInteger();
    /** Recipients added to any staging. */
    public final AtomicLong added = new AtomicLong();
    /** Events of refused mail, which came beside any transmission. */
    public final List<Event> happened = new CopyOnWriteArrayList<>();

    /** False: counts only, so that very large or very many requests take no memory. */
    public volatile boolean keeping = true;
    /** Commits find no room. */
    public volatile boolean failing;
    /** Commits meet a bug. */
    public volatile boolean broken;

    public WatchedSpool(InstantSource clock) {
        super(clock, RandomGenerator.getDefault());
    }

    /** The transmission that was committed last. */
    public Committed last() {
        return committed.getLast();
    }

    @Override
    public Staging stage() throws StoreUnavailable {
        return new WatchedStaging(super.stage());
    }

    @Override
    public Staging stageNotification() throws StoreUnavailable {
        return new WatchedStaging(super.stageNotification());
    }

    @Override
    public CompletableFuture<Void> happened(List<Event> events) {
        happened.addAll(events);
        return super.happened(events);
    }

    private final class WatchedStaging implements Staging {
        private final Staging staging;
        private final List<Recipient> recipients = new ArrayList<>();
        private int size;
        private boolean done;

        private WatchedStaging(Staging staging) {
            this.staging = staging;
            open.incrementAndGet();
        }

        @Override
        public long transmissionId() {
            return staging.transmissionId();
        }

        @Override
        public MessageId add(Recipient recipient) throws StoreUnavailable {
            added.incrementAndGet();
            int place = size++;
            if (!keeping) {
                return MessageId.of(transmissionId(), place, 7);
            }
            recipients.add(recipient);
            return staging.add(recipient);
        }

        @Override
        public int size() {
            return size;
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
            if (keeping) {
                staging.commit(transmission, content, answer);
                committed.add(new Committed(transmission, content, List.copyOf(recipients)));
            }
            commits.incrementAndGet();
            done = true;
        }

        @Override
        public void close() {
            staging.close();
            open.decrementAndGet();
            if (!done) {
                closedWithoutCommit.incrementAndGet();
            }
        }
    }
}
