package dev.tradewind.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;

/** Virtual time: what is to happen, in order. What is due at the same time happens in the order in which it was said. */
final class Timeline {
    private final PriorityQueue<Step> steps = new PriorityQueue<>();
    private Instant now;
    private long said;
    private long done;

    private record Step(Instant at, long number, Runnable action) implements Comparable<Step> {
        @Override
        public int compareTo(Step other) {
            int byTime = at.compareTo(other.at);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    Timeline(Instant start) {
        this.now = start;
    }

    Instant now() {
        return now;
    }

    /** Steps taken so far. */
    long done() {
        return done;
    }

    void at(Instant time, Runnable action) {
        steps.add(new Step(time.isBefore(now) ? now : time, said++, action));
    }

    void after(Duration wait, Runnable action) {
        at(now.plus(wait), action);
    }

    /** Takes the next step; false if there is none before {@code end}. */
    boolean step(Instant end) {
        Step next = steps.peek();
        if (next == null || next.at().isAfter(end)) {
            return false;
        }
        steps.poll();
        now = next.at();
        done++;
        next.action().run();
        return true;
    }
}
