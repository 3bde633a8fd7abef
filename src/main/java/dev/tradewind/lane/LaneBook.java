package dev.tradewind.lane;

import dev.tradewind.mail.Domain;
import dev.tradewind.mail.MessageId;
import dev.tradewind.spool.QueueKey;
import dev.tradewind.spool.Waiting;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * All lanes and the queues that feed them: the state machine of delivery. Pure and not thread-safe: the shell holds one lock around every
 * call, each of which is short; a simulation calls it with virtual time.
 *
 * <p>How a message moves: it is <em>reserved</em> and <em>admitted</em> when it is generated, or <em>loaded</em> from disk, and
 * <em>held</em> if there is room (else it stays on disk only, and its queue is loaded later; see {@link Stock}). The shell finds the site of its
 * recipient domain, the source is chosen from its pool, and the message joins the lane of both. A connection <em>takes</em> it in turn
 * ({@link FairShare}) and within the limits ({@link Limiters}), and after its outcome is durable it is <em>released</em>.
 *
 * <p>A lane whose site was unwilling rests: its messages go back to disk, so that a dead site costs no memory, and when the rest is over
 * one connection probes the site before others follow.
 *
 * @param <M> what the shell keeps with a held message
 */
public final class LaneBook<M> {
    /** A suspended queue is looked at so often, so that what expires in it ends in time. */
    private static final Duration LOOK_FOR_EXPIRED = Duration.ofMinutes(30);

    private final LaneLimits limits;
    private final Consumer<M> dropped;
    private final Stock<M> stock;
    private final Map<Domain, Destination<M>> destinations = new HashMap<>();
    private final Lanes<M> lanes;
    private final SourceChoice<M> choice;
    private final ConnectionCount total;
    /**
     * @param limits   what lanes may do together
     * @param sources  which sources there are
     * @param policies what each lane may do
     * @param since    when counting for limits begins: now, or longer ago if nothing has been sent since
     * @param dropped  told of what was kept with a message that goes back to disk without an attempt
     */
    public LaneBook(
            LaneLimits limits, Sources sources, LanePolicy.Finder policies, Instant since, Consumer<M> dropped) {
        this.limits = limits;
        this.dropped = dropped;
        this.stock = new Stock<>(limits, this::queueForgotten);
        this.lanes = new Lanes<>(policies, since);
        this.choice = new SourceChoice<>(sources, lanes);
        this.total = new ConnectionCount(limits.totalConnections());
    }

    // ---- messages come

    /**
     * Takes a place for a message that is about to be written: from now on it is not loaded from disk, where it may be seen before its
     * writer goes on. {@link #admit} follows.
     *
     * @return whether there is room and a lane that could attempt it; if not, tell {@link #waitsOnDisk} once it is visible there
     */
    public boolean reserve(Waiting waiting, Instant now) {
        Queue<M> queue = queue(waiting.queue());
        boolean reserved =
                !choice.blockedUntil(queue, waiting.source(), now).isAfter(now) && stock.hold(queue, waiting.id());
        if (!reserved) {
            stock.forgetIfEmpty(queue);
        }
        return reserved;
    }

    /** Lets a message with a place be attempted. */
    public void admit(Waiting waiting, @Nullable M kept, Instant now) {
        place(queue(waiting.queue()), new Held<>(waiting, kept), now);
    }

    private Queue<M> queue(QueueKey key) {
        return stock.queue(key, this::destination);
    }

    private Destination<M> destination(QueueKey key) {
        return destinations.computeIfAbsent(key.domain(), Destination::new);
    }

    private void queueForgotten(Queue<M> queue) {
        Destination<M> destination = queue.destination;
        destination.queues.remove(queue);
        if (destination.queues.isEmpty() && !destination.routing) {
            destinations.remove(destination.domain);
        }
    }

    /** Whether a message has a place. */
    public boolean isHeld(Waiting waiting) {
        return stock.isHeld(waiting);
    }

    /** Puts a held message into its lane, or back to disk if there is none now. */
    private void place(Queue<M> queue, Held<M> message, Instant now) {
        Destination<M> destination = queue.destination;
        if (!destination.isRouted(now)) {
            queue.unrouted.addLast(message);
            return;
        }
        switch (choice.choose(queue, message.waiting().source(), now)) {
            case SourceChoice.Choice.Use(String source, int weight) -> {
                Lane<M> lane = lanes.lane(source, destination.site());
                lane.served += 1.0 / weight;
                lane.waiting.add(lanes.strand(queue, lane), message);
            }
            case SourceChoice.Choice.Wait(Instant until) -> backToDisk(queue, message, until, now);
        }
    }

