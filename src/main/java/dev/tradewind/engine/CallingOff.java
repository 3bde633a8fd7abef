package dev.tradewind.engine;

import dev.tradewind.spool.Spool;
import dev.tradewind.spool.StoreUnavailable;
import dev.tradewind.spool.StoreUnreadable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * Ends in the background what was called off with its campaign: each transmission becomes cancelling by itself, and then its recipients
 * get their final events. What an earlier run of the program left is found at the start. One thread.
 */
final class CallingOff implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CallingOff.class);
    private static final long AGAIN_AFTER_SECONDS = 1;

    private final Spool spool;
    private final LongConsumer cancelled;
    private final Semaphore toDo = new Semaphore(1); // look once at the start
    private final Thread thread = Thread.ofPlatform().name("call-off").daemon().unstarted(this::work);
    private volatile boolean stopped;

    /** @param cancelled told of each transmission that has become cancelling */
    CallingOff(Spool spool, LongConsumer cancelled) {
        this.spool = spool;
        this.cancelled = cancelled;
    }

    void start() {
        thread.start();
    }

    /** A campaign has been cancelled. Returns at once. */
    void look() {
        toDo.release();
    }

    private void work() {
        boolean done = true;
        try {
            while (!stopped) {
                if (done) {
                    toDo.acquire();
                } else {
                    TimeUnit.SECONDS.sleep(AGAIN_AFTER_SECONDS);
                }
                toDo.drainPermits();
                done = endAll();
            }
        } catch (InterruptedException e) {
            LOG.debug("stopped", e); // what is left is found at the next start
        }
    }

    /** Whether nothing that was called off is left. */
    private boolean endAll() {
        try {
            List<Long> left = new ArrayList<>();
            spool.forEachUngenerated(one -> {
                if (one.progress() == Spool.Ungenerated.Progress.CALLED_OFF) {
                    left.add(one.transmission().id());
                }
            });
            for (int i = 0; i < left.size() && !stopped; i++) {
                end(left.get(i));
            }
            return true;
        } catch (StoreUnavailable | StoreUnreadable e) {
            LOG.atWarn().addKeyValue("why", e.getMessage()).log("calling off is delayed");
            return false;
        }
    }

    private void end(long transmission) throws StoreUnavailable {
        if (spool.cancel(transmission)) {
            cancelled.accept(transmission);
        }
    }

    @Override
    public void close() {
        stopped = true;
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
