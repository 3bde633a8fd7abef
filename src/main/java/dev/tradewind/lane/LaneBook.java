package dev.tradewind.lane;

import dev.tradewind.mail.MessageId;
import dev.tradewind.spool.QueueKey;
import dev.tradewind.spool.Waiting;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * All lanes and the queues that feed them. Not thread-safe: the shell holds one lock around every call, each of which is short.
 *
 * <p>How a message moves: it is <em>offered</em> when it is generated, or <em>loaded</em> from disk, and <em>held</em> if there is room
 * (else it stays on disk only, and its queue is loaded later). A held message belongs to the lane of its queue's site, once the shell
 * has found the site. A connection <em>takes</em> it, and after its outcome is durable it is <em>released</em>. Queues that have more
 * on disk are in a heap by the time at which loading them makes sense.
 *
 * <p>A lane whose site was unwilling rests: its messages go back to disk, so that a dead site costs no memory, and when the rest is over
 * one connection probes the site before others follow.
 *
 * <p>Room: a queue may hold an eighth of what is free, between {@value #LEAST_ROOM} and {@code delivery.held_per_domain}, so that a few
 * slow domains never take it all (the dynamic threshold of shared-memory switches, Choudhury and Hahne 1998).
 *
 * @param <M> what the shell keeps with a held message
 */
public final class LaneBook<M> {
    private static final int LEAST_ROOM = 8;
    private static final Duration FORGET_AFTER = Duration.ofHours(1);

    private final LaneLimits limits;
    private final Consumer<M> dropped;
    private final Map<QueueKey, Queue<M>> queues = new HashMap<>();
    private final Map<String, Lane<M>> lanes = new HashMap<>();
    private final TreeSet<Queue<M>> loads = new TreeSet<>();
    private final PriorityQueue<Rest<M>> rests = new PriorityQueue<>();
    private final Set<Lane<M>> starved = new LinkedHashSet<>();
    private int held;
    private int connections;

    /**
     * @param limits  what lanes may do
     * @param dropped told of what was kept with a message that goes back to disk without an attempt
     */
    public LaneBook(LaneLimits limits, Consumer<M> dropped) {
        this.limits = limits;
        this.dropped = dropped;
    }

    private record Rest<M>(Lane<M> lane, Instant until) implements Comparable<Rest<M>> {
        @Override
        public int compareTo(Rest<M> other) {
            return until.compareTo(other.until);
        }
    }

    /** The messages of one pool to one recipient domain. */
    private static final class Queue<M> implements Comparable<Queue<M>> {
        final QueueKey key;
        final Set<MessageId> held = new HashSet<>();
        final Deque<Held<M>> unrouted = new ArrayDeque<>();

        @Nullable
        String site;

        Instant routedUntil = Instant.MIN;
        boolean routing;
        boolean loading;
        /** Released since loading began: what was read of them is out of date. */
        final Set<MessageId> releasedMeanwhile = new HashSet<>();
        /** More is due on disk, but enough is held: to be loaded when that has run low. */
        boolean loadWhenLow;

        int dnsFailures;
        /** When to load; in {@link LaneBook#loads} exactly while this is set. */
        @Nullable
        Instant loadAt;

        Queue(QueueKey key) {
            this.key = key;
        }

        @Override
        public int compareTo(Queue<M> other) {
            Instant mine = loadAt == null ? Instant.MAX : loadAt;
            int byTime = mine.compareTo(other.loadAt == null ? Instant.MAX : other.loadAt);
            return byTime != 0 ? byTime : key.compareTo(other.key);
        }
    }

    // ---- messages come

    /**
     * Takes a place for a message that is about to be written: from now on it is not loaded from disk, where it may be seen before its
     * writer goes on. {@link #admit} follows.
     *
     * @return whether there is room; if not, tell {@link #waitsOnDisk} once it is visible there
     */
    public boolean reserve(Waiting waiting) {
        Queue<M> queue = queues.computeIfAbsent(waiting.queue(), Queue::new);
        if (queue.held.size() >= room(queue) || !queue.held.add(waiting.id())) {
            forgetIfEmpty(queue);
            return false;
        }
        held++;
        return true;
    }

    /**
     * Lets a message with a place be attempted.
     *
     * @param transactional its sender's flag
     */
    public void admit(Waiting waiting, boolean transactional, @Nullable M kept, Instant now) {
        place(queues.computeIfAbsent(waiting.queue(), Queue::new), new Held<>(waiting, kept, transactional), now);
    }

    /** Whether a message has a place. */
    public boolean isHeld(Waiting waiting) {
        Queue<M> queue = queues.get(waiting.queue());
        return queue != null && queue.held.contains(waiting.id());
    }

    private int room(Queue<M> queue) {
        if (held >= limits.heldTotal()) {
            return 0;
        }
        int share = Math.max(LEAST_ROOM, (limits.heldTotal() - held + queue.held.size()) / 8);
        return Math.min(limits.heldPerQueue(), share);
    }

    private void place(Queue<M> queue, Held<M> message, Instant now) {
        if (queue.site == null || !now.isBefore(queue.routedUntil)) {
            queue.unrouted.addLast(message);
        } else {
            lanes.computeIfAbsent(queue.site, Lane::new).add(message);
        }
    }

    /** Says that a message of a queue waits on disk, visible there, and may be attempted from {@code due} on. */
    public void waitsOnDisk(QueueKey key, Instant due) {
        loadAt(queues.computeIfAbsent(key, Queue::new), due);
    }

    private void loadAt(Queue<M> queue, Instant due) {
        if (queue.loadAt == null || due.isBefore(queue.loadAt)) {
            loads.remove(queue);
            queue.loadAt = due;
            loads.add(queue);
        }
    }

    /** A queue to be loaded: messages due by now, at most {@code limit} of them, held ones counted. */
    public record Load(QueueKey queue, int limit) {}

    /** The next queue that ought to be loaded now, if there is one and there is room. Answer with {@link #loaded}. */
    public Optional<Load> nextLoad(Instant now) {
        while (held < limits.heldTotal() && !loads.isEmpty()) {
            Queue<M> first = loads.first();
            if (first.loadAt == null || first.loadAt.isAfter(now)) {
                return Optional.empty();
            }
            loads.remove(first);
            first.loadAt = null;
            int room = room(first);
            if (first.held.size() > room / 2) {
                first.loadWhenLow = true;
                continue;
            }
            first.loading = true;
            // Held ones are still on disk at the head of the queue, so they are read again and passed over.
            return Optional.of(new Load(first.key, first.held.size() + room));
        }
        return Optional.empty();
    }

    /**
     * A message read from disk.
     *
     * @param transactional its sender's flag
     * @param expired       whether it is too old for another attempt
     */
    public record Loaded(Waiting waiting, boolean transactional, boolean expired) {}

    /**
     * What loading brought.
     *
     * @param messages in order; those held already are passed over, and those released since {@link #nextLoad}: they are gone, or wait
     *                 under another time
     * @param nextDue  earliest due time of what is left on disk (now or earlier, if more is due than was asked for)
     * @return the expired ones, to be ended and then released; they join no lane, so that they end while a site rests too
     */
    public List<Held<M>> loaded(QueueKey key, List<Loaded> messages, Optional<Instant> nextDue, Instant now) {
        Queue<M> queue = queues.computeIfAbsent(key, Queue::new);
        queue.loading = false;
        List<Held<M>> expired = new ArrayList<>();
        for (Loaded message : messages) {
            MessageId id = message.waiting().id();
            if (queue.held.contains(id) || queue.releasedMeanwhile.contains(id)) {
                continue;
            }
            if (queue.held.size() >= room(queue)) {
                loadAt(queue, now);
                break;
            }
            Held<M> loaded = new Held<>(message.waiting(), null, message.transactional());
            queue.held.add(id);
            held++;
            if (message.expired()) {
                expired.add(loaded);
            } else {
                place(queue, loaded, now);
            }
        }
        queue.releasedMeanwhile.clear();
        nextDue.ifPresent(due -> loadAt(queue, due));
        forgetIfEmpty(queue);
        return expired;
    }

    /** When the next load or the end of a rest is due; empty if nothing is, or if there is no room for anything. */
    public Optional<Instant> nextWake() {
        Instant earliest = loads.isEmpty() || held >= limits.heldTotal() ? null : loads.first().loadAt;
        Rest<M> rest = rests.peek();
        if (rest != null && (earliest == null || rest.until().isBefore(earliest))) {
            earliest = rest.until();
        }
        return Optional.ofNullable(earliest);
    }

    // ---- where they go

    /** Whether the site of this queue must be found now. Answer with {@link #routed}, {@link #unroutable} or {@link #unresolved}. */
    public boolean needsRoute(QueueKey key) {
        Queue<M> queue = queues.get(key);
        if (queue == null || queue.unrouted.isEmpty() || queue.routing) {
            return false;
        }
        queue.routing = true;
        return true;
    }

    /** The site of a queue was found, to be asked again after {@code until}: its messages join that lane. */
    public Lane<M> routed(QueueKey key, String site, Instant until) {
        Queue<M> queue = queues.computeIfAbsent(key, Queue::new);
        queue.routing = false;
        queue.dnsFailures = 0;
        queue.site = site;
        queue.routedUntil = until;
        Lane<M> lane = lanes.computeIfAbsent(site, Lane::new);
        for (Held<M> message : queue.unrouted) {
            lane.add(message);
        }
        queue.unrouted.clear();
        return lane;
    }

    /** There is no route for a queue and never will be: its held messages are handed back to be ended, then released. */
    public List<Held<M>> unroutable(QueueKey key) {
        Queue<M> queue = queues.get(key);
        if (queue == null) {
            return List.of();
        }
        queue.routing = false;
        queue.site = null;
        List<Held<M>> back = List.copyOf(queue.unrouted);
        queue.unrouted.clear();
        return back;
    }

    /**
     * The site of a queue cannot be found now. The first message is handed back to be deferred, so that its sender hears of it; the
     * others wait on disk until the rest is over.
     */
    public Optional<Held<M>> unresolved(QueueKey key, Instant now) {
        Queue<M> queue = queues.get(key);
        if (queue == null) {
            return Optional.empty();
        }
        queue.routing = false;
        queue.site = null;
        Instant until = now.plus(rest(queue.dnsFailures++));
        Held<M> first = queue.unrouted.pollFirst();
        backToDisk(queue.unrouted, until);
        return Optional.ofNullable(first);
    }

    /** The lane of a queue, if its site is known. */
    public Optional<Lane<M>> laneOf(QueueKey key) {
        Queue<M> queue = queues.get(key);
        return queue == null || queue.site == null ? Optional.empty() : Optional.ofNullable(lanes.get(queue.site));
    }

    // ---- connections

    /** Whether a lane ought to open one more connection now; if so, {@link #opening} follows. */
    public boolean wantsConnection(Lane<M> lane, Instant now) {
        if (lane.depth() <= lane.idleConnections || lane.rests(now)) {
            return false;
        }
        boolean wants = lane.failures > 0
                ? lane.connections == 0 // after a rest, one connection probes
                : lane.connections < limits.connections()
                        && lane.connections - lane.idleConnections < connectionsFor(lane.depth());
        if (wants && connections >= limits.totalConnections()) {
            starved.add(lane);
            return false;
        }
        return wants;
    }

    /** Connections that a depth is worth: limit × (1 − e^(−0.023 × depth)), at least one. */
    int connectionsFor(int depth) {
        return Math.max(1, (int) Math.ceil(limits.connections() * (1 - Math.exp(-0.023 * depth))));
    }

    /** A lane that was refused a connection because of {@code delivery.total_connections} and still wants one. */
    public Optional<Lane<M>> nextStarved(Instant now) {
        while (!starved.isEmpty() && connections < limits.totalConnections()) {
            Lane<M> lane = starved.iterator().next();
            starved.remove(lane);
            if (wantsConnection(lane, now)) {
                return Optional.of(lane);
            }
        }
        return Optional.empty();
    }

    /** A lane opens a connection. */
    public void opening(Lane<M> lane) {
        lane.connections++;
        connections++;
    }

    /** A host of the site was willing: whatever rest there was is over. */
    public void opened(Lane<M> lane) {
        lane.failures = 0;
        lane.restsUntil = null;
    }

    /**
     * No host of the site was willing, or one asked us to go away: the lane rests and its messages go back to disk.
     *
     * @return the end of the rest
     */
    public Instant unwilling(Lane<M> lane, Instant now) {
        if (lane.restsUntil != null && lane.rests(now)) {
            return lane.restsUntil; // another connection of the same lane has said so already
        }
        Instant until = now.plus(rest(lane.failures++));
        lane.restsUntil = until;
        remind(lane, until);
        backToDisk(lane.transactional, until);
        backToDisk(lane.bulk, until);
        return until;
    }

    private void remind(Lane<M> lane, Instant at) {
        lane.reminders++;
        rests.add(new Rest<>(lane, at));
    }

    private Duration rest(int failures) {
        Duration rest = limits.firstRest();
        for (int i = 0; i < failures && rest.compareTo(limits.longestRest()) < 0; i++) {
            rest = rest.multipliedBy(2);
        }
        return rest.compareTo(limits.longestRest()) > 0 ? limits.longestRest() : rest;
    }

    private void backToDisk(Deque<Held<M>> messages, Instant until) {
        for (Held<M> message : messages) {
            M kept = message.takeKept();
            if (kept != null) {
                dropped.accept(kept);
            }
            Queue<M> queue = queues.get(message.waiting().queue());
            if (queue != null && queue.held.remove(message.waiting().id())) {
                held--;
                queue.loadWhenLow = false;
                loadAt(queue, until);
            }
        }
        messages.clear();
    }

    /** A connection of the lane is gone. */
    public void closed(Lane<M> lane) {
        lane.connections--;
        connections--;
        forgetIfEmpty(lane);
    }

    /** A connection of the lane waits for work, or does so no more. */
    public void idle(Lane<M> lane, boolean waits) {
        lane.idleConnections += waits ? 1 : -1;
    }

    /** The next message for a connection of the lane; empty when there is none or the lane rests. */
    public Optional<Held<M>> take(Lane<M> lane, Instant now) {
        return lane.rests(now) ? Optional.empty() : Optional.ofNullable(lane.next());
    }

    /**
     * Ends the rests that are over. A lane keeps its count of failures until a host was willing, or nothing was to be sent there for an
     * hour.
     */
    public List<Lane<M>> wake(Instant now) {
        List<Lane<M>> awake = new ArrayList<>();
        for (Rest<M> due = rests.peek(); due != null && !due.until().isAfter(now); due = rests.peek()) {
            rests.poll();
            Lane<M> lane = due.lane();
            lane.reminders--;
            if (lane.restsUntil == null || lane.rests(now)) {
                continue;
            }
            if (lane.depth() > 0 || lane.connections > 0) {
                awake.add(lane);
            } else if (now.isBefore(lane.restsUntil.plus(FORGET_AFTER))) {
                remind(lane, lane.restsUntil.plus(FORGET_AFTER));
            } else {
                lanes.remove(lane.site(), lane);
            }
        }
        return awake;
    }

    // ---- messages go

    /**
     * The outcome of a held message is durable.
     *
     * @return whether a load that had to wait for room may now be possible
     */
    public boolean released(Waiting waiting, Instant now) {
        Queue<M> queue = queues.get(waiting.queue());
        if (queue == null || !queue.held.remove(waiting.id())) {
            return false;
        }
        if (queue.loading) {
            queue.releasedMeanwhile.add(waiting.id());
        }
        boolean wasFull = held-- >= limits.heldTotal();
        if (queue.loadWhenLow && queue.held.size() <= room(queue) / 2) {
            queue.loadWhenLow = false;
            loadAt(queue, now);
            return true;
        }
        forgetIfEmpty(queue);
        return wasFull && !loads.isEmpty();
    }

    private void forgetIfEmpty(Queue<M> queue) {
        boolean empty = queue.held.isEmpty() && queue.loadAt == null && !queue.loading && !queue.routing;
        if (empty && !queue.loadWhenLow) {
            queues.remove(queue.key);
        }
    }

    private void forgetIfEmpty(Lane<M> lane) {
        if (lane.depth() > 0 || lane.connections > 0) {
            return;
        }
        if (lane.failures == 0 || lane.restsUntil == null) {
            lanes.remove(lane.site(), lane);
        } else if (lane.reminders == 0) {
            remind(lane, lane.restsUntil.plus(FORGET_AFTER)); // its failures are remembered a while
        }
    }

    // ---- numbers

    /** Messages held in memory. */
    public int held() {
        return held;
    }

    /** Connections open or being opened. */
    public int connections() {
        return connections;
    }

    /** Lanes in memory: those with messages, connections or a rest. */
    public Collection<Lane<M>> lanes() {
        return Collections.unmodifiableCollection(lanes.values());
    }

    /** Queues known to have messages. */
    public int queueCount() {
        return queues.size();
    }
}
