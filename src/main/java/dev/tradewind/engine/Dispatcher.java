package dev.tradewind.engine;

import dev.tradewind.lane.Held;
import dev.tradewind.lane.Lane;
import dev.tradewind.lane.LaneBook;
import dev.tradewind.lane.LaneLimits;
import dev.tradewind.lane.LanePolicy;
import dev.tradewind.lane.Sources;
import dev.tradewind.mail.Domain;
import dev.tradewind.route.Route;
import dev.tradewind.route.Router;
import dev.tradewind.spool.QueueKey;
import dev.tradewind.spool.Spool;
import dev.tradewind.spool.Waiting;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Drives the lanes: one virtual thread for each open connection (a {@link Courier}), one for each domain whose route is being found, one
 * that loads from disk what is due. All share the {@link LaneBook} under one lock that is never held across I/O.
 */
final class Dispatcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    /** How long a queue keeps its site before the router (which obeys the DNS) is asked again. */
    private static final Duration SITE_KEPT = Duration.ofMinutes(1);
    /** The loader looks up at least this often, so that a step of the clock is noticed. */
    private static final long DISMISSED = Long.MIN_VALUE;

    private static final Duration LONGEST_SLEEP = Duration.ofSeconds(1);

    private final Spool spool;
    private final Router router;
    private final InstantSource clock;
    private final Courier.Work work;
    private final LaneLimits limits;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition loaderWork = lock.newCondition();
    private final Condition courierGone = lock.newCondition();
    private final LaneBook<Made.Message> book;
    private final Map<Lane<Made.Message>, Deque<Waiter>> idle = new LinkedHashMap<>();
    private boolean stopped;
    private boolean lanesWaitForStore;
    private @Nullable Thread loader;

    /** A courier that waits for work. */
    private static final class Waiter {
        final Condition condition;
        boolean called;
        boolean dismissed;

        Waiter(Condition condition) {
            this.condition = condition;
        }
    }

    Dispatcher(
            Spool spool,
            Router router,
            InstantSource clock,
            Courier.Work work,
            String source,
            LaneLimits limits,
            Generator.KeptOctets kept) {
        this.spool = spool;
        this.router = router;
        this.clock = clock;
        this.work = work;
        this.limits = limits;
        LanePolicy everywhere = new LanePolicy(limits.connections(), List.of());
        this.book = new LaneBook<>(
                limits,
                Sources.single(source),
                (from, site) -> everywhere,
                clock.instant(),
                message -> kept.release(message.octets().size()));
    }

    /** Learns what waits on disk and begins to deliver. */
    void start() {
        spool.forEachQueue((queue, due) -> {
            lock.lock();
            try {
                book.waitsOnDisk(queue, due);
            } finally {
                lock.unlock();
            }
        });
        loader = Thread.ofVirtual().name("lane-loader").start(this::load);
    }

    // ---- messages come

    /** A generated message: where it waits, and its octets if they may be kept. */
    record Offer(Waiting waiting, Made.@Nullable Message kept) {}

    /**
     * Takes places for messages that are about to be written, so that the loader, which may see them on disk at once, leaves them alone.
     * Returns those that got one: {@link #admit} them once they are with the spool. The others wait on disk.
     */
    List<Offer> reserve(List<Offer> offers) {
        List<Offer> reserved = new ArrayList<>(offers.size());
        Instant now = clock.instant();
        lock.lock();
        try {
            for (Offer offer : offers) {
                if (!offer.waiting().due().isAfter(now) && book.reserve(offer.waiting(), now)) {
                    reserved.add(offer);
                }
            }
        } finally {
            lock.unlock();
        }
        return reserved;
    }

    /** Lets messages that got places be attempted. */
    void admit(List<Offer> reserved) {
        Instant now = clock.instant();
        lock.lock();
        try {
            for (Offer offer : reserved) {
                book.admit(offer.waiting(), offer.kept(), now);
                kick(offer.waiting().queue(), now);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Gives back the places of messages that could not be written. */
    void withdraw(List<Offer> reserved) {
        Instant now = clock.instant();
        lock.lock();
        try {
            for (Offer offer : reserved) {
                book.released(offer.waiting(), now);
            }
            loaderWork.signal();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Generated messages have become visible on disk. Those that got no place, or have lost it since to a rest of their lane, are loaded
     * from there; a load before this could have missed them.
     */
    void visibleOnDisk(List<Waiting> messages) {
        boolean toLoad = false;
        lock.lock();
        try {
            for (Waiting message : messages) {
                if (!book.isHeld(message)) {
                    book.waitsOnDisk(message.queue(), message.due());
                    toLoad = true;
                }
            }
            if (toLoad) {
                loaderWork.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets the lane of a queue get on with it. Lock held. */
    private void kick(QueueKey queue, Instant now) {
        if (book.needsRoute(queue.domain(), now)) {
            Thread.ofVirtual().name("route " + queue.domain()).start(() -> route(queue.domain()));
        } else {
            for (Lane<Made.Message> lane : book.lanesOf(queue)) {
                activate(lane, now);
            }
        }
    }

    /** Wakes a connection of a lane or opens one more. Lock held. */
    private void activate(Lane<Made.Message> lane, Instant now) {
        if (lane.depth() == 0 || stopped || storeIsBroken()) {
            return;
        }
        Deque<Waiter> waiters = idle.get(lane);
        if (waiters != null) {
            for (Waiter waiter : waiters) {
                if (!waiter.called) {
                    waiter.called = true;
                    waiter.condition.signal();
                    return;
                }
            }
        }
        if (book.wantsConnection(lane, now)) {
            book.opening(lane, now);
            Thread.ofVirtual().name("courier " + lane.site()).start(() -> new Courier(this, lane, work).run());
        } else if (lane.connections() == 0) {
            dismissOneThatIdles(lane, now);
        }
    }

    /** A lane needs a connection while others, which wait for work, have them all: the one that idles longest makes room. Lock held. */
    private void dismissOneThatIdles(Lane<Made.Message> needy, Instant now) {
        for (Map.Entry<Lane<Made.Message>, Deque<Waiter>> entry : idle.entrySet()) {
            Waiter longest = entry.getValue().getLast();
            if (!longest.called && book.makesRoom(entry.getKey(), needy, now)) {
                longest.called = true;
                longest.dismissed = true;
                longest.condition.signal();
                return;
            }
        }
    }

    /** While the store is broken nothing is attempted, since the outcome could not be kept; the loader goes on with the lanes after. */
    private boolean storeIsBroken() {
        boolean broken = spool.state() == Spool.State.BROKEN;
        lanesWaitForStore |= broken;
        return broken;
    }

    // ---- routes

    private void route(Domain domain) {
        Route route;
        try {
            route = router.route(domain);
        } catch (RuntimeException e) {
            LOG.error("event=route_failed domain={}", domain, e);
            route = new Route.Unresolved("internal error");
        }
        List<Held<Made.Message>> ended = List.of();
        lock.lock();
        try {
            Instant now = clock.instant();
            switch (route) {
                case Route.Hosts hosts ->
                    book.routed(domain, hosts.site(), now.plus(SITE_KEPT), now)
                            .forEach(lane -> activateFully(lane, now));
                case Route.Unresolved unresolved ->
                    ended = book.unresolved(domain, now).map(List::of).orElse(List.of());
                case Route.NullMx none -> ended = book.unroutable(domain);
                case Route.NoSuchDomain none -> ended = book.unroutable(domain);
                case Route.Refused refused -> ended = book.unroutable(domain);
            }
            loaderWork.signal();
        } finally {
            lock.unlock();
        }
        Route found = route;
        for (Held<Made.Message> message : ended) {
            orGiveBack(message, () -> work.noRoute(this, message, found));
        }
    }

    // ---- disk

    private void load() {
        while (true) {
            Optional<LaneBook.Load> load;
            lock.lock();
            try {
                Instant now = clock.instant();
                for (Lane<Made.Message> lane : book.wake(now)) {
                    activate(lane, now);
                }
                if (lanesWaitForStore && spool.state() != Spool.State.BROKEN) {
                    lanesWaitForStore = false;
                    activateAll(now);
                }
                load = storeIsBroken() ? Optional.empty() : book.nextLoad(now);
                if (stopped) {
                    return;
                }
                if (load.isEmpty()) {
                    await(loaderWork, untilNextWake(now));
                    continue;
                }
            } finally {
                lock.unlock();
            }
            load(load.get());
        }
    }

    private void activateAll(Instant now) {
        book.lanes().forEach(lane -> activateFully(lane, now));
    }

    /** Opens as many connections as the lane is worth. Lock held. */
    private void activateFully(Lane<Made.Message> lane, Instant now) {
        for (int i = 0; i < limits.connections() && lane.depth() > 0; i++) {
            activate(lane, now);
        }
    }

    private Duration untilNextWake(Instant now) {
        Duration wait = book.nextWake().map(next -> Duration.between(now, next)).orElse(LONGEST_SLEEP);
        if (wait.compareTo(Duration.ofMillis(1)) < 0) {
            return Duration.ofMillis(10); // there is work, but no room or no store: look again soon
        }
        return wait.compareTo(LONGEST_SLEEP) > 0 ? LONGEST_SLEEP : wait;
    }

    private void load(LaneBook.Load load) {
        Instant until = clock.instant();
        List<LaneBook.Loaded> messages = new ArrayList<>();
        Optional<Instant> nextDue;
        try {
            List<Waiting> due = spool.due(load.queue(), until, load.limit());
            for (Waiting waiting : due) {
                messages.add(new LaneBook.Loaded(waiting, work.isExpired(waiting, until)));
            }
            nextDue = due.size() >= load.limit() ? Optional.of(until) : spool.nextDue(load.queue(), until);
        } catch (RuntimeException e) {
            LOG.error("event=load_failed queue={}", load.queue(), e);
            nextDue = Optional.of(until.plusSeconds(1));
        }
        List<Held<Made.Message>> expired;
        lock.lock();
        try {
            Instant now = clock.instant();
            expired = book.loaded(load.queue(), messages, nextDue, now);
            kick(load.queue(), now);
            book.lanesOf(load.queue()).forEach(lane -> activateFully(lane, now));
        } finally {
            lock.unlock();
        }
        if (!expired.isEmpty()) {
            // Not here: a notification of an expiry waits until it is durable, and the other lanes must not wait for
            // that.
            Thread.ofVirtual()
                    .name("expire " + load.queue().domain())
                    .start(() -> expired.forEach(message -> orGiveBack(message, () -> work.expire(this, message))));
        }
    }

    /** A defect or an unreadable store must neither end the loader nor strand the message. */
    private void orGiveBack(Held<Made.Message> message, Runnable ending) {
        try {
            ending.run();
        } catch (RuntimeException | Error e) {
            LOG.error("event=ending_failed message={}", message.waiting().id(), e);
            work.giveBack(this, message, e);
        }
    }

    // ---- for couriers

    /** The route to take for mail to a domain, when a connection is to be opened. Blocks. */
    Route routeFor(Domain domain) {
        return router.route(domain);
    }

    /** Whether messages are attempted: we do not stop, and outcomes can be written or will be. */
    boolean goesOn() {
        lock.lock();
        try {
            return !stopped && !storeIsBroken();
        } finally {
            lock.unlock();
        }
    }

    /** A domain of mail that waits in a lane; empty if there is none or nothing may be attempted. */
    Optional<Domain> domainIn(Lane<Made.Message> lane) {
        lock.lock();
        try {
            return stopped || storeIsBroken() ? Optional.empty() : book.domainIn(lane);
        } finally {
            lock.unlock();
        }
    }

    /** A message that cannot be sent since no host of the site is willing. */
    Optional<Held<Made.Message>> takeUnsent(Lane<Made.Message> lane) {
        lock.lock();
        try {
            return book.takeUnsent(lane);
        } finally {
            lock.unlock();
        }
    }

    /** A message that was taken cannot be sent over this connection; another will take it. */
    void putBack(Lane<Made.Message> lane, Held<Made.Message> held) {
        lock.lock();
        try {
            book.putBack(lane, held, clock.instant());
            loaderWork.signal();
        } finally {
            lock.unlock();
        }
    }

    /** A domain no longer belongs to the site of the lane that its mail waits in. */
    void reroute(Domain domain) {
        lock.lock();
        try {
            book.unroute(domain);
            if (book.needsRoute(domain, clock.instant())) {
                Thread.ofVirtual().name("route " + domain).start(() -> route(domain));
            }
        } finally {
            lock.unlock();
        }
    }

    /** The next message of a lane; waits for one as long as a connection may idle. Empty: close the connection. */
    Optional<Held<Made.Message>> next(Lane<Made.Message> lane, Duration patience) {
        lock.lock();
        try {
            long left = patience.toNanos();
            while (true) {
                if (stopped) {
                    return Optional.empty();
                }
                long wait = left;
                if (!storeIsBroken()) {
                    Instant now = clock.instant();
                    switch (book.take(lane, now)) {
                        case LaneBook.Next.Message<Made.Message>(Held<Made.Message> message) -> {
                            return Optional.of(message);
                        }
                        case LaneBook.Next.Later<Made.Message>(Instant at) ->
                            wait = Math.min(
                                    left, Math.max(1, Duration.between(now, at).toNanos()));
                        case LaneBook.Next.Nothing<Made.Message>() -> {}
                    }
                }
                if (left <= 0) {
                    return Optional.empty();
                }
                long unused = awaitWork(lane, wait);
                if (unused == DISMISSED) {
                    return Optional.empty();
                }
                left -= wait - Math.max(0, unused);
            }
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("WaitNotInLoop") // next() is the loop
    private long awaitWork(Lane<Made.Message> lane, long nanos) {
        Waiter waiter = new Waiter(lock.newCondition());
        Deque<Waiter> waiters = idle.computeIfAbsent(lane, l -> new ArrayDeque<>());
        waiters.addFirst(waiter);
        book.idle(lane, true);
        try {
            long unused = waiter.condition.awaitNanos(nanos);
            return waiter.dismissed ? DISMISSED : unused;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        } finally {
            book.idle(lane, false);
            waiters.remove(waiter);
            if (waiters.isEmpty()) {
                idle.remove(lane);
            }
        }
    }

    /** A host was willing. */
    void opened(Lane<Made.Message> lane) {
        lock.lock();
        try {
            book.opened(lane);
            activateFully(lane, clock.instant()); // the probe went well: others may follow
        } finally {
            lock.unlock();
        }
    }

    /** No host of the site is willing now. */
    void unwilling(Lane<Made.Message> lane, String why) {
        lock.lock();
        try {
            Instant until = book.unwilling(lane, clock.instant());
            LOG.atInfo()
                    .addKeyValue("source", lane.source())
                    .addKeyValue("site", lane.site())
                    .addKeyValue("until", until)
                    .addKeyValue("failures", lane.failures())
                    .addKeyValue("why", why)
                    .log("lane rests");
            loaderWork.signal();
        } finally {
            lock.unlock();
        }
    }

    /** A courier ends. */
    void closed(Lane<Made.Message> lane) {
        lock.lock();
        try {
            Instant now = clock.instant();
            book.closed(lane, now);
            // Who was refused one comes first, or a lane would take back what it was to leave.
            book.nextStarved(lane, now).ifPresent(starved -> activate(starved, now));
            activate(lane, now);
            courierGone.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The outcome of a message is durable. */
    void released(Waiting waiting) {
        lock.lock();
        try {
            if (book.released(waiting, clock.instant())) {
                loaderWork.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The outcome of a message is durable, and it waits again. */
    void released(Waiting before, Waiting after) {
        lock.lock();
        try {
            book.released(before, clock.instant());
            book.waitsOnDisk(after.queue(), after.due());
            loaderWork.signal();
        } finally {
            lock.unlock();
        }
    }

    // ---- numbers and end

    /** Messages held in memory, open connections, lanes, queues. */
    record Depth(int held, int connections, int lanes, int queues) {}

    Depth depth() {
        lock.lock();
        try {
            return new Depth(book.held(), book.connections(), book.laneCount(), book.queueCount());
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more work, and waits until the attempts under way have ended or the time is over. */
    void drain(Duration patience) {
        lock.lock();
        try {
            stopped = true;
            loaderWork.signal();
            idle.values().forEach(waiters -> waiters.forEach(waiter -> waiter.condition.signal()));
            long nanos = patience.toNanos();
            while (book.connections() > 0 && nanos > 0) {
                nanos = awaitNanos(courierGone, nanos);
            }
            if (book.connections() > 0) {
                LOG.warn("event=drain_incomplete connections={}", book.connections());
            }
        } finally {
            lock.unlock();
        }
        Thread running = loader;
        if (running != null) {
            try {
                running.join(Duration.ofSeconds(5));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        drain(Duration.ZERO);
    }

    private static void await(Condition condition, Duration time) {
        awaitNanos(condition, time.toNanos());
    }

    @SuppressWarnings("WaitNotInLoop") // the callers are the loops
    private static long awaitNanos(Condition condition, long nanos) {
        try {
            return condition.awaitNanos(nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    LaneLimits limits() {
        return limits;
    }
}
