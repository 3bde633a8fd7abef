package dev.tradewind.lane;

import dev.tradewind.settings.Setting;

import java.time.Duration;

/**
 * Limits of lanes; the same for all until provider profiles exist.
 *
 * @param connections           connections of one lane
 * @param messagesPerConnection transactions on one connection, then it is closed
 * @param totalConnections      connections of all lanes together
 * @param idle                  how long a connection is kept without work
 * @param heldPerQueue          messages of one recipient domain that are held in memory; the others wait on disk
 * @param heldTotal             messages held in memory in all
 * @param firstRest             how long a lane rests after no host of its site was willing; doubled each time
 * @param longestRest           the longest such rest
 */
public record LaneLimits(
        @Setting(
                key = "delivery.connections",
                doc = "Connections at once to one site (all domains served by the same mail hosts).",
                def = "20",
                min = "1",
                max = "1000")
        int connections,

        @Setting(
                key = "delivery.messages_per_connection",
                doc = "Messages sent over one connection before it is closed.",
                def = "100",
                min = "1",
                max = "100000")
        int messagesPerConnection,

        @Setting(
                key = "delivery.total_connections",
                doc = "Connections at once to all hosts together; each costs a file descriptor.",
                def = "2000",
                min = "1",
                max = "50000")
        int totalConnections,

        @Setting(
                key = "delivery.idle",
                doc = "How long a connection is kept open without work, to be used again.",
                def = "5s",
                min = "0ms",
                max = "5m")
        Duration idle,

        @Setting(
                key = "delivery.held_per_domain",
                doc = "Messages of one recipient domain held in memory for their attempt; further ones wait on disk.",
                def = "2000",
                min = "1",
                max = "100000")
        int heldPerQueue,

        @Setting(
                key = "delivery.held",
                doc = "Messages held in memory for their attempt in all; further ones wait on disk.",
                def = "50000",
                min = "1",
                max = "1000000")
        int heldTotal,

        @Setting(
                key = "delivery.rest",
                doc = "How long a site rests after none of its hosts was willing; doubled each time it happens again.",
                def = "1m",
                min = "1s",
                max = "1h")
        Duration firstRest,

        @Setting(
                key = "delivery.longest_rest",
                doc = "The longest rest of a site that stays unwilling.",
                def = "20m",
                min = "1s",
                max = "6h")
        Duration longestRest) {
    /** The defaults. */
    public static final LaneLimits DEFAULT = new LaneLimits(
            20, 100, 2000, Duration.ofSeconds(5), 2000, 50_000, Duration.ofMinutes(1), Duration.ofMinutes(20));
}
