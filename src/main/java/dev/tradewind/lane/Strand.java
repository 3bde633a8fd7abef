package dev.tradewind.lane;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The held messages of one queue in one lane, in order. */
final class Strand<M> {
    final Queue<M> queue;
    final Lane<M> lane;
    final Deque<Held<M>> messages = new ArrayDeque<>(2);
    /** In the line of its lane, or parked beside it. */
    boolean inLine;
    /** Limits of its account, campaign, pool in this lane. */
    List<Gcra> limiters;

    Strand(Queue<M> queue, Lane<M> lane, List<Gcra> limiters) {
        this.queue = queue;
        this.lane = lane;
        this.limiters = limiters;
    }
}
