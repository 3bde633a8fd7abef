package dev.tradewind.operate;

import dev.tradewind.settings.Setting;

/**
 * Which engines keep what. Only the embedded ones exist in this version.
 *
 * @param control   accounts, keys, domains
 * @param spool     messages that are not final
 * @param events    the event stream
 * @param analytics search of events
 */
public record StorageSettings(
        @Setting(
                key = "storage.control",
                doc = "Engine of accounts, keys and domains; only `embedded` (SQLite) in this version.",
                def = "embedded")
        String control,

        @Setting(
                key = "storage.spool",
                doc = "Engine of messages that are not final yet; only `embedded` (RocksDB) in this version.",
                def = "embedded")
        String spool,

        @Setting(
                key = "storage.events",
                doc = "Engine of the event stream; only `embedded` (RocksDB) in this version.",
                def = "embedded")
        String events,

        @Setting(
                key = "storage.analytics",
                doc = "Engine of the event search; only `embedded` in this version.",
                def = "embedded")
        String analytics) {
    /** @throws IllegalArgumentException if an engine is not the embedded one */
    public StorageSettings {
        check("storage.control", control);
        check("storage.spool", spool);
        check("storage.events", events);
        check("storage.analytics", analytics);
    }

    // The URL of an engine may hold a password, so it is not repeated.
    private static void check(String key, String engine) {
        if (!engine.equals("embedded")) {
            throw new IllegalArgumentException(
                    key + " names an engine that is not available in this version: write embedded, or remove it");
        }
    }
}
