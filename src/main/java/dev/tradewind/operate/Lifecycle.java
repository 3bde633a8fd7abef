package dev.tradewind.operate;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * What has been started, and how it stops: in the reverse order of starting, each step within its own bound. A step that does not end in
 * time is left behind and reported, so that a stop always ends. Stops once, whoever asks; the others wait.
 */
public final class Lifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);

    /** Something that stops. */
    @FunctionalInterface
    public interface Stop {
        /** Stops; an interrupt means that the bound has passed. */
        void run() throws Exception;
    }

    private record Step(String name, Duration bound, Stop stop) {}

    /** How a step ended. */
    public enum Ended {
        STOPPED,
        OUT_OF_TIME,
        FAILED
    }

    /** A step and how it ended. */
    public record Outcome(String name, Ended ended) {}

    private final Deque<Step> steps = new ArrayDeque<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private List<Outcome> outcomes = List.of();
    private boolean stopping;

    /**
     * Adds what has just been started; it will stop before all that was added before.
     *
     * @param bound the longest the step may take
     */
    public synchronized void started(String name, Duration bound, Stop stop) {
        if (stopping) {
            throw new IllegalStateException(name + " started while stopping");
        }
        steps.push(new Step(name, bound, stop));
    }

    /**
     * Stops everything, or waits until another thread has done so.
     *
     * @return how each step ended, in the order of stopping
     * @throws InterruptedException if interrupted while waiting
     */
    public List<Outcome> stop() throws InterruptedException {
        if (!begin()) {
            stopped.await();
            return outcomes();
        }
        List<Outcome> ended = new ArrayList<>();
        try {
            for (Step step : steps()) {
                ended.add(new Outcome(step.name(), run(step)));
            }
        } finally {
            finish(ended);
        }
        return outcomes();
    }

    private synchronized boolean begin() {
        boolean first = !stopping;
        stopping = true;
        return first;
    }

    private synchronized List<Step> steps() {
        return List.copyOf(steps);
    }

    private synchronized void finish(List<Outcome> ended) {
        outcomes = List.copyOf(ended);
        stopped.countDown();
    }

    private synchronized List<Outcome> outcomes() {
        return outcomes;
    }

    /** Waits until everything has stopped. */
    public void awaitStop() throws InterruptedException {
        stopped.await();
    }

    private static Ended run(Step step) throws InterruptedException {
        List<Exception> failure = new ArrayList<>(1);
        Thread thread = Thread.ofPlatform().name("stop-" + step.name()).daemon().unstarted(() -> {
            try {
                step.stop().run();
            } catch (Exception e) {
                synchronized (failure) {
                    failure.add(e);
                }
            }
        });
        thread.start();
        if (!thread.join(step.bound())) {
            thread.interrupt();
            LOG.atWarn()
                    .addKeyValue("step", step.name())
                    .addKeyValue("bound", step.bound())
                    .log("did not stop in time");
            return Ended.OUT_OF_TIME;
        }
        synchronized (failure) {
            if (!failure.isEmpty()) {
                LOG.atError()
                        .addKeyValue("step", step.name())
                        .setCause(failure.getFirst())
                        .log("failed to stop");
                return Ended.FAILED;
            }
        }
        LOG.atDebug().addKeyValue("step", step.name()).log("stopped");
        return Ended.STOPPED;
    }
}
