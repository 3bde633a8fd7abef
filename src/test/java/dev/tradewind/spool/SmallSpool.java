package dev.tradewind.spool;

import dev.tradewind.settings.ByteSize;

import java.time.Duration;

/** Settings for tests: little memory, small marks. */
final class SmallSpool {
    static final RocksSpoolSettings SETTINGS = new RocksSpoolSettings(
            ByteSize.parse("8MiB"),
            ByteSize.parse("2MiB"),
            Duration.ofDays(7),
            Duration.ofDays(10),
            ByteSize.parse("16MiB"),
            ByteSize.parse("4MiB"),
            ByteSize.parse("8MiB"),
            Duration.ofMillis(5),
            Duration.ofSeconds(10));

    private SmallSpool() {}
}
