package dev.tradewind.bench;

import java.util.Map;

/**
 * What one round measured: one server, so many messages.
 *
 * @param phase      how the messages came and went
 * @param server     which
 * @param messages   injected
 * @param wallMicros from the first injection to the last arrival at the sink
 * @param cpuMicros  CPU time by part of the server
 * @param lost       accepted and not arrived
 * @param duplicated arrived more than once
 * @param unsigned   arrived without signature
 * @param octets     arrived
 * @param deferred   times the server deferred a message
 */
record Round(
        Phase phase,
        String server,
        int messages,
        long wallMicros,
        Map<String, Long> cpuMicros,
        long lost,
        long duplicated,
        long unsigned,
        long octets,
        int deferred) {
    /** How messages come in, and whether they leave with TLS. */
    enum Phase {
        SMTP("SMTP in, SMTP out", false),
        TLS("SMTP in, SMTP with TLS out", true),
        REST("REST in, SMTP out", false);

        private final String text;
        private final boolean tls;

        Phase(String text, boolean tls) {
            this.text = text;
            this.tls = tls;
        }

        String text() {
            return text;
        }

        boolean tls() {
            return tls;
        }
    }

    double messagesPerSecond() {
        return messages * 1e6 / wallMicros;
    }

    /** CPU time of all parts for one message, in microseconds. */
    double cpuMicrosPerMessage() {
        return cpuMicros.values().stream().mapToLong(Long::longValue).sum() / (double) messages;
    }
}
