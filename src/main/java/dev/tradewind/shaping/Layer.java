package dev.tradewind.shaping;

import java.util.Map;
import java.util.Optional;

/**
 * One profile of one file, for all lanes of its sites or for those of a pool or source.
 *
 * @param name    of the profile
 * @param pool    the pool it is for
 * @param source  the source it is for; never beside a pool
 * @param values  what it says
 * @param places  where each key was written; limits and reactions as {@code limits.NAME}, {@code reactions.NAME}
 */
record Layer(String name, Optional<String> pool, Optional<String> source, Profile values, Map<String, Place> places) {
    Layer {
        places = Map.copyOf(places);
    }

    /** For people: {@code google}, {@code google pool news}. */
    String label() {
        return name
                + pool.map(one -> " pool " + one).orElse("")
                + source.map(one -> " source " + one).orElse("");
    }

    /** 0 for all, 1 for a pool, 2 for a source: later ones win. */
    int rank() {
        return source.isPresent() ? 2 : pool.isPresent() ? 1 : 0;
    }

    boolean isFor(String usedPool, String usedSource) {
        return pool.filter(one -> !one.equals(usedPool)).isEmpty()
                && source.filter(one -> !one.equals(usedSource)).isEmpty();
    }
}
