package dev.tradewind.smtp.server;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The memory that all messages under way may take together, whatever the number of connections. A message counts
 * {@value #COPIES} times its buffer: it is copied out of the buffer, its header section is rewritten, and it is encoded for the store.
 * Thread-safe; small requests overtake large ones that wait.
 */
public final class BufferBudget {
    /** Copies of a message that exist at once while it is taken in. */
    public static final int COPIES = 3;

    private static final int UNIT = 1024;

    private final int units;
    private final Semaphore free;

    /** @param octets all there is; at least 1 MiB is taken */
    public BufferBudget(long octets) {
        units = (int) Math.min(Integer.MAX_VALUE / 2, Math.max(octets, 1 << 20) / UNIT);
        free = new Semaphore(units, true);
    }

    /** Octets reserved now. */
    public long reserved() {
        return (long) (units - free.availablePermits()) * UNIT;
    }

    /** A share that is given back by {@link #close}. Used by one thread. */
    final class Share implements AutoCloseable {
        private int held;

        private Share(int held) {
            this.held = held;
        }

        /** Whether the share could be made large enough for a buffer of so many octets, without waiting. */
        boolean growTo(int bufferOctets) {
            int more = unitsOf(bufferOctets) - held;
            if (more > 0) {
                if (!free.tryAcquire(more)) {
                    return false;
                }
                held += more;
            }
            return true;
        }

        @Override
        public void close() {
            free.release(held);
            held = 0;
        }
    }

    /** An empty share, which grows as it can. */
    Share empty() {
        return new Share(0);
    }

    /** Waits until there is room for a buffer; false if there was none in time. Only for shares that are empty: none waits holding. */
    boolean await(Share share, int bufferOctets, Duration longest) {
        if (share.growTo(bufferOctets)) {
            return true;
        }
        int wanted = unitsOf(bufferOctets);
        try {
            if (!free.tryAcquire(wanted, longest.toMillis(), TimeUnit.MILLISECONDS)) {
                return false;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        share.held = wanted;
        return true;
    }

    /** Never more than there is, so that the largest message can pass when it is alone. */
    private int unitsOf(int bufferOctets) {
        return (int) Math.min(units, ((long) bufferOctets * COPIES + UNIT - 1) / UNIT);
    }
}
