package dev.tradewind.lane;

import java.util.ArrayDeque;
import java.util.Deque;

/** What one account holds in memory, transactional and bulk mail apart: no account may fill the room of all (invariant 5). */
final class Portion<M> {
    final Key key;
    int held;
    /** Queues in use by this account, so that it is forgotten with the last. */
    int queues;
    /** Queues that have more on disk than this account may hold now, in the order in which they came. */
    final Deque<Queue<M>> line = new ArrayDeque<>(2);

    /** Whose. */
    record Key(int account, boolean transactional) {}

    Portion(Key key) {
        this.key = key;
    }
}
