package dev.tradewind.shaping;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A limit that holds apart for every tuple of values of its dimensions: by site and DKIM domain, one for each pair of them. A message that has
 * no value for one of the dimensions is not counted.
 *
 * @param name           unique in its profile
 * @param by             dimensions, one or more
 * @param connections    open at once
 * @param messages       messages (recipients) handed over
 * @param newConnections connections opened
 */
public record Limit(
        String name,
        Set<Dimension> by,
        OptionalInt connections,
        Optional<Rate> messages,
        Optional<Rate> newConnections) {
    /** What a connection has before a message is on it; connections can be limited by nothing else. */
    static final Set<Dimension> OF_CONNECTIONS =
            Scope.dimensions(List.of(Dimension.SITE, Dimension.SOURCE, Dimension.POOL, Dimension.REMOTE_ADDRESS));

    /** @throws IllegalArgumentException if it limits nothing, is about nothing, or limits connections by what they do not have */
    public Limit {
        by = Scope.dimensions(List.copyOf(by));
        if (by.isEmpty()) {
            throw new IllegalArgumentException("is by no dimension");
        }
        if (connections.isEmpty() && messages.isEmpty() && newConnections.isEmpty()) {
            throw new IllegalArgumentException("limits nothing: write connections, messages or new_connections");
        }
        boolean ofConnections = connections.isPresent() || newConnections.isPresent();
        if (ofConnections && !OF_CONNECTIONS.containsAll(by)) {
            throw new IllegalArgumentException(
                    "connections can be limited by " + Dimension.words(OF_CONNECTIONS) + " alone, messages by all");
        }
    }

    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        connections.ifPresent(most -> parts.add("connections " + most));
        messages.ifPresent(most -> parts.add("messages " + most));
        newConnections.ifPresent(most -> parts.add("new_connections " + most));
        return String.join(", ", parts) + " by " + Dimension.words(by);
    }
}
