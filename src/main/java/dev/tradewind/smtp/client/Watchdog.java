package dev.tradewind.smtp.client;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Closes connections that are past their time. Reads have time limits of their own, but a blocked write has none on a Java socket, and
 * closing it from outside is the only way to end it. One thread looks at all connections about once a period; arming costs a volatile
 * write. Thread-safe.
 */
public final class Watchdog implements AutoCloseable {
    private static final long NEVER = Long.MAX_VALUE;

    private final LongSupplier nanoTime;
    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
    private final Thread thread;
    private volatile boolean closed;

    /**
     * Starts the thread.
     *
     * @param nanoTime a clock like {@link System#nanoTime()}
     * @param period   how often it looks
     */
    public Watchdog(LongSupplier nanoTime, Duration period) {
        this.nanoTime = nanoTime;
        this.thread = Thread.ofPlatform().daemon().name("smtp-watchdog").start(() -> {
            while (!closed) {
                LockSupport.parkNanos(this, period.toNanos());
                sweep();
            }
        });
    }

    /** Watches one connection, disarmed at first. */
    public final class Watch {
        private final Closeable connection;
        private volatile long until = NEVER;
        private volatile boolean fired;

        private Watch(Closeable connection) {
            this.connection = connection;
        }

        /** Arms: the connection is closed at about this time of the clock. */
        public void arm(long nanos) {
            until = nanos;
        }

        /** Disarms. */
        public void disarm() {
            until = NEVER;
        }

        /** Whether it closed the connection. */
        public boolean fired() {
            return fired;
        }

        /** No longer watches. */
        public void end() {
            watches.remove(this);
        }
    }

    /** Begins to watch. */
    public Watch watch(Closeable connection) {
        Watch watch = new Watch(connection);
        watches.add(watch);
        return watch;
    }

    private void sweep() {
        long now = nanoTime.getAsLong();
        for (Watch watch : watches) {
            long until = watch.until;
            if (until != NEVER && now - until >= 0) {
                watch.fired = true;
                watch.end();
                try {
                    watch.connection.close();
                } catch (IOException e) {
                    // Closing is all that can be done; whoever blocks on it is told by the failing write.
                }
            }
        }
    }

    /** Ends the thread; connections stay open. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
