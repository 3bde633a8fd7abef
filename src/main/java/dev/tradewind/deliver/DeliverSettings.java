package dev.tradewind.deliver;

import dev.tradewind.settings.ByteSize;
import dev.tradewind.settings.Setting;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Limits of one attempt. Those of the dialogue have as defaults what RFC 5321 §4.5.3.2 asks for at least; each is for a whole reply.
 *
 * @param connect      {@code delivery.timeout.connect}
 * @param greeting     {@code delivery.timeout.greeting}
 * @param ehlo         {@code delivery.timeout.ehlo}
 * @param tls          {@code delivery.timeout.tls}
 * @param mail         {@code delivery.timeout.mail}
 * @param rcpt         {@code delivery.timeout.rcpt}
 * @param data         {@code delivery.timeout.data}
 * @param block        {@code delivery.timeout.block}
 * @param endOfData    {@code delivery.timeout.end_of_data}
 * @param transaction  {@code delivery.timeout.transaction}
 * @param dial         {@code delivery.timeout.dial}
 * @param maxHosts     {@code delivery.max_hosts}
 * @param flight       {@code delivery.flight}
 * @param trustAnchors {@code delivery.trust_anchors}
 */
public record DeliverSettings(
        @Setting(
                key = "delivery.timeout.connect",
                doc = "How long connecting to one address may take.",
                def = "30s",
                min = "100ms",
                max = "5m")
        Duration connect,

        @Setting(
                key = "delivery.timeout.greeting",
                doc = "How long the greeting of a host may take.",
                def = "5m",
                min = "100ms",
                max = "1h")
        Duration greeting,

        @Setting(
                key = "delivery.timeout.ehlo",
                doc = "How long the reply to EHLO, HELO, STARTTLS or RSET may take.",
                def = "5m",
                min = "100ms",
                max = "1h")
        Duration ehlo,

        @Setting(
                key = "delivery.timeout.tls",
                doc = "How long the TLS handshake may take.",
                def = "1m",
                min = "100ms",
                max = "1h")
        Duration tls,

        @Setting(
                key = "delivery.timeout.mail",
                doc = "How long the reply to MAIL may take.",
                def = "5m",
                min = "100ms",
                max = "1h")
        Duration mail,

        @Setting(
                key = "delivery.timeout.rcpt",
                doc = "How long the reply to RCPT may take.",
                def = "5m",
                min = "100ms",
                max = "1h")
        Duration rcpt,

        @Setting(
                key = "delivery.timeout.data",
                doc = "How long the reply to DATA may take.",
                def = "2m",
                min = "100ms",
                max = "1h")
        Duration data,

        @Setting(
                key = "delivery.timeout.block",
                doc = "How long a host may take to accept a block (64 KiB) of content.",
                def = "3m",
                min = "100ms",
                max = "1h")
        Duration block,

        @Setting(
                key = "delivery.timeout.end_of_data",
                doc = "How long the reply to the end of data may take. Too short a time makes duplicates (RFC 1047).",
                def = "10m",
                min = "100ms",
                max = "2h")
        Duration endOfData,

        @Setting(
                key = "delivery.timeout.transaction",
                doc = "How long one mail transaction may take altogether, however busy the host seems.",
                def = "30m",
                min = "1s",
                max = "6h")
        Duration transaction,

        @Setting(
                key = "delivery.timeout.dial",
                doc = "How long finding a willing host may take, all tries together.",
                def = "10m",
                min = "1s",
                max = "1h")
        Duration dial,

        @Setting(
                key = "delivery.max_hosts",
                doc = "Addresses tried for one connection before it counts as failed.",
                def = "5",
                min = "1",
                max = "50")
        int maxHosts,

        @Setting(
                key = "delivery.flight",
                doc =
                        "Messages up to this size are sent in one flight with their envelope, where the host offers PIPELINING and CHUNKING.",
                def = "64KiB",
                max = "1MiB")
        ByteSize flight,

        @Setting(
                key = "delivery.trust_anchors",
                doc =
                        "PEM file of additional CAs, for SMTP and for MTA-STS policy hosts. Not used yet: opportunistic TLS verifies nobody.")
        Optional<Path> trustAnchors) {
    /** The defaults. */
    public static final DeliverSettings DEFAULT = new DeliverSettings(
            Duration.ofSeconds(30),
            Duration.ofMinutes(5),
            Duration.ofMinutes(5),
            Duration.ofMinutes(1),
            Duration.ofMinutes(5),
            Duration.ofMinutes(5),
            Duration.ofMinutes(2),
            Duration.ofMinutes(3),
            Duration.ofMinutes(10),
            Duration.ofMinutes(30),
            Duration.ofMinutes(10),
            5,
            ByteSize.parse("64KiB"),
            Optional.empty());
}
