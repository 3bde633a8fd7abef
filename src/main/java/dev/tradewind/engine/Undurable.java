package dev.tradewind.engine;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Outcomes that are written and not yet durable. A kill makes duplicates of their messages, so while the oldest has waited for more than
 * {@link #WINDOW}, because the disk is slow or the machine is busy, no connection begins another message (invariant 2). Thread-safe; the
 * futures become done in the order in which they come.
 */
final class Undurable {
    private static final Logger LOG = LoggerFactory.getLogger(Undurable.class);

    /** How old an outcome may be, and not durable, while further messages are sent. */
    static final Duration WINDOW = Duration.ofMillis(20);

    /** Longest wait: then the caller looks after itself, whether it is to stop or the store is broken, and waits again. */
    static final Duration PATIENCE = Duration.ofSeconds(1);

    private final ConcurrentLinkedQueue<Written> waiting = new ConcurrentLinkedQueue<>();
    private final InstantSource clock;

    private record Written(CompletableFuture<Void> durable, long sinceMillis) {}

    Undurable(InstantSource clock) {
        this.clock = clock;
    }

    /** An outcome was handed to the store. Returns its future. */
    CompletableFuture<Void> add(CompletableFuture<Void> durable) {
        forgetDone();
        if (!durable.isDone()) {
            waiting.add(new Written(durable, clock.millis()));
        }
        return durable;
    }

    private void forgetDone() {
        for (Written first = waiting.peek(); first != null && first.durable().isDone(); first = waiting.peek()) {
            waiting.remove(first);
        }
    }

    /** Whether an outcome is both too old and not durable, so that no message may be begun. */
    boolean isLate() {
        forgetDone();
        Written first = waiting.peek();
        return first != null && clock.millis() - first.sinceMillis() >= WINDOW.toMillis();
    }

    /**
     * Waits until no outcome is both too old and not durable; at most {@link #PATIENCE}.
     *
     * @return false if there still is one: no message may be begun
     */
    boolean await() {
        long begun = clock.millis();
        while (true) {
            forgetDone();
            Written first = waiting.peek();
            long now = clock.millis();
            if (first == null || now - first.sinceMillis() < WINDOW.toMillis()) {
                return true;
            }
            long left = begun + PATIENCE.toMillis() - now;
            if (left <= 0) {
                return false;
            }
            try {
                first.durable().get(left, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                return false;
            } catch (ExecutionException e) {
                LOG.debug("event=outcome_failed", e); // whoever wrote it is told too
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }
}
