package dev.tradewind.operate.metrics;

import java.util.List;

/** Every metric of the path of a message: the only names the program registers itself, and the source of {@code docs/metrics.md}. */
public enum MetricName {
    ACCEPTED_MESSAGES(Kind.COUNTER, "accepted_messages", "Messages (recipients) accepted, durable.", "door"),
    REFUSED_SUBMISSIONS(Kind.COUNTER, "refused_submissions", "Submissions answered with an error.", "door", "code"),
    ACCEPT_DURATION(Kind.TIMER, "accept", "From the first octet of a submission to its durable answer.", "door"),
    HTTP_DURATION(Kind.TIMER, "http", "HTTP requests by route (as in the API document) and status.", "route", "status"),
    EVENTS(Kind.COUNTER, "events", "Events written, by type.", "type"),
    QUEUE_MESSAGES(
            Kind.GAUGE,
            "queue_messages",
            "Messages that are not final: generating, scheduled, waiting, active.",
            "state"),
    OLDEST_DUE(Kind.GAUGE, "queue_oldest_due_seconds", "How long the longest overdue message has been due."),
    ATTEMPTS(
            Kind.COUNTER, "attempts", "Delivery attempts, by outcome: delivered, deferred, failed, unknown.", "result"),
    ATTEMPT_DURATION(Kind.TIMER, "attempt", "One mail transaction with a host.", "result"),
    DELIVERY_LATENCY(Kind.TIMER, "delivery_latency", "From acceptance (or the scheduled time) to delivery."),
    CONNECTIONS(Kind.GAUGE, "connections", "Open SMTP connections: submission, delivery.", "side"),
    COMMIT_DURATION(Kind.TIMER, "spool_commit", "One group commit of the spool, write and sync."),
    COMMITTED_WRITES(Kind.COUNTER, "spool_committed_writes", "Writes that shared the group commits."),
    DISK_FREE(Kind.GAUGE, "data_free_bytes", "Room left on the disk of the data directory."),
    SIGN_DURATION(Kind.TIMER, "sign", "One DKIM signature.", "algorithm"),
    DNS_DURATION(Kind.TIMER, "dns", "DNS questions that the cache could not answer.", "result");

    /** What is measured. */
    enum Kind {
        COUNTER("counter", "_total"),
        TIMER("histogram, seconds", "_seconds"),
        GAUGE("gauge", "");

        final String shown;
        final String suffix;

        Kind(String shown, String suffix) {
            this.shown = shown;
            this.suffix = suffix;
        }
    }

    final Kind kind;
    final String meterName;
    final String doc;
    private final String tagNames;

    MetricName(Kind kind, String name, String doc, String... tags) {
        this.kind = kind;
        this.meterName = "tradewind_" + name;
        this.doc = doc;
        this.tagNames = String.join(",", tags);
    }

    /** Names of the tags, in the order in which their values are given. */
    List<String> tags() {
        return tagNames.isEmpty() ? List.of() : List.of(tagNames.split(","));
    }

    /** The name as Prometheus sees it. */
    public String prometheusName() {
        return meterName + kind.suffix;
    }
}
