package dev.tradewind.operate;

import dev.tradewind.settings.Setting;

/**
 * The program's own log, on standard error, one line a fact.
 *
 * @param level  least important level that is written
 * @param format how a line is written
 */
public record LogSettings(
        @Setting(key = "log.level", doc = "Least important level that is logged.", def = "info")
        Level level,

        @Setting(
                key = "log.format",
                doc = "`text`: time, level, logger, message and `key=value`; `json`: one object a line.",
                def = "text")
        Format format) {
    /** Levels, the most talkative first. */
    public enum Level {
        TRACE,
        DEBUG,
        INFO,
        WARN,
        ERROR
    }

    /** How a line is written. */
    public enum Format {
        TEXT,
        JSON
    }
}
