package dev.tradewind.route;

import dev.tradewind.settings.ListenAddress;
import dev.tradewind.settings.Setting;

import java.time.Duration;
import java.util.List;

/**
 * How the DNS is asked and its answers are kept.
 *
 * @param servers  {@code dns.servers}
 * @param trustAd  {@code dns.trust_ad}
 * @param timeout  {@code dns.timeout}
 * @param attempts {@code dns.attempts}
 * @param concurrent questions under way at once
 * @param minTtl   {@code dns.min_ttl}
 * @param maxTtl   {@code dns.max_ttl}
 * @param stale    {@code dns.stale}
 * @param cache    {@code dns.cache}
 */
public record DnsSettings(
        @Setting(
                key = "dns.servers",
                doc = "Resolvers to ask, each IP:PORT, in order of preference.",
                defDoc = "the system's")
        List<ListenAddress> servers,

        @Setting(
                key = "dns.trust_ad",
                doc =
                        "Believe the resolver when it says that DNSSEC proves an answer (the AD bit). Set it only if the way to a"
                                + " validating resolver cannot be tampered with.",
                def = "false")
        boolean trustAd,

        @Setting(
                key = "dns.timeout",
                doc = "How long one resolver may take for one answer.",
                def = "3s",
                min = "50ms",
                max = "30s")
        Duration timeout,

        @Setting(key = "dns.attempts", doc = "How often each resolver is asked.", def = "2", min = "1", max = "5")
        int attempts,

        @Setting(
                key = "dns.concurrent",
                doc = "Questions under way at once; each has a socket of its own. Further ones wait.",
                def = "500",
                min = "1",
                max = "10000")
        int concurrent,

        @Setting(
                key = "dns.min_ttl",
                doc = "Answers are kept at least so long, whatever their TTL says.",
                def = "30s",
                max = "1h")
        Duration minTtl,

        @Setting(
                key = "dns.max_ttl",
                doc =
                        "Answers are kept no longer, whatever their TTL says; no such name and no such record at most a quarter of it.",
                def = "1h",
                max = "7d")
        Duration maxTtl,

        @Setting(
                key = "dns.stale",
                doc = "How long past its time an answer is still used while the DNS gives no new one.",
                def = "6h",
                max = "7d")
        Duration stale,

        @Setting(
                key = "dns.cache",
                doc = "Answers kept in memory; about 500 octets each.",
                def = "100000",
                min = "100",
                max = "10000000")
        int cache) {
    /** The defaults, asking these servers (none: the system's). */
    public static DnsSettings of(List<ListenAddress> servers) {
        return new DnsSettings(
                servers,
                false,
                Duration.ofSeconds(3),
                2,
                500,
                Duration.ofSeconds(30),
                Duration.ofHours(1),
                Duration.ofHours(6),
                100_000);
    }

    public DnsSettings {
        servers = List.copyOf(servers);
    }
}
