package dev.tradewind.soak;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Keeps one client to a rate. What was missed while the program was down is caught up. One thread. */
final class Pace {
    private static final long MOST_DEBT = TimeUnit.SECONDS.toNanos(20);

    private final double nanosEach;
    private long next = System.nanoTime();

    /** @param perSecond messages */
    Pace(double perSecond) {
        nanosEach = 1e9 / perSecond;
    }

    /** Waits until so many messages may be sent. */
    void await(int messages) throws InterruptedException {
        long now = System.nanoTime();
        if (now - next > MOST_DEBT) {
            next = now - MOST_DEBT;
        }
        pause(next - now);
        next += (long) (messages * nanosEach);
    }

    /** Waits. */
    static void pause(long nanos) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0; left = end - System.nanoTime()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LockSupport.parkNanos(left);
        }
    }
}