    // ---- disk

    /** Says that a message of a queue waits on disk, visible there, and may be attempted from {@code due} on. */
    public void waitsOnDisk(QueueKey key, Instant due) {
        stock.loadAt(queue(key), due);
    }

    /** A queue to be loaded: messages due by now, at most {@code limit} of them, held ones counted. */
    public record Load(QueueKey queue, int limit) {}

    /** The next queue that ought to be loaded now, if there is one and there is room. Answer with {@link #loaded}. */
    public Optional<Load> nextLoad(Instant now) {
        return stock.nextLoad(now);
    }

    /**
     * A message read from disk.
     *
     * @param expired whether it is too old for another attempt
     */
    public record Loaded(Waiting waiting, boolean expired) {}

    /**
     * What loading brought.
     *
     * @param messages in order; those held already are passed over, and those released since {@link #nextLoad}: they are gone, or wait
     *                 under another time
     * @param nextDue  earliest due time of what is left on disk (now or earlier, if more is due than was asked for)
     * @return the expired ones, to be ended and then released; they join no lane, so that they end while a site rests too
     */
    public List<Held<M>> loaded(QueueKey key, List<Loaded> messages, Optional<Instant> nextDue, Instant now) {
        Queue<M> queue = queue(key);
        queue.loading = false;
        List<Held<M>> expired = new ArrayList<>();
        Instant look = Instant.MAX;
        boolean progress = false;
        for (Loaded message : messages) {
            MessageId id = message.waiting().id();
            if (queue.held.contains(id) || queue.releasedMeanwhile.contains(id)) {
                continue;
            }
            Instant blocked = message.expired()
                    ? now
                    : choice.blockedUntil(queue, message.waiting().source(), now);
            if (blocked.isAfter(now)) {
                Instant soon = now.plus(LOOK_FOR_EXPIRED);
                Instant again = blocked.isBefore(soon) ? blocked : soon;
                look = again.isBefore(look) ? again : look;
                continue;
            }
            if (!stock.hold(queue, id)) {
                stock.loadAt(queue, now);
                break;
            }
            progress = true;
            Held<M> loaded = new Held<>(message.waiting(), null);
            if (message.expired()) {
                expired.add(loaded);
            } else {
                place(queue, loaded, now);
            }
        }
        queue.releasedMeanwhile.clear();
        if (!look.equals(Instant.MAX)) {
            stock.loadAt(queue, look);
        }
        // More is due, but all that was read is held back: reading it again at once would find the same.
        boolean inVain = !look.equals(Instant.MAX) && !progress;
        nextDue.filter(due -> !inVain || due.isAfter(now)).ifPresent(due -> stock.loadAt(queue, due));
        stock.forgetIfEmpty(queue);
        return expired;
    }

    /** When the next load is due or a lane is to be woken; empty if nothing is, or if there is no room for anything. */
    public Optional<Instant> nextWake() {
        Instant earliest = stock.nextLoadAt();
        Instant first = lanes.nextWake();
        if (first != null && (earliest == null || first.isBefore(earliest))) {
            earliest = first;
        }
        return Optional.ofNullable(earliest);
    }

    // ---- where they go

    /** Whether the site of this domain must be found now. Answer with {@link #routed}, {@link #unroutable} or {@link #unresolved}. */
    public boolean needsRoute(Domain domain, Instant now) {
        Destination<M> destination = destinations.get(domain);
        if (destination == null || destination.routing || destination.isRouted(now)) {
            return false;
        }
        if (destination.queues.stream().allMatch(queue -> queue.unrouted.isEmpty())) {
            return false;
        }
        destination.routing = true;
        return true;
    }

    /**
     * The site of a domain was found, to be asked again after {@code until}: its messages join the lanes to that site, those that are in
     * lanes to another site as well.
     *
     * @return lanes that have got messages
     */
    public Collection<Lane<M>> routed(Domain domain, String site, Instant until, Instant now) {
        Destination<M> destination = destinations.get(domain);
        if (destination == null) {
            return List.of();
        }
        destination.routing = false;
        destination.dnsFailures = 0;
        destination.unresolvedUntil = Instant.MIN;
        boolean moved = destination.site != null && !destination.site.equals(site);
        destination.site = site;
        destination.routedUntil = until;
        for (Queue<M> queue : List.copyOf(destination.queues)) {
            List<Held<M>> toPlace = new ArrayList<>();
            if (moved) {
                for (Strand<M> strand : queue.strands) {
                    if (!strand.lane.site().equals(site)) {
                        toPlace.addAll(strand.lane.waiting.drain(strand));
                    }
                }
            }
            toPlace.addAll(queue.unrouted);
            queue.unrouted.clear();
            for (Held<M> message : toPlace) {
                place(queue, message, now);
            }
            stock.forgetIfEmpty(queue);
        }
        forgetIfEmpty(destination);
        return List.copyOf(lanes.ofSite(site).values());
    }

