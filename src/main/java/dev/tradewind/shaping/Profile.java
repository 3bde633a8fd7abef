package dev.tradewind.shaping;

import java.time.Duration;
import java.time.YearMonth;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Values for some lanes, each of them optional, so that profiles can lie over each other. The values are where adaptation begins and what it
 * returns to, not what is known for sure.
 *
 * @param connections          open at once in a lane
 * @param messagesPerConnection transactions on a connection, then it is closed
 * @param recipients           recipients in one transaction
 * @param rate                 messages of a lane
 * @param newConnections       connections a lane opens
 * @param tls                  demand on the connection
 * @param retry                waits between attempts; the last one repeats
 * @param expireAfter          age at which a message bounces
 * @param idle                 how long a connection is kept without work
 * @param ipVersions           addresses of hosts
 * @param connectionBounds     between which adaptation may move {@code connections}
 * @param rateBounds           between which adaptation may move {@code rate}
 * @param limits               by name; empty: one of that name below does not hold
 * @param reactions            by name; empty: one of that name below does not hold
 * @param dated                when the figures were gathered
 * @param cites                where the figures are from
 */
public record Profile(
        Optional<Integer> connections,
        Optional<Integer> messagesPerConnection,
        Optional<Integer> recipients,
        Optional<Rate> rate,
        Optional<Rate> newConnections,
        Optional<TlsDemand> tls,
        Optional<List<Duration>> retry,
        Optional<Duration> expireAfter,
        Optional<Duration> idle,
        Optional<IpVersions> ipVersions,
        Optional<Bounds<Integer>> connectionBounds,
        Optional<Bounds<Rate>> rateBounds,
        Map<String, Optional<Limit>> limits,
        Map<String, Optional<Reaction>> reactions,
        Optional<YearMonth> dated,
        List<String> cites) {
    /** Says nothing. */
    public static final Profile EMPTY = new Profile(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            Map.of(),
            Optional.empty(),
            List.of());

    /** What the settings of a configuration say of every lane, for {@link Profiles#withDefaults}. */
    public static Profile ofSettings(
            int connections,
            int messagesPerConnection,
            List<Duration> retry,
            Duration expireAfter,
            Duration idle,
            IpVersions ipVersions) {
        return new Profile(
                Optional.of(connections),
                Optional.of(messagesPerConnection),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(retry),
                Optional.of(expireAfter),
                Optional.of(idle),
                Optional.of(ipVersions),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Map.of(),
                Optional.empty(),
                List.of());
    }

    public Profile {
        retry = retry.map(List::copyOf);
        limits = Collections.unmodifiableMap(new LinkedHashMap<>(limits));
        reactions = Collections.unmodifiableMap(new LinkedHashMap<>(reactions));
        cites = List.copyOf(cites);
    }

    /** This over another: every value of this that is there, else the other's. */
    public Profile over(Profile below) {
        return new Profile(
                connections.or(below::connections),
                messagesPerConnection.or(below::messagesPerConnection),
                recipients.or(below::recipients),
                rate.or(below::rate),
                newConnections.or(below::newConnections),
                tls.or(below::tls),
                retry.or(below::retry),
                expireAfter.or(below::expireAfter),
                idle.or(below::idle),
                ipVersions.or(below::ipVersions),
                connectionBounds.or(below::connectionBounds),
                rateBounds.or(below::rateBounds),
                merged(limits, below.limits),
                merged(reactions, below.reactions),
                dated.or(below::dated),
                cites.isEmpty() ? below.cites : cites);
    }

    private static <V> Map<String, V> merged(Map<String, V> over, Map<String, V> below) {
        Map<String, V> all = new LinkedHashMap<>(below);
        all.putAll(over);
        return all;
    }
}
