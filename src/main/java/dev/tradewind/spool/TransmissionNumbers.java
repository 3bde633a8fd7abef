package dev.tradewind.spool;

import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Hands out the numbers of transmissions: milliseconds since 1970 times 2^20, counting up within a millisecond, never going back though
 * the clock may. 19 decimal digits until the year 2248. Thread-safe.
 *
 * <p>No number is used twice across restarts: the store keeps a mark above every number that was ever committed, with a transmission or
 * with events of refused mail ({@link #mark}), and starts above it. A number that was handed out and never committed has left no trace that could be confused.
 */
final class TransmissionNumbers {
    private static final int COUNTER_BITS = 20;

    /** How far a stored mark runs ahead: about one second, so that it is written about once a second. */
    private static final long AHEAD = 1L << (COUNTER_BITS + 10);

    private final InstantSource clock;
    private final AtomicLong last;

    /** @param mark the stored mark; 0 for a new store */
    TransmissionNumbers(InstantSource clock, long mark) {
        this.clock = clock;
        this.last = new AtomicLong(Math.max(0, mark));
    }

    /** A number that is greater than all before. */
    long next() {
        long now = Math.max(0, clock.millis()) << COUNTER_BITS;
        return last.updateAndGet(before -> Math.max(before + 1, now));
    }

    /** A mark to store with the commit of {@code number}, if {@code stored} is not above it. */
    static long mark(long number, long stored) {
        return number < stored ? stored : number + AHEAD;
    }
}
