package dev.tradewind.lane;

import dev.tradewind.mail.MessageId;
import dev.tradewind.spool.QueueKey;
import dev.tradewind.spool.Waiting;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Which messages are held in memory, and which queues are to be loaded from disk when.
 *
 * <p>Room is shared by dynamic thresholds (Choudhury and Hahne 1998), so that whoever has much never takes it all: an account may hold, of its
 * transactional and of its bulk mail each, as much as is free beside it; a queue an eighth of what is free, between {@value #LEAST_ROOM} and
 * {@code delivery.held_per_domain}.
 */
final class Stock<M> {
    private static final int LEAST_ROOM = 8;

    private final LaneLimits limits;
    private final Consumer<Queue<M>> forgotten;
    private final Map<QueueKey, Queue<M>> queues = new HashMap<>();
    private final Map<Portion.Key, Portion<M>> portions = new HashMap<>();
    private final TreeSet<Queue<M>> loads = new TreeSet<>();
    private int held;

    Stock(LaneLimits limits, Consumer<Queue<M>> forgotten) {
        this.limits = limits;
        this.forgotten = forgotten;
    }

    Queue<M> queue(QueueKey key, Function<QueueKey, Destination<M>> destinations) {
        Queue<M> found = queues.get(key);
        if (found != null) {
            return found;
        }
        Destination<M> destination = destinations.apply(key);
        Portion<M> portion = portions.computeIfAbsent(
                new Portion.Key(key.flow().account(), key.flow().transactional()), Portion::new);
        Queue<M> fresh = new Queue<>(key, destination, portion);
        queues.put(key, fresh);
        destination.queues.add(fresh);
        portion.queues++;
        return fresh;
    }

    @Nullable
    Queue<M> find(QueueKey key) {
        return queues.get(key);
    }

    // ---- room

    /** What a queue may hold now. */
    private int room(Queue<M> queue) {
        int free = limits.heldTotal() - held;
        if (free <= 0) {
            return 0;
        }
        int ofQueue = Math.min(limits.heldPerQueue(), Math.max(LEAST_ROOM, (free + queue.held.size()) / 8));
        int ofPortion = roomOf(queue.portion) - queue.portion.held;
        // An account that has used up its portion may still begin with other domains, unless that is the last quarter.
        int atLeast = free > limits.heldTotal() / 4 ? LEAST_ROOM : 0;
        return Math.min(ofQueue, Math.max(atLeast, queue.held.size() + ofPortion));
    }

    /** What an account may hold now of one kind of mail. */
    private int roomOf(Portion<M> portion) {
        return Math.max(LEAST_ROOM, (limits.heldTotal() - held + portion.held) / 2);
    }

    /** Takes a place for a message; false if there is none, or it has one. */
    boolean hold(Queue<M> queue, MessageId message) {
        if (queue.held.size() >= room(queue) || !queue.held.add(message)) {
            return false;
        }
        held++;
        queue.portion.held++;
        return true;
    }

    boolean isHeld(Waiting waiting) {
        Queue<M> queue = queues.get(waiting.queue());
        return queue != null && queue.held.contains(waiting.id());
    }

    /** Gives a place back without any message having ended. */
    void release(Queue<M> queue, MessageId message, Instant now) {
        if (queue.held.remove(message)) {
            held--;
            queue.portion.held--;
            queue.loadWhenLow = false;
            callLine(queue.portion, now);
        }
    }

    /** The outcome of a message is durable. Returns whether a load may be possible that was not. */
    boolean released(Queue<M> queue, MessageId message, Instant now) {
        if (!queue.held.remove(message)) {
            return false;
        }
        if (queue.loading) {
            queue.releasedMeanwhile.add(message);
        }
        boolean wasFull = held-- >= limits.heldTotal();
        queue.portion.held--;
        boolean woken = callLine(queue.portion, now);
        if (queue.loadWhenLow && queue.held.size() <= room(queue) / 2) {
            queue.loadWhenLow = false;
            loadAt(queue, now);
            return true;
        }
        forgetIfEmpty(queue);
        return woken || (wasFull && !loads.isEmpty());
    }

    /** When an account has let go of a quarter of what it may hold, the first of its queues in line are loaded. */
    private boolean callLine(Portion<M> portion, Instant now) {
        if (portion.line.isEmpty()) {
            return false;
        }
        int room = roomOf(portion);
        if (portion.held > room - room / 4 && portion.held > 0) {
            return false;
        }
        int free = room - portion.held;
        for (int called = 0; called < Math.max(1, free / LEAST_ROOM); called++) {
            Queue<M> first = portion.line.pollFirst();
            if (first == null) {
                break;
            }
            first.inLine = false;
            loadAt(first, now);
        }
        return true;
    }

    // ---- loads

    void loadAt(Queue<M> queue, Instant due) {
        if (queue.loadAt == null || due.isBefore(queue.loadAt)) {
            loads.remove(queue);
            queue.loadAt = due;
            loads.add(queue);
        }
    }

    /** Queues of a kind are looked at now. */
    void loadAll(Predicate<Queue<M>> which, Instant now) {
        for (Queue<M> queue : queues.values()) {
            if (which.test(queue)) {
                loadAt(queue, now);
            }
        }
    }

    Optional<LaneBook.Load> nextLoad(Instant now) {
        while (held < limits.heldTotal() && !loads.isEmpty()) {
            Queue<M> first = loads.first();
            if (first.loadAt == null || first.loadAt.isAfter(now)) {
                return Optional.empty();
            }
            loads.remove(first);
            first.loadAt = null;
            int room = room(first);
            if (room <= first.held.size() && first.portion.held >= roomOf(first.portion)) {
                if (!first.inLine) {
                    first.inLine = true;
                    first.portion.line.addLast(first);
                }
                continue;
            }
            if (first.held.size() > room / 2) {
                first.loadWhenLow = true;
                continue;
            }
            first.loading = true;
            // Held ones are still on disk at the head of the queue, so they are read again and passed over.
            return Optional.of(new LaneBook.Load(first.key, Math.max(room, first.held.size() + 1)));
        }
        return Optional.empty();
    }

    /** When the next load is due; null if none is, or there is no room. */
    @Nullable
    Instant nextLoadAt() {
        return loads.isEmpty() || held >= limits.heldTotal() ? null : loads.first().loadAt;
    }

    void forgetIfEmpty(Queue<M> queue) {
        if (!queue.isForgettable() || queues.get(queue.key) != queue) {
            return;
        }
        queues.remove(queue.key);
        if (--queue.portion.queues == 0) {
            portions.remove(queue.portion.key);
        }
        forgotten.accept(queue);
    }

    // ---- numbers

    int held() {
        return held;
    }

    int queueCount() {
        return queues.size();
    }
}
