package dev.tradewind.spool;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where the first message of a queue may be. Messages leave a queue at its front and leave tombstones behind, so a seek to the front of
 * a busy queue would walk over all of them; a seek to the start kept here does not. Bounded: a queue that is not known here starts at
 * its prefix. Thread-safe.
 *
 * <p>A reader may move a start forward only if nothing was inserted since it looked ({@link Look}); the committer moves it back after an
 * insertion was written and before that is told to anybody.
 */
final class QueueStarts {
    private static final int STRIPES = 64;
    private static final int QUEUES_PER_STRIPE = 1024;

    /** What was known when a reader began. */
    record Look(long version, byte @Nullable [] start) {}

    private static final class Stripe extends LinkedHashMap<QueueKey, byte[]> {
        private static final long serialVersionUID = 1;

        private final transient ReentrantLock lock = new ReentrantLock();
        private transient long version;

        private Stripe() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<QueueKey, byte[]> eldest) {
            return size() > QUEUES_PER_STRIPE;
        }
    }

    private final Stripe[] stripes = new Stripe[STRIPES];

    QueueStarts() {
        Arrays.setAll(stripes, i -> new Stripe());
    }

    /** Where to begin to read a queue. */
    Look look(QueueKey queue) {
        Stripe stripe = stripe(queue);
        stripe.lock.lock();
        try {
            return new Look(stripe.version, stripe.get(queue));
        } finally {
            stripe.lock.unlock();
        }
    }

    /** A reader that began with {@code look} found nothing below {@code key}. */
    void reached(QueueKey queue, Look look, byte[] key) {
        Stripe stripe = stripe(queue);
        stripe.lock.lock();
        try {
            if (stripe.version == look.version()) {
                stripe.put(queue, key);
            }
        } finally {
            stripe.lock.unlock();
        }
    }

    /** A message was written under this key. */
    void inserted(QueueKey queue, byte[] key) {
        Stripe stripe = stripe(queue);
        stripe.lock.lock();
        try {
            stripe.version++;
            byte[] start = stripe.get(queue);
            if (start != null && Arrays.compareUnsigned(key, start) < 0) {
                stripe.put(queue, key);
            }
        } finally {
            stripe.lock.unlock();
        }
    }

    private Stripe stripe(QueueKey queue) {
        int hash = queue.hashCode();
        return stripes[(hash ^ hash >>> 16) & (STRIPES - 1)];
    }
}
