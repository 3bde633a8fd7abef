package dev.tradewind.operate;

import dev.tradewind.settings.Setting;

/**
 * What a sender has to prove.
 *
 * @param requireVerifiedDomain a From domain must be a verified sending domain
 */
public record ComplianceSettings(
        @Setting(
                key = "compliance.require_verified_domain",
                doc = "A From domain must be a verified sending domain of the account.",
                def = "true")
        boolean requireVerifiedDomain) {}