    private void forgetIfEmpty(Destination<M> destination) {
        if (destination.queues.isEmpty() && !destination.routing) {
            destinations.remove(destination.domain, destination);
        }
    }

    /** There is no route for a domain and never will be: its held messages are handed back to be ended, then released. */
    public List<Held<M>> unroutable(Domain domain) {
        Destination<M> destination = destinations.get(domain);
        if (destination == null) {
            return List.of();
        }
        destination.routing = false;
        destination.site = null;
        List<Held<M>> back = new ArrayList<>();
        for (Queue<M> queue : List.copyOf(destination.queues)) {
            back.addAll(queue.unrouted);
            queue.unrouted.clear();
            stock.forgetIfEmpty(queue);
        }
        forgetIfEmpty(destination);
        return back;
    }

    /**
     * The site of a domain cannot be found now. The first message is handed back to be deferred, so that its sender hears of it; the
     * others wait on disk until the rest is over.
     */
    public Optional<Held<M>> unresolved(Domain domain, Instant now) {
        Destination<M> destination = destinations.get(domain);
        if (destination == null) {
            return Optional.empty();
        }
        destination.routing = false;
        destination.site = null;
        Instant until = now.plus(rest(destination.dnsFailures++));
        destination.unresolvedUntil = until;
        @Nullable Held<M> first = null;
        for (Queue<M> queue : List.copyOf(destination.queues)) {
            for (Held<M> message = queue.unrouted.pollFirst(); message != null; message = queue.unrouted.pollFirst()) {
                if (first == null) {
                    first = message;
                } else {
                    backToDisk(queue, message, until, now);
                }
            }
            stock.forgetIfEmpty(queue);
        }
        forgetIfEmpty(destination);
        return Optional.ofNullable(first);
    }

    /** The lanes that hold messages of a queue. */
    public List<Lane<M>> lanesOf(QueueKey key) {
        Queue<M> queue = stock.find(key);
        return queue == null
                ? List.of()
                : queue.strands.stream().map(strand -> strand.lane).toList();
    }

    // ---- connections

    /** Whether a lane ought to open one more connection now; if so, {@link #opening} follows. */
    public boolean wantsConnection(Lane<M> lane, Instant now) {
        if (lane.depth() <= lane.idleConnections || lane.rests(now)) {
            return false;
        }
        boolean wants = lane.failures > 0
                ? lane.connections == 0 // after a rest, one connection probes
                : lane.connections < lane.policy.connections()
                        && lane.connections - lane.idleConnections < connectionsFor(lane);
        if (!wants) {
            return false;
        }
        long micros = Lanes.micros(now);
        long connect = lanes.allowed(lane.newConnections, micros);
        long send = Math.max(lanes.allowed(lane.paces, micros), lane.waiting.availableAt(micros));
        if (send > micros && lane.idleConnections > 0) {
            return false; // what limits hold back, the one that idles will take
        }
        if (total.isFull()) {
            total.starves(lane);
            return false;
        }
        for (ConnectionCount count : lane.counts) {
            if (count.isFull()) {
                count.starves(lane);
                return false;
            }
        }
        // A connection may wait for its message as long as it may idle.
        long allowed = Math.max(connect, send - limits.idle().toNanos() / 1000);
        if (allowed > micros) {
            lanes.remind(lane, Lanes.ofMicros(allowed));
            return false;
        }
        return true;
    }

    /** Connections that the depth is worth: limit × (1 − e^(−0.023 × depth)), at least one. */
    private int connectionsFor(Lane<M> lane) {
        return Math.max(1, (int) Math.ceil(lane.policy.connections() * (1 - Math.exp(-0.023 * lane.depth()))));
    }

    /** A lane that was refused a connection because others had them all and still wants one, now that one was closed. */
    public Optional<Lane<M>> nextStarved(Lane<M> closed, Instant now) {
        for (ConnectionCount count : closed.counts) {
            Optional<Lane<M>> lane = firstThatWants(count, now);
            if (lane.isPresent()) {
                return lane;
            }
        }
        return firstThatWants(total, now);
    }

