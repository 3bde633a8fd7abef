package dev.tradewind.simulation;

import dev.tradewind.mail.MessageId;
import dev.tradewind.spool.QueueKey;
import dev.tradewind.spool.Waiting;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;

/**
 * The spool as the engine sees it: writes become visible and durable a little later, in order, several at once; a crash takes back those
 * that are not durable yet, all or the younger of them.
 */
final class Disk {
    private static final Comparator<Waiting> ORDER =
            Comparator.comparing(Waiting::due).thenComparing(Waiting::id);

    private final Timeline time;
    private final RandomGenerator random;
    private final Map<QueueKey, TreeSet<Waiting>> queues = new TreeMap<>();
    private final Deque<Write> pending = new ArrayDeque<>();
    private final Map<MessageId, List<String>> events = new HashMap<>();
    private int cursor;
    private boolean syncing;
    private int epoch;

    /** What is written at once. */
    private record Write(Runnable change, Runnable durable) {}

    Disk(Timeline time, RandomGenerator random) {
        this.time = time;
        this.random = random;
    }

    private void write(Runnable change, Runnable durable) {
        pending.add(new Write(change, durable));
        sync();
    }

    private void sync() {
        if (syncing || pending.isEmpty()) {
            return;
        }
        syncing = true;
        int group = pending.size();
        int mine = epoch;
        long micros = 200 + random.nextInt(random.nextInt(50) == 0 ? 400_000 : 5_000); // now and then a slow one
        time.after(Duration.ofNanos(micros * 1000), () -> {
            if (mine != epoch) {
                return;
            }
            List<Runnable> told = new ArrayList<>();
            for (int i = 0; i < group; i++) {
                Write write = pending.removeFirst();
                write.change().run();
                told.add(write.durable());
            }
            syncing = false;
            told.forEach(Runnable::run);
            sync();
        });
    }

    /** The machine loses power: of what is not durable a beginning may have reached the disk, and nobody was told. */
    void crash() {
        epoch++;
        syncing = false;
        int survive = random.nextInt(pending.size() + 1);
        for (int i = 0; i < survive; i++) {
            pending.removeFirst().change().run();
        }
        pending.clear();
    }

    // ---- what the engine writes

    /** Messages were generated, up to this place. */
    void generated(int nextPlace, List<Waiting> waiting, Runnable durable) {
        write(
                () -> {
                    cursor = nextPlace;
                    for (Waiting one : waiting) {
                        insert(one);
                        tell(one.id(), "injection");
                    }
                },
                durable);
    }

    void deferred(Waiting before, Waiting after, Runnable durable) {
        write(
                () -> {
                    remove(before);
                    insert(after);
                    tell(before.id(), "delay");
                },
                durable);
    }

    void finished(Waiting before, String event, Runnable durable) {
        write(
                () -> {
                    remove(before);
                    tell(before.id(), event);
                },
                durable);
    }

    private void insert(Waiting waiting) {
        queues.computeIfAbsent(waiting.queue(), key -> new TreeSet<>(ORDER)).add(waiting);
    }

    private void remove(Waiting waiting) {
        TreeSet<Waiting> queue = queues.get(waiting.queue());
        if (queue == null || !queue.remove(waiting)) {
            throw new AssertionError("message " + waiting.id() + " is not where its outcome says it was");
        }
        if (queue.isEmpty()) {
            queues.remove(waiting.queue());
        }
    }

    private void tell(MessageId id, String event) {
        events.computeIfAbsent(id, key -> new ArrayList<>(3)).add(event);
    }

    // ---- what it reads

    /** Messages before this place are generated. */
    int cursor() {
        return cursor;
    }

    void forEachQueue(BiConsumer<QueueKey, Instant> queue) {
        queues.forEach((key, waiting) -> queue.accept(key, waiting.first().due()));
    }

    List<Waiting> due(QueueKey queue, Instant until, int limit) {
        List<Waiting> found = new ArrayList<>();
        TreeSet<Waiting> all = queues.get(queue);
        if (all != null) {
            for (Waiting one : all) {
                if (found.size() >= limit || one.due().isAfter(until)) {
                    break;
                }
                found.add(one);
            }
        }
        return found;
    }

    Optional<Instant> nextDue(QueueKey queue, Instant after) {
        TreeSet<Waiting> all = queues.get(queue);
        if (all != null) {
            for (Waiting one : all) {
                if (one.due().isAfter(after)) {
                    return Optional.of(one.due());
                }
            }
        }
        return Optional.empty();
    }

    /** Events of a message, in order. */
    List<String> events(MessageId id) {
        return events.getOrDefault(id, List.of());
    }

    int waiting() {
        return queues.values().stream().mapToInt(TreeSet::size).sum();
    }
}
