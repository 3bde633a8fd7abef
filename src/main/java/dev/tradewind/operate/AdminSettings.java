package dev.tradewind.operate;

import dev.tradewind.settings.Secret;
import dev.tradewind.settings.Setting;

import java.util.Optional;

/**
 * Who rules the instance.
 *
 * @param key a key with all grants for the main account; empty for the one kept in the data directory
 */
public record AdminSettings(
        @Setting(
                key = "api.admin_key",
                doc =
                        "An API key with all grants for the main account, 20 to 200 characters. It takes the place of the one that was"
                                + " configured or kept before.",
                defDoc = "made at first start, printed once, kept in `secrets/admin.key` of the data directory")
        Optional<Secret> key) {}
