package dev.tradewind.engine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tradewind.spool.Spool;
import dev.tradewind.spool.Transmission;

import java.util.Optional;

/** Transmissions by id, the recently used ones from memory. Thread-safe. */
final class TransmissionCache {
    private static final long MAX_OCTETS = 16L << 20;

    private final Spool spool;
    private final Cache<Long, Transmission> cache = Caffeine.newBuilder()
            .maximumWeight(MAX_OCTETS)
            .weigher((Long id, Transmission t) -> 600 + t.metadata().length + t.substitutionData().length)
            .build();

    TransmissionCache(Spool spool) {
        this.spool = spool;
    }

    /** Remembers a transmission that has just been committed. */
    void add(Transmission transmission) {
        cache.put(transmission.id(), transmission);
    }

    Optional<Transmission> find(long id) {
        Transmission known = cache.getIfPresent(id);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<Transmission> stored = spool.transmission(id);
        stored.ifPresent(this::add);
        return stored;
    }
}
