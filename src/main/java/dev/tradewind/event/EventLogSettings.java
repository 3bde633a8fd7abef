package dev.tradewind.event;

import dev.tradewind.settings.ByteSize;
import dev.tradewind.settings.Setting;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The log of events.
 *
 * @param file         see doc
 * @param rotateSize   see doc
 * @param rotateDaily  see doc
 */
public record EventLogSettings(
        @Setting(
                key = "events.log",
                defDoc = "off",
                doc = "File that gets every event as one flat JSON line with the fields of the events API.")
        Optional<Path> file,

        @Setting(
                key = "events.log_rotate_size",
                def = "256MiB",
                min = "4KiB",
                doc = "Size at which the log of events is rotated to NAME.<UTC time>.gz.")
        ByteSize rotateSize,

        @Setting(
                key = "events.log_rotate_daily",
                def = "true",
                doc = "Whether the log of events is also rotated with the first event of a day (UTC).")
        boolean rotateDaily) {}
