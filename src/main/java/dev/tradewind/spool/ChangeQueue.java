package dev.tradewind.spool;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Changes on their way to the committer: many offer, one takes. Bounded in number and octets, kept outcomes included: who offers more is
 * blocked until a group is written. The taker sleeps until there is something to do, and is woken from its pause between two syncs by
 * what is urgent only.
 */
final class ChangeQueue {
    static final int MAX_CHANGES = 20_000;
    static final long MAX_OCTETS = 64L << 20;

    /** So many outcomes end the pause. */
    private static final int PRESSING = 1_000;

    private enum Taker {
        BUSY,
        PAUSING,
        IDLE
    }

    private final ConcurrentLinkedQueue<Change> queue = new ConcurrentLinkedQueue<>();
    private final ArrayDeque<Change> putBack = new ArrayDeque<>();
    private final AtomicInteger pending = new AtomicInteger();
    private final AtomicLong pendingOctets = new AtomicLong();
    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicInteger urgent = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final AtomicInteger blocked = new AtomicInteger();
    private volatile Taker taker = Taker.BUSY;
    private volatile @Nullable Thread thread;
    private volatile boolean closed;
    private volatile boolean outcomesOnly;

    /** Adds a change; blocks while too much is pending. False if the queue is closed. */
    boolean offer(Change change) {
        if (isFull()) {
            awaitRoom(change.isOutcome());
        }
        if (closed) {
            return false;
        }
        pending.incrementAndGet();
        pendingOctets.addAndGet(change.octets());
        if (change.isUrgent()) {
            urgent.incrementAndGet();
        }
        int waiting = queued.incrementAndGet();
        queue.add(change);
        Taker state = taker;
        if (state == Taker.IDLE || (state == Taker.PAUSING && (change.isUrgent() || waiting >= PRESSING))) {
            wake();
        }
        return true;
    }

    private boolean isFull() {
        return pending.get() >= MAX_CHANGES || pendingOctets.get() >= MAX_OCTETS;
    }

    private void awaitRoom(boolean outcome) {
        blocked.incrementAndGet();
        lock.lock();
        try {
            while (isFull() && !closed && (outcome || !outcomesOnly)) {
                room.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
            blocked.decrementAndGet();
        }
    }

    private void wake() {
        taker = Taker.BUSY;
        LockSupport.unpark(thread);
    }

    /** Ends the sleep of the taker; offers are refused from now on. */
    void close() {
        closed = true;
        releaseBlocked();
        wake();
    }

    /** Changes pending: queued, being written, or kept. */
    int pending() {
        return pending.get();
    }

    /** Their octets. */
    long pendingOctets() {
        return pendingOctets.get();
    }

    // ---- the taker

    /** Waits until there is something to take. False if the queue is closed and empty. */
    boolean awaitSome() {
        thread = Thread.currentThread();
        while (queued.get() == 0 && putBack.isEmpty()) {
            if (closed) {
                return false;
            }
            taker = Taker.IDLE;
            if (queued.get() == 0 && !closed) {
                LockSupport.park(this);
            }
            taker = Taker.BUSY;
        }
        return true;
    }

    /** Waits that long at most, unless there is something urgent. */
    void pause(long nanos) {
        taker = Taker.PAUSING;
        if (urgent.get() == 0 && queued.get() < PRESSING && putBack.isEmpty() && !closed) {
            LockSupport.parkNanos(this, nanos);
        }
        taker = Taker.BUSY;
    }

    /** Whether somebody waits for what is queued. */
    boolean isUrgent() {
        return urgent.get() > 0 || !putBack.isEmpty() || queued.get() >= PRESSING || closed;
    }

    /** The next change, if there is one. */
    @Nullable
    Change take() {
        Change back = putBack.pollFirst();
        if (back != null) {
            return back;
        }
        Change change = queue.poll();
        if (change != null) {
            queued.decrementAndGet();
            if (change.isUrgent()) {
                urgent.decrementAndGet();
            }
        }
        return change;
    }

    /** Changes that must wait for the next group come first there, in this order. */
    void putBack(List<Change> changes) {
        for (int i = changes.size() - 1; i >= 0; i--) {
            putBack.addFirst(changes.get(i));
        }
    }

    /** In trouble only outcomes wait for room; all else passes, to be refused. */
    void blockOutcomesOnly(boolean only) {
        outcomesOnly = only;
        if (only) {
            lock.lock();
            try {
                room.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** A change is answered, one way or the other, and no longer pending. */
    void settled(Change change) {
        pending.decrementAndGet();
        pendingOctets.addAndGet(-change.octets());
    }

    /** Lets go those who wait for room, if there is. */
    void releaseBlocked() {
        if (blocked.get() > 0 && (closed || !isFull())) {
            lock.lock();
            try {
                room.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
