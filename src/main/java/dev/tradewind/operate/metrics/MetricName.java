package dev.tradewind.operate.metrics;

import java.util.List;

/** Every metric of the path of a message: the only names the program registers itself, and the source of {@code docs/metrics.md}. */
public enum MetricName {
    ACCEPTED_MESSAGES(
            Kind.COUNTER,
            "accepted_messages",
            "Messages (recipients) accepted, durable; door: rest, esmtp, internal.",
            "door"),
    EVENTS(Kind.COUNTER, "events", "Events written by the engine, by type.", "type"),
    ATTEMPTS(
            Kind.COUNTER, "attempts", "Delivery attempts, by outcome: delivered, deferred, failed, unknown.", "result"),
    DELIVERY_LATENCY(Kind.TIMER, "delivery_latency", "From injection to delivery."),
    CONNECTIONS(Kind.GAUGE, "connections", "Open SMTP connections: submission, delivery.", "side"),
    HELD_MESSAGES(Kind.GAUGE, "held_messages", "Messages held in memory for their attempt; the others wait on disk."),
    KEPT_BYTES(Kind.GAUGE, "kept_bytes", "Rendered messages held in memory."),
    LANES(Kind.GAUGE, "lanes", "Lanes with messages, connections or a rest."),
    QUEUES(Kind.GAUGE, "queues", "Recipient domains with waiting mail."),
    PROFILE_RELOADS(
            Kind.COUNTER,
            "profile_reloads",
            "Times the file of shaping.profiles was read again after a change: read, refused.",
            "result"),
    PROFILES_REFUSED(
            Kind.GAUGE,
            "profiles_refused",
            "1 while the file of shaping.profiles, as it is now, is refused and older profiles are in use."),
    UNGENERATED(Kind.GAUGE, "ungenerated_transmissions", "Transmissions that are scheduled or being generated."),
    SPOOL_STATE(
            Kind.GAUGE,
            "spool_state",
            "0 open, 1 low on disk (no new mail), 2 broken (nothing can be written), 3 closed."),
    SPOOL_WAITING(Kind.GAUGE, "spool_waiting_messages", "Messages waiting for an attempt, as the store estimates."),
    SPOOL_UNFINISHED(Kind.GAUGE, "spool_unfinished_messages", "Messages that are not final, as the store estimates."),
    SPOOL_PENDING(Kind.GAUGE, "spool_pending_changes", "Changes that wait for the group commit."),
    SPOOL_KEPT(Kind.GAUGE, "spool_kept_outcomes", "Outcomes kept in memory because the store cannot write."),
    SPOOL_GROUPS(Kind.COUNTER, "spool_groups", "Group commits."),
    SPOOL_CHANGES(Kind.COUNTER, "spool_changes", "Changes that shared the group commits."),
    SPOOL_SYNCS(Kind.COUNTER, "spool_syncs", "Syncs of the write-ahead log."),
    SPOOL_SYNC_SECONDS(Kind.COUNTER, "spool_sync_seconds", "Time spent in them."),
    SPOOL_WRITE_FAILURES(Kind.COUNTER, "spool_write_failures", "Group commits that failed."),
    SPOOL_REPAIRS(Kind.COUNTER, "spool_repairs", "Times the store was opened anew in the process to clear an error."),
    SPOOL_LIVE_BYTES(Kind.GAUGE, "spool_live_bytes", "Live data on disk, as the store estimates."),
    SPOOL_MEMTABLE_BYTES(Kind.GAUGE, "spool_memtable_bytes", "Write buffers in memory."),
    SPOOL_CACHE_BYTES(Kind.GAUGE, "spool_cache_bytes", "Block cache in memory."),
    DISK_FREE(Kind.GAUGE, "spool_disk_free_bytes", "Room left on the disk of the data directory."),
    DISK_RESERVE(Kind.GAUGE, "spool_disk_reserve_present", "1 while the disk reserve is there."),
    SUBMISSION_CONNECTIONS(Kind.COUNTER, "submission_connections", "Connections accepted by SMTP submission."),
    SUBMISSION_CONNECTIONS_REFUSED(
            Kind.COUNTER, "submission_connections_refused", "Connections refused because of a limit."),
    SUBMISSION_ACCEPTED(Kind.COUNTER, "submission_messages_accepted", "Messages (as submitted) answered with 250."),
    SUBMISSION_REFUSED(Kind.COUNTER, "submission_messages_refused", "Messages refused at the end of data."),
    SUBMISSION_BUFFER_BYTES(
            Kind.GAUGE, "submission_buffer_reserved_octets", "Memory reserved for messages being received.");

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

    /** Whether it only grows. */
    public boolean isCounter() {
        return kind == Kind.COUNTER;
    }

    /** The name as Prometheus sees it. */
    public String prometheusName() {
        return meterName + kind.suffix;
    }
}
