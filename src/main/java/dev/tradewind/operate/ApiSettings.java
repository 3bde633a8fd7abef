package dev.tradewind.operate;

import dev.tradewind.settings.ListenAddress;
import dev.tradewind.settings.Secret;
import dev.tradewind.settings.Setting;

import java.util.Optional;

/**
 * Where the HTTP side is and who rules it.
 *
 * @param listen   address of the listener
 * @param adminKey a key with all grants for the main account; empty for the one kept in the data directory
 */
public record ApiSettings(
        @Setting(
                key = "api.listen",
                doc = "REST, the web pages, the API reference, health and Prometheus metrics at `/metrics`.",
                def = "127.0.0.1:8080")
        ListenAddress listen,

        @Setting(
                key = "api.admin_key",
                doc = "An API key with all grants for the main account.",
                defDoc = "made at first start, printed once, kept in `secrets/admin.key` of the data directory")
        Optional<Secret> adminKey) {}
