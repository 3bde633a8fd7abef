package dev.tradewind.api;

import dev.tradewind.settings.ByteSize;
import dev.tradewind.settings.ListenAddress;
import dev.tradewind.settings.Setting;

/**
 * Settings of the API's listener.
 *
 * @param listen                where it listens
 * @param tls                   HTTPS instead of HTTP
 * @param maxConnections        open connections
 * @param maxConcurrentRequests requests served at a time
 * @param maxBody               greatest request body
 */
public record ApiSettings(
        @Setting(
                key = "api.listen",
                doc = "Where REST, pages, docs, health and metrics are served.",
                def = "127.0.0.1:8080")
        ListenAddress listen,

        @Setting(
                key = "api.tls",
                doc = "Whether it is HTTPS, with the certificate of `tls.certificate`, instead of HTTP.",
                def = "false")
        boolean tls,

        @Setting(
                key = "api.max_connections",
                doc = "Open connections of the API; more wait to be accepted.",
                def = "4096",
                min = "1",
                max = "1000000")
        int maxConnections,

        @Setting(
                key = "api.max_concurrent_requests",
                doc = "Requests served at a time; more are answered 503.",
                def = "1024",
                min = "1",
                max = "1000000")
        int maxConcurrentRequests,

        @Setting(
                key = "api.max_body",
                doc = "Greatest body of a transmission; other requests may have 1 MiB.",
                def = "300MB",
                min = "1MB",
                max = "2GB")
        ByteSize maxBody) {
    /** All defaults, at an address. */
    public static ApiSettings at(ListenAddress listen) {
        return new ApiSettings(listen, false, 4096, 1024, new ByteSize(300_000_000));
    }
}
