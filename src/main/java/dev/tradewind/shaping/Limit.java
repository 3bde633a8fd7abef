package dev.tradewind.shaping;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A limit, counted apart for every combination of values of its dimensions.
 *
 * @param name           unique within its profile
 * @param by             what is counted apart
 * @param connections    at most so many connections at once
 * @param messages       at most so many messages
 * @param newConnections at most so many new connections
 */
public record Limit(
        String name,
        Set<Dimension> by,
        OptionalInt connections,
        Optional<Rate> messages,
        Optional<Rate> newConnections) {
    public Limit {
        by = Set.copyOf(by);
    }
}
