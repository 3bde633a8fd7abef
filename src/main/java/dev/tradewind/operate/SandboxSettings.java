package dev.tradewind.operate;

import dev.tradewind.settings.Setting;

/**
 * Whether mail leaves.
 *
 * @param enabled mail to any domain goes to the built-in inbox
 */
public record SandboxSettings(
        @Setting(
                key = "sandbox.enabled",
                doc = "Mail to any domain is delivered to the built-in sandbox inbox instead of the world.",
                def = "false",
                defDoc = "`false`; `true` under `up`")
        boolean enabled) {}
