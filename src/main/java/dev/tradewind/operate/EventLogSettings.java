package dev.tradewind.operate;

import dev.tradewind.settings.Setting;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The event log.
 *
 * @param log its file
 */
public record EventLogSettings(
        @Setting(
                key = "events.log",
                doc =
                        "File into which every event is written as one flat JSON line with the field names of the events API; rotated to `NAME.<UTC time>.gz`.",
                defDoc = "off")
        Optional<Path> log) {}
