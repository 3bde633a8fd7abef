package dev.tradewind.lane;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashSet;
import java.util.Set;

/** Connections of one scope, and the lanes that were refused one because of it. */
final class ConnectionCount {
    int limit;
    int used;
    private final Set<Lane<?>> starved = new LinkedHashSet<>(2);

    ConnectionCount(int limit) {
        this.limit = limit;
    }

    boolean isFull() {
        return used >= limit;
    }

    void starves(Lane<?> lane) {
        starved.add(lane);
    }

    /** The next that may ask again, in the order in which they were refused; it is forgotten here. */
    @Nullable
    Lane<?> nextHungry() {
        var first = starved.iterator();
        if (isFull() || !first.hasNext()) {
            return null;
        }
        Lane<?> lane = first.next();
        first.remove();
        return lane;
    }

    /** A lane is gone. */
    void forget(Lane<?> lane) {
        starved.remove(lane);
    }
}
