package dev.tradewind.spool;

import dev.tradewind.settings.ByteSize;
import dev.tradewind.settings.Setting;

import java.time.Duration;

/**
 * How the embedded store behaves. On a very small disk {@code lowWater} and {@code reserve} must be made smaller than the disk.
 *
 * @param lowWater         see doc
 * @param reserve          see doc
 * @param retentionContent see doc
 * @param retentionEvents  see doc
 * @param cache            see doc
 * @param writeBuffers     see doc
 * @param maxWal           see doc
 * @param outcomeGather    see doc
 * @param readWait         see doc
 */
public record RocksSpoolSettings(
        @Setting(
                key = "spool.low_water",
                def = "512MiB",
                doc = "Free disk space below which no new mail is taken (503, 4yz); outcomes are still written."
                        + " Mail is taken again at 1.25 times this.")
        ByteSize lowWater,

        @Setting(
                key = "spool.reserve",
                def = "64MiB",
                doc = "Size of a file that keeps disk space for outcomes; it is given up when less than twice this is"
                        + " left, and made again when there is room.")
        ByteSize reserve,

        @Setting(
                key = "spool.retention.content",
                def = "7d",
                doc =
                        "How long transmissions and their content can be seen as sent, counted from acceptance; longer while"
                                + " one of their messages is not final. Near the low-water mark it is shortened to a tenth"
                                + " before mail is refused.")
        Duration retentionContent,

        @Setting(
                key = "spool.retention.events",
                def = "10d",
                doc = "How long events are kept for search and for consumers.")
        Duration retentionEvents,

        @Setting(
                key = "spool.cache",
                def = "128MiB",
                min = "8MiB",
                doc = "Memory for stored blocks, their indexes, and the write buffers, outside the Java heap.")
        ByteSize cache,

        @Setting(
                key = "spool.write_buffers",
                def = "64MiB",
                min = "1MiB",
                doc = "Memory for what is written and not yet in a sorted file; counted within spool.cache.")
        ByteSize writeBuffers,

        @Setting(
                key = "spool.max_wal",
                def = "128MiB",
                min = "1MiB",
                doc = "Size of the write-ahead log at which the oldest write buffers are flushed; bounds the time to"
                        + " open after a crash.")
        ByteSize maxWal,

        @Setting(
                key = "spool.outcome_gather",
                def = "5ms",
                max = "15ms",
                doc = "Least time between two syncs that only outcomes of attempts ask for; outcomes are durable"
                        + " within 20 ms.")
        Duration outcomeGather,

        @Setting(
                key = "spool.read_wait",
                def = "10s",
                doc = "How long a reader waits while the store is being reopened after an error.")
        Duration readWait) {
    /** The documented defaults. */
    public static final RocksSpoolSettings DEFAULTS = new RocksSpoolSettings(
            ByteSize.parse("512MiB"),
            ByteSize.parse("64MiB"),
            Duration.ofDays(7),
            Duration.ofDays(10),
            ByteSize.parse("128MiB"),
            ByteSize.parse("64MiB"),
            ByteSize.parse("128MiB"),
            Duration.ofMillis(5),
            Duration.ofSeconds(10));
}