    private Optional<Lane<M>> firstThatWants(ConnectionCount count, Instant now) {
        for (Lane<?> hungry = count.nextHungry(); hungry != null; hungry = count.nextHungry()) {
            @SuppressWarnings("unchecked") // only lanes of this book come into its counts
            Lane<M> lane = (Lane<M>) hungry;
            if (wantsConnection(lane, now)) {
                return Optional.of(lane);
            }
        }
        return Optional.empty();
    }

    /**
     * Whether a connection of one lane that idles should make room for the first of another: that has work and no connection, and a limit
     * which both are counted by is reached. A lane that has work keeps its last one.
     */
    public boolean makesRoom(Lane<M> idle, Lane<M> needy, Instant now) {
        if (needy.connections > 0
                || needy.depth() == 0
                || needy.rests(now)
                || (idle.connections < 2 && idle.depth() > 0)) {
            return false;
        }
        boolean shares = total.isFull();
        for (ConnectionCount count : needy.counts) {
            shares |= count.isFull() && idle.counts.contains(count);
        }
        return shares;
    }

    /** A lane opens a connection. */
    public void opening(Lane<M> lane, Instant now) {
        lane.connections++;
        total.used++;
        for (ConnectionCount count : lane.counts) {
            count.used++;
        }
        long micros = Lanes.micros(now);
        for (Gcra pace : lane.newConnections) {
            pace.take(micros);
        }
    }

    /** A host of the site was willing: whatever rest there was is over. */
    public void opened(Lane<M> lane) {
        if (lane.restsUntil != null) {
            lanes.catchUp(lane);
        }
        lane.failures = 0;
        lane.restsUntil = null;
    }

    /**
     * No host of the site was willing, or one asked us to go away: the lane rests and its messages go back to disk, where other sources
     * may find them.
     *
     * @return the end of the rest
     */
    public Instant unwilling(Lane<M> lane, Instant now) {
        if (lane.restsUntil != null && lane.rests(now)) {
            return lane.restsUntil; // another connection of the same lane has said so already
        }
        return rest(lane, now.plus(rest(lane.failures++)), now);
    }

    private Instant rest(Lane<M> lane, Instant until, Instant now) {
        lane.restsUntil = until;
        for (Strand<M> strand : lane.waiting.strands()) {
            returnStrand(strand, now);
        }
        return until;
    }

    /** The messages of a strand go back to disk, to be loaded when something can be done with them. */
    private void returnStrand(Strand<M> strand, Instant now) {
        for (Held<M> message : strand.lane.waiting.drain(strand)) {
            Instant from = choice.blockedUntil(strand.queue, message.waiting().source(), now);
            backToDisk(strand.queue, message, from.isAfter(now) ? from : now, now);
        }
    }

    private Duration rest(int failures) {
        Duration rest = limits.firstRest();
        for (int i = 0; i < failures && rest.compareTo(limits.longestRest()) < 0; i++) {
            rest = rest.multipliedBy(2);
        }
        return rest.compareTo(limits.longestRest()) > 0 ? limits.longestRest() : rest;
    }

    private void backToDisk(Queue<M> queue, Held<M> message, Instant until, Instant now) {
        M kept = message.takeKept();
        if (kept != null) {
            dropped.accept(kept);
        }
        stock.loadAt(queue, until);
        stock.release(queue, message.waiting().id(), now);
    }

    /** A connection of the lane is gone. */
    public void closed(Lane<M> lane, Instant now) {
        lane.connections--;
        total.used--;
        for (ConnectionCount count : lane.counts) {
            count.used--;
        }
        lanes.forgetIfEmpty(lane, now);
    }

    /** A connection of the lane waits for work, or does so no more. */
    public void idle(Lane<M> lane, boolean waits) {
        lane.idleConnections += waits ? 1 : -1;
    }

    /** The recipient domain of a message that waits in a lane, to find the hosts of its site by; empty if none waits. */
    public Optional<Domain> domainIn(Lane<M> lane) {
        Held<M> any = lane.waiting.any();
        return any == null
                ? Optional.empty()
                : Optional.of(any.waiting().queue().domain());
    }

    /**
     * A message of a lane that no host can be found for or reached, so that it is told to its sender; it counts for no limit, since nothing
     * is sent.
     */
    public Optional<Held<M>> takeUnsent(Lane<M> lane) {
        return Optional.ofNullable(lane.waiting.nextUncharged());
    }

