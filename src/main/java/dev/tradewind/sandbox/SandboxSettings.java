package dev.tradewind.sandbox;

import dev.tradewind.settings.ByteSize;
import dev.tradewind.settings.Setting;

/**
 * Whether mail leaves, and the bounds of the sandbox inbox.
 *
 * @param enabled     mail to any domain goes to the inbox
 * @param maxMessages messages kept
 * @param maxOctets   octets of all messages kept
 */
public record SandboxSettings(
        @Setting(
                key = "sandbox.enabled",
                doc = "Mail to any domain is delivered to the built-in sandbox inbox instead of the world.",
                def = "false",
                defDoc = "`false`; `true` under `up`")
        boolean enabled,

        @Setting(
                key = "sandbox.max_messages",
                doc = "Messages the sandbox inbox keeps; the oldest are dropped first.",
                def = "2000",
                min = "1",
                max = "100000")
        int maxMessages,

        @Setting(
                key = "sandbox.max_octets",
                doc =
                        "Size of all messages in the sandbox inbox together; the oldest are dropped first, the newest is always kept.",
                def = "500MB",
                min = "1MB",
                max = "100GB")
        ByteSize maxOctets) {
    /** All defaults. */
    public static final SandboxSettings DEFAULT = new SandboxSettings(false, 2000, new ByteSize(500_000_000));
}
