package dev.tradewind.simulation;

import dev.tradewind.shaping.Dimension;
import dev.tradewind.shaping.Limit;
import dev.tradewind.shaping.Rate;
import dev.tradewind.spool.Flow;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts at the receiving side, by another method than the engine's, whether any limit of any scope is ever exceeded. */
final class LimitWatch {
    private final Map<String, Deque<Instant>> sent = new HashMap<>();
    private final Map<String, Integer> open = new HashMap<>();

    private static String key(String what, Limit limit, String source, String site, String pool, Flow flow) {
        StringBuilder key = new StringBuilder(what).append(' ').append(limit.name());
        for (Dimension dimension : EnumSet.copyOf(limit.by())) {
            key.append(' ')
                    .append(
                            switch (dimension) {
                                case SITE -> site;
                                case SOURCE -> source;
                                case POOL -> pool;
                                case ACCOUNT -> "a" + flow.account();
                                case CAMPAIGN -> "a" + flow.account() + "c" + flow.stream();
                                case REMOTE_ADDRESS, FROM_DOMAIN, DKIM_DOMAIN, LINK_DOMAIN ->
                                    throw new IllegalArgumentException("not simulated: " + dimension);
                            });
        }
        return key.toString();
    }

    /** A message is sent. */
    void sent(List<Limit> limits, String source, String site, String pool, Flow flow, Instant now) {
        for (Limit limit : limits) {
            limit.messages().ifPresent(rate -> count(key("messages", limit, source, site, pool, flow), rate, now));
        }
    }

    private void count(String key, Rate rate, Instant now) {
        Deque<Instant> window = sent.computeIfAbsent(key, k -> new ArrayDeque<>());
        Instant begin = now.minus(rate.period());
        while (!window.isEmpty() && !window.peekFirst().isAfter(begin)) {
            window.removeFirst();
        }
        window.addLast(now);
        if (window.size() > rate.count()) {
            throw new AssertionError(key + ": " + window.size() + " in " + Duration.between(window.peekFirst(), now)
                    + ", limit " + rate);
        }
    }

    /** A connection is opened. */
    void opened(List<Limit> limits, int laneLimit, String source, String site, Instant now) {
        Flow none = new Flow(0, false, 0);
        for (Limit limit : limits) {
            if (limit.connections().isPresent()) {
                open(
                        key("connections", limit, source, site, "", none),
                        limit.connections().getAsInt());
            }
            limit.newConnections()
                    .ifPresent(rate -> count(key("new connections", limit, source, site, "", none), rate, now));
        }
        open("lane " + source + " " + site, laneLimit);
    }

    private void open(String key, int limit) {
        int now = open.merge(key, 1, Integer::sum);
        if (now > limit) {
            throw new AssertionError(key + ": " + now + " connections, limit " + limit);
        }
    }

    /** A connection is closed. */
    void closed(List<Limit> limits, String source, String site) {
        Flow none = new Flow(0, false, 0);
        for (Limit limit : limits) {
            if (limit.connections().isPresent()) {
                open.merge(key("connections", limit, source, site, "", none), -1, Integer::sum);
            }
        }
        open.merge("lane " + source + " " + site, -1, Integer::sum);
    }

    /** All connections are gone with the process. */
    void crashed() {
        open.clear();
    }
}