    /** A message that was taken is not sent after all: the connection was lost before it could be. It has the next turn of its strand. */
    public void putBack(Lane<M> lane, Held<M> message, Instant now) {
        Queue<M> queue = queue(message.waiting().queue());
        if (lane.rests(now)) {
            Instant from = choice.blockedUntil(queue, message.waiting().source(), now);
            backToDisk(queue, message, from.isAfter(now) ? from : now, now);
        } else {
            lane.waiting.putBack(lanes.strand(queue, lane), message);
        }
    }

    /** A domain turns out not to belong to the site that it was said to: its messages leave their lanes until it is {@link #routed} anew. */
    public void unroute(Domain domain) {
        Destination<M> destination = destinations.get(domain);
        if (destination == null) {
            return;
        }
        destination.routedUntil = Instant.MIN;
        for (Queue<M> queue : destination.queues) {
            for (Strand<M> strand : queue.strands) {
                queue.unrouted.addAll(strand.lane.waiting.drain(strand));
            }
        }
    }

    /** What a connection of a lane gets. */
    public sealed interface Next<M> {
        /** A message to attempt. */
        record Message<M>(Held<M> message) implements Next<M> {}

        /** Nothing before then, though something waits: a limit holds it back, or the lane rests. */
        record Later<M>(Instant at) implements Next<M> {}

        /** Nothing waits. */
        record Nothing<M>() implements Next<M> {}
    }

    /** The next message for a connection of the lane. */
    public Next<M> take(Lane<M> lane, Instant now) {
        if (lane.restsUntil != null && lane.rests(now)) {
            return new Next.Later<>(lane.restsUntil);
        }
        if (lane.depth() == 0) {
            return new Next.Nothing<>();
        }
        long micros = Lanes.micros(now);
        long allowed = lanes.allowed(lane, micros);
        if (allowed > micros) {
            lanes.remind(lane, Lanes.ofMicros(allowed));
            return new Next.Later<>(Lanes.ofMicros(allowed));
        }
        return switch (lane.waiting.next(micros)) {
            case FairShare.Turn.Message<M>(Held<M> message, Strand<M> _) -> {
                for (Gcra pace : lane.paces) {
                    pace.takeFor(lane, micros);
                }
                yield new Next.Message<>(message);
            }
            case FairShare.Turn.HeldBack<M>(long until) -> {
                lanes.remind(lane, Lanes.ofMicros(until));
                yield new Next.Later<>(Lanes.ofMicros(until));
            }
            case FairShare.Turn.Nothing<M>() -> new Next.Nothing<>();
        };
    }

    /** Lanes whose rest is over or whose limits let them go on. */
    public List<Lane<M>> wake(Instant now) {
        return lanes.wake(now);
    }

    // ---- operators

    /** An order to wait: what is held of that mail goes back to disk. One with the same id is replaced. */
    public void suspend(Suspension suspension, Instant now) {
        choice.suspend(suspension);
        for (Lane<M> lane : lanes.all()) {
            for (Strand<M> strand : lane.waiting.strands()) {
                if (suspension.matches(strand.queue.key, lane.source(), lane.site())) {
                    returnStrand(strand, now);
                }
            }
        }
    }

    /** The end of an order to wait. */
    public void resume(String id, Instant now) {
        choice.resume(id)
                .ifPresent(ended -> stock.loadAll(
                        queue -> ended.source().isPresent()
                                || queue.destination.site == null
                                || ended.matches(queue.key, Optional.of(queue.destination.site)),
                        now));
    }

    /** Orders to wait that are in force; those whose end has come are dropped. */
    public List<Suspension> suspensions(Instant now) {
        return choice.suspensions(now);
    }

    /** The profiles have changed: every lane asks again what it may do. */
    public void policiesChanged(Instant now) {
        lanes.policiesChanged(now);
    }

    // ---- messages go

    /**
     * The outcome of a held message is durable.
     *
     * @return whether a load that had to wait for room may now be possible
     */
    public boolean released(Waiting waiting, Instant now) {
        Queue<M> queue = stock.find(waiting.queue());
        return queue != null && stock.released(queue, waiting.id(), now);
    }

    // ---- numbers

    /** Messages held in memory. */
    public int held() {
        return stock.held();
    }

    /** Connections open or being opened. */
    public int connections() {
        return total.used;
    }

    /** Lanes in memory: those with messages, connections or a rest. */
    public Collection<Lane<M>> lanes() {
        return Collections.unmodifiableCollection(lanes.all());
    }

    /** How many lanes are in memory. */
    public int laneCount() {
        return lanes.count();
    }

    /** Queues known to have messages. */
    public int queueCount() {
        return stock.queueCount();
    }
}
