package dev.tradewind.sandbox;

import dev.tradewind.account.ControlUnavailable;
import dev.tradewind.account.DkimPublicKey;
import dev.tradewind.account.SendingDomainStore;
import dev.tradewind.account.TenantScope;
import dev.tradewind.mail.Domain;

import java.util.Optional;

/** Port: the key records this server would have published for its own sending domains, whether they are in the DNS or not. */
@FunctionalInterface
public interface OwnDkimKeys {
    /** The text of the record at {@code selector._domainkey.domain}; empty if no sending domain here has that key. */
    Optional<String> record(TenantScope scope, Domain domain, String selector) throws ControlUnavailable;

    /** The keys of the sending domains in a store. */
    static OwnDkimKeys of(SendingDomainStore domains) {
        return (scope, domain, selector) -> {
            for (SendingDomainStore.Entry entry : domains.list(TenantScope.whole(scope.account()))) {
                for (DkimPublicKey key : entry.keys()) {
                    if (key.signingDomain().equals(domain) && key.selector().equals(selector)) {
                        return Optional.of(key.recordValue());
                    }
                }
            }
            return Optional.empty();
        };
    }
}
