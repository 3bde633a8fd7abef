package dev.tradewind.sandbox;

import dev.tradewind.account.TenantScope;
import dev.tradewind.mail.MessageId;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What writes the sandbox inbox: one platform thread. Deliveries queue up and share a commit ({@value #BATCH} messages or
 * {@value #BATCH_OCTETS} octets at most), so that thousands a second may arrive.
 */
final class InboxWriter {
    private static final Logger LOG = LoggerFactory.getLogger(InboxWriter.class);
    private static final int WAITING = 256;
    private static final int BATCH = 256;
    private static final long BATCH_OCTETS = 16 << 20;
    /** How long a caller waits for room in the queue, and then for the commit. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    /** A piece of work for the writer. */
    private sealed interface Order {
        /** To be kept, unless who waits for it has given up first: {@code claimed} says that one of the two has it. */
        record Keep(Arrival arrival, Summary.Digest digest, CompletableFuture<Long> id, AtomicBoolean claimed)
                implements Order {
            /** Whether it is the caller's to decide now: the writer's to write, or the waiter's to give up. */
            boolean claim() {
                return claimed.compareAndSet(false, true);
            }
        }

        /** To be removed: one message or all of a scope. */
        record Remove(TenantScope scope, OptionalLong id, CompletableFuture<Long> removed) implements Order {}

        /** The end. */
        record Stop() implements Order {}
    }

    private final Handle writing;
    private final SandboxSettings settings;
    private final InstantSource clock;
    private final Duration patience;
    private final BlockingQueue<Order> orders = new ArrayBlockingQueue<>(WAITING);
    private final Thread thread;
    private volatile boolean closed;

    // of the thread
    private long messages;
    private long octets;
    /** After a failed transaction the counts may be wrong. */
    private boolean countAgain = true;

    /** @param writing the connection that is written by; whoever opened it closes it behind {@link #stop} */
    InboxWriter(Handle writing, SandboxSettings settings, InstantSource clock, Duration patience) {
        this.patience = patience;
        this.writing = writing;
        this.settings = settings;
        this.clock = clock;
        this.thread = Thread.ofPlatform().name("sandbox-inbox").daemon().unstarted(this::write);
    }

    void start() {
        thread.start();
    }

    /** Finishes what is queued; returns when the thread has ended. */
    void stop() {
        closed = true;
        try {
            orders.put(new Order.Stop());
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            thread.interrupt();
        }
    }

    /** Keeps a message; returns after the commit of its batch. Blocks for milliseconds, under load for longer, at most a minute. */
    SandboxInbox.Kept keep(Arrival arrival) {
        CompletableFuture<Long> id = new CompletableFuture<>();
        Order.Keep order = new Order.Keep(
                arrival, MailReader.digest(arrival.message(), arrival.forwardPath()), id, new AtomicBoolean());
        try {
            if (!submit(order)) {
                return new SandboxInbox.Kept.Not("the sandbox inbox is closing or too busy");
            }
            return new SandboxInbox.Kept.As(id.get(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return giveUp(order, "interrupted");
        } catch (ExecutionException e) {
            return new SandboxInbox.Kept.Not("the sandbox inbox cannot be written: " + e.getCause());
        } catch (TimeoutException e) {
            return giveUp(order, "the sandbox inbox did not commit within " + patience.toSeconds() + " s");
        }
    }

    /** What the writer has taken up may still be committed; what it has not, it will leave. */
    private static SandboxInbox.Kept giveUp(Order.Keep order, String why) {
        return order.claim() ? new SandboxInbox.Kept.Not(why) : new SandboxInbox.Kept.Perhaps(why);
    }

    /**
     * Removes one message of a scope or all, and says how many there were.
     *
     * @throws IllegalStateException if the database cannot be written
     */
    long remove(TenantScope scope, OptionalLong id) throws InterruptedException {
        Order.Remove order = new Order.Remove(scope, id, new CompletableFuture<>());
        if (!submit(order)) {
            throw new IllegalStateException("the sandbox inbox is closing or too busy");
        }
        try {
            return order.removed().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the sandbox inbox cannot be written", e);
        }
    }

    private boolean submit(Order order) throws InterruptedException {
        return !closed && orders.offer(order, patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    // ---- on the thread

    private void write() {
        List<Order> batch = new ArrayList<>(BATCH);
        boolean goOn = true;
        while (goOn) {
            batch.clear();
            try {
                Order first = orders.take();
                long size = add(batch, first);
                while (batch.size() < BATCH && size < BATCH_OCTETS) {
                    Order next = orders.poll();
                    if (next == null) {
                        break;
                    }
                    size += add(batch, next);
                }
            } catch (InterruptedException e) {
                goOn = false;
            }
            goOn &= batch.stream().noneMatch(Order.Stop.class::isInstance);
            commit(batch);
        }
        batch.clear();
        orders.drainTo(batch);
        batch.forEach(order -> fail(order, new IllegalStateException("the sandbox inbox is closed")));
    }

    private static long add(List<Order> batch, Order order) {
        batch.add(order);
        return order instanceof Order.Keep keep ? keep.arrival().message().size() : 0;
    }

    /** Keeps and removals in their order, in one transaction; who waits is told after its commit. */
    private void commit(List<Order> batch) {
        List<Runnable> tell = new ArrayList<>(batch.size());
        try {
            writing.useTransaction(handle -> {
                if (countAgain) {
                    measure(handle);
                    countAgain = false;
                }
                List<Order.Keep> keeps = new ArrayList<>(batch.size());
                for (Order order : batch) {
                    switch (order) {
                        case Order.Keep keep -> {
                            if (keep.claim()) {
                                keeps.add(keep);
                            }
                        }
                        case Order.Remove remove -> {
                            insert(handle, keeps, tell);
                            keeps.clear();
                            long removed = remove(handle, remove);
                            tell.add(() -> remove.removed().complete(removed));
                        }
                        case Order.Stop stop -> {}
                    }
                }
                insert(handle, keeps, tell);
                dropOldest(handle);
            });
            tell.forEach(Runnable::run);
        } catch (RuntimeException e) { // whatever it is, the writer must live on and nobody may wait in vain
            LOG.atError().addKeyValue("orders", batch.size()).setCause(e).log("the sandbox inbox cannot be written");
            countAgain = true;
            batch.forEach(order -> fail(order, e));
        }
    }

    private static void fail(Order order, RuntimeException why) {
        switch (order) {
            case Order.Keep keep -> keep.id().completeExceptionally(why);
            case Order.Remove remove -> remove.removed().completeExceptionally(why);
            case Order.Stop stop -> {}
        }
    }

    private void insert(Handle handle, List<Order.Keep> keeps, List<Runnable> tell) {
        if (keeps.isEmpty()) {
            return;
        }
        long next = handle.createQuery("SELECT COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'message'), 0)")
                .mapTo(Long.class)
                .one();
        long now = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
        try (PreparedBatch rows = handle.prepareBatch(
                        "INSERT INTO message VALUES (:id, :received, :account, :subaccount, :messageId, :reversePath, "
                                + ":forwardPath, :sender, :recipient, :subject, :preview, :attachments, :octets)");
                PreparedBatch contents = handle.prepareBatch("INSERT INTO content VALUES (:id, :octets)")) {
            for (Order.Keep keep : keeps) {
                Arrival arrival = keep.arrival();
                Summary.Digest digest = keep.digest();
                long id = ++next;
                rows.bind("id", id)
                        .bind("received", now)
                        .bind("account", arrival.tenant().account())
                        .bind("subaccount", arrival.tenant().subaccount())
                        .bind("messageId", arrival.id().map(MessageId::toString).orElse(""))
                        .bind("reversePath", arrival.reversePath())
                        .bind("forwardPath", arrival.forwardPath())
                        .bind("sender", digest.from())
                        .bind("recipient", digest.to())
                        .bind("subject", digest.subject())
                        .bind("preview", digest.preview())
                        .bind("attachments", digest.attachments())
                        .bind("octets", arrival.message().size())
                        .add();
                contents.bind("id", id)
                        .bind("octets", arrival.message().octets())
                        .add();
                messages++;
                octets += arrival.message().size();
                tell.add(() -> keep.id().complete(id));
            }
            rows.execute();
            contents.execute();
        }
    }

    private long remove(Handle handle, Order.Remove order) {
        String where = SandboxInbox.whose(order.scope()) + (order.id().isPresent() ? " AND id = :id" : "");
        var content =
                handle.createUpdate("DELETE FROM content WHERE id IN (SELECT id FROM message WHERE " + where + ")");
        var row = handle.createUpdate("DELETE FROM message WHERE " + where);
        order.id().ifPresent(id -> {
            content.bind("id", id);
            row.bind("id", id);
        });
        SandboxInbox.bindScope(content, order.scope());
        SandboxInbox.bindScope(row, order.scope());
        content.execute();
        int removed = row.execute();
        if (removed > 0) {
            measure(handle);
        }
        return removed;
    }

    private void dropOldest(Handle handle) {
        long most = settings.maxOctets().octets();
        while (messages > 1 && (messages > settings.maxMessages() || octets > most)) {
            long excess = Math.max(1, messages - settings.maxMessages());
            List<long[]> oldest = handle.createQuery("SELECT id, octets FROM message ORDER BY id LIMIT :n")
                    .bind("n", Math.min(excess, BATCH))
                    .map((row, context) -> new long[] {row.getLong(1), row.getLong(2)})
                    .list();
            long last = oldest.getLast()[0];
            handle.execute("DELETE FROM content WHERE id <= ?", last);
            handle.execute("DELETE FROM message WHERE id <= ?", last);
            messages -= oldest.size();
            for (long[] dropped : oldest) {
                octets -= dropped[1];
            }
        }
    }

    private void measure(Handle handle) {
        long[] found = handle.createQuery("SELECT COUNT(*), COALESCE(SUM(octets), 0) FROM message")
                .map((row, context) -> new long[] {row.getLong(1), row.getLong(2)})
                .one();
        messages = found[0];
        octets = found[1];
    }
}
