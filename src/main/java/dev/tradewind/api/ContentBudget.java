package dev.tradewind.api;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * How much content may be in memory at a time, all requests together, so that parallel large ones cannot exhaust the heap. Content up
 * to {@value #FREE_OCTETS} octets is not counted; beyond, a request waits up to {@value #WAIT_SECONDS} s for its share and is then
 * answered 503.
 */
final class ContentBudget {
    static final int FREE_OCTETS = 32 * 1024;
    static final long WAIT_SECONDS = 3;

    private final Semaphore kibibytes;
    private final int total;

    /** @param octets all in all; what content costs is about four times its JSON */
    ContentBudget(long octets) {
        this.total = (int) Math.max(1, Math.min(Integer.MAX_VALUE, octets / 1024));
        this.kibibytes = new Semaphore(total, true);
    }

    /** An eighth of the heap. */
    static ContentBudget ofHeap() {
        return new ContentBudget(Runtime.getRuntime().maxMemory() / 8);
    }

    /** KiB that are free now. */
    int freeKibibytes() {
        return kibibytes.availablePermits();
    }

    /**
     * The share of one request.
     *
     * @param expected most octets that its content can have
     */
    Share share(long expected) {
        return new Share(expected);
    }

    /** What one request holds; one thread. */
    final class Share implements AutoCloseable {
        private final long expected;
        private long read;
        private int held;

        private Share(long expected) {
            this.expected = expected;
        }

        /** Counts octets of content as they are read. */
        void read(int octets) throws BodyFailure {
            read += octets;
            if (read > FREE_OCTETS && held == 0) {
                int wanted = (int) Math.min(total, (Math.max(expected, read) + 1023) / 1024);
                try {
                    if (!kibibytes.tryAcquire(wanted, WAIT_SECONDS, TimeUnit.SECONDS)) {
                        throw BodyFailure.refused(Refusal.later(
                                1502,
                                "resources unavailable",
                                "too many large transmissions are being received",
                                Duration.ofSeconds(WAIT_SECONDS)));
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw BodyFailure.refused(Refusal.later(
                            1500, "service unavailable", "this node is shutting down", Duration.ofSeconds(5)));
                }
                held = wanted;
            }
        }

        /** Gives back what the content turned out not to need. */
        void contentIs(int octets) {
            int needed = octets <= FREE_OCTETS ? 0 : (octets + 1023) / 1024;
            if (needed < held) {
                kibibytes.release(held - needed);
                held = needed;
            }
        }

        @Override
        public void close() {
            kibibytes.release(held);
            held = 0;
        }
    }
}
