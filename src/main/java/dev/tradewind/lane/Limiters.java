package dev.tradewind.lane;

import dev.tradewind.shaping.Dimension;
import dev.tradewind.shaping.Limit;
import dev.tradewind.shaping.Rate;
import dev.tradewind.spool.QueueKey;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The counters behind limits: one for each combination of values that is in use, shared by all lanes that it concerns. Not thread-safe. */
final class Limiters {
    /** What a lane knows. */
    private static final Set<Dimension> LANE = EnumSet.of(Dimension.SITE, Dimension.SOURCE);
    /** What a queue adds. */
    private static final Set<Dimension> QUEUE =
            EnumSet.of(Dimension.SITE, Dimension.SOURCE, Dimension.POOL, Dimension.ACCOUNT, Dimension.CAMPAIGN);

    private static final int SWEEP_EVERY = 10_000;

    private final Map<Key, Gcra> messages = new HashMap<>();
    private final Map<Key, Gcra> newConnections = new HashMap<>();
    private final Map<Key, ConnectionCount> connections = new HashMap<>();

    private final long since;
    private int released;

    /** @param since when counting begins, in microseconds */
    Limiters(long since) {
        this.since = since;
    }

    /** A limit and the values of its dimensions. */
    private record Key(String limit, List<String> values) {}

    private static boolean isOfLane(Limit limit) {
        return LANE.containsAll(limit.by());
    }

    private static boolean isOfQueue(Limit limit) {
        return !isOfLane(limit) && QUEUE.containsAll(limit.by());
    }

    /** Message rates that hold for everything in a lane. */
    List<Gcra> ofLane(List<Limit> limits, String source, String site) {
        List<Gcra> found = new ArrayList<>(2);
        for (Limit limit : limits) {
            if (isOfLane(limit) && limit.messages().isPresent()) {
                found.add(pace(messages, limit.messages().get(), keyOf(limit, source, site)));
            }
        }
        return found;
    }

    /** Rates of new connections of a lane. */
    List<Gcra> newConnectionsOfLane(List<Limit> limits, String source, String site) {
        List<Gcra> found = new ArrayList<>(1);
        for (Limit limit : limits) {
            if (isOfLane(limit) && limit.newConnections().isPresent()) {
                found.add(pace(newConnections, limit.newConnections().get(), keyOf(limit, source, site)));
            }
        }
        return found;
    }

    private Gcra pace(Map<Key, Gcra> among, Rate rate, Key key) {
        Gcra pace = among.computeIfAbsent(key, k -> new Gcra(rate, since));
        pace.change(rate);
        pace.users++;
        return pace;
    }

    /** Gives back what one of the methods above has returned. */
    void release(List<Gcra> paces, long now) {
        for (Gcra pace : paces) {
            pace.users--;
        }
        released += paces.size();
        if (released >= SWEEP_EVERY) {
            released = 0;
            messages.values().removeIf(pace -> pace.users == 0 && pace.isIdle(now));
            newConnections.values().removeIf(pace -> pace.users == 0 && pace.isIdle(now));
        }
    }

    /** Counts of connections that a lane takes part in. */
    List<ConnectionCount> connectionsOfLane(List<Limit> limits, String source, String site) {
        List<ConnectionCount> found = new ArrayList<>(1);
        for (Limit limit : limits) {
            if (isOfLane(limit) && limit.connections().isPresent()) {
                int most = limit.connections().getAsInt();
                ConnectionCount count =
                        connections.computeIfAbsent(keyOf(limit, source, site), k -> new ConnectionCount(most));
                count.limit = most;
                found.add(count);
            }
        }
        return found;
    }

    /**
     * Takes a place under the limits by remote address for one more connection, or says that one is full.
     *
     * @return the counts in which it takes part, to be given back when it is closed; empty if one is full
     */
    Optional<List<ConnectionCount>> toAddress(List<Limit> limits, String source, String site, String address) {
        List<ConnectionCount> counts = new ArrayList<>(1);
        for (Limit limit : limits) {
            if (limit.by().contains(Dimension.REMOTE_ADDRESS)
                    && limit.connections().isPresent()) {
                int most = limit.connections().getAsInt();
                List<String> values = new ArrayList<>(keyOf(limit, source, site).values());
                values.add(address);
                ConnectionCount count =
                        connections.computeIfAbsent(new Key(limit.name(), values), k -> new ConnectionCount(most));
                count.limit = most;
                if (count.isFull()) {
                    return Optional.empty();
                }
                counts.add(count);
            }
        }
        for (ConnectionCount count : counts) {
            count.used++;
        }
        return Optional.of(counts);
    }

    /** Message rates of the account, campaign or pool of a queue. */
    List<Gcra> ofQueue(List<Limit> limits, QueueKey queue, String source, String site) {
        List<Gcra> found = List.of();
        for (Limit limit : limits) {
            if (isOfQueue(limit) && limit.messages().isPresent()) {
                List<String> values = new ArrayList<>(limit.by().size());
                for (Dimension dimension : EnumSet.copyOf(limit.by())) {
                    values.add(value(dimension, queue, source, site));
                }
                if (found.isEmpty()) {
                    found = new ArrayList<>(2);
                }
                found.add(pace(messages, limit.messages().get(), new Key(limit.name(), values)));
            }
        }
        return found;
    }

    private static Key keyOf(Limit limit, String source, String site) {
        List<String> values = new ArrayList<>(2);
        if (limit.by().contains(Dimension.SITE)) {
            values.add(site);
        }
        if (limit.by().contains(Dimension.SOURCE)) {
            values.add(source);
        }
        return new Key(limit.name(), values);
    }

    private static String value(Dimension dimension, QueueKey queue, String source, String site) {
        return switch (dimension) {
            case SITE -> site;
            case SOURCE -> source;
            case POOL -> queue.pool();
            case ACCOUNT -> Integer.toString(queue.flow().account());
            case CAMPAIGN -> queue.flow().account() + "/" + queue.flow().stream();
            case REMOTE_ADDRESS, FROM_DOMAIN, DKIM_DOMAIN, LINK_DOMAIN ->
                throw new IllegalArgumentException(dimension + " is not known of a queue");
        };
    }
}
