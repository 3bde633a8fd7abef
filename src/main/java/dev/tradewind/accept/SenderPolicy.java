package dev.tradewind.accept;

import dev.tradewind.account.SendingDomains;
import dev.tradewind.account.Tenant;
import dev.tradewind.mail.Domain;

import java.util.Optional;

/** Who may send as whom. Pure but for the look at the sending domains, which is in memory. */
public final class SenderPolicy {
    private final SendingDomains domains;
    private final boolean requireVerifiedDomain;

    /**
     * @param requireVerifiedDomain {@code compliance.require_verified_domain}: a From domain must be a verified sending domain
     */
    public SenderPolicy(SendingDomains domains, boolean requireVerifiedDomain) {
        this.domains = domains;
        this.requireVerifiedDomain = requireVerifiedDomain;
    }

    /** Why a tenant may not send with a From field of this domain; empty if it may. */
    public Optional<String> objection(Tenant tenant, Domain fromDomain) {
        if (!requireVerifiedDomain) {
            return Optional.empty();
        }
        Optional<SendingDomains.SendingDomain> found = domains.find(tenant, fromDomain);
        if (found.isEmpty()) {
            return Optional.of("Unconfigured Sending Domain <" + fromDomain + ">");
        }
        return found.get().verified()
                ? Optional.empty()
                : Optional.of("Unverified Sending Domain <" + fromDomain + ">");
    }
}
