package dev.tradewind.lane;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
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

    /** Those that may ask again, in the order in which they were refused; they are forgotten here. */
    List<Lane<?>> hungry() {
        int free = limit - used;
        List<Lane<?>> first = new ArrayList<>();
        var all = starved.iterator();
        while (all.hasNext() && first.size() < free) {
            first.add(all.next());
            all.remove();
        }
        return first;
    }
}
