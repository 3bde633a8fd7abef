package dev.tradewind.engine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tradewind.account.SendingDomains;
import dev.tradewind.account.Tenant;
import dev.tradewind.mail.Domain;
import dev.tradewind.sign.DkimKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The keys that sign a tenant's mail from a domain, decoded once and kept. A changed key is used within {@link #KEPT}. Thread-safe.
 */
final class SigningKeys {
    private static final Logger LOG = LoggerFactory.getLogger(SigningKeys.class);
    /** How long a decoded key is used without asking again. */
    static final Duration KEPT = Duration.ofSeconds(10);

    private final SendingDomains domains;
    private final Cache<Whose, List<DkimKey>> cache =
            Caffeine.newBuilder().maximumSize(100_000).expireAfterWrite(KEPT).build();

    private record Whose(Tenant tenant, Domain domain) {}

    SigningKeys(SendingDomains domains) {
        this.domains = domains;
    }

    /** Keys to sign with, in order; none if the domain has none. */
    List<DkimKey> of(Tenant tenant, Domain fromDomain) {
        return cache.get(new Whose(tenant, fromDomain), this::decode);
    }

    private List<DkimKey> decode(Whose whose) {
        List<DkimKey> keys = new ArrayList<>();
        domains.find(whose.tenant(), whose.domain()).ifPresent(domain -> {
            for (SendingDomains.KeyName name : domain.keys()) {
                domains.privateKey(name)
                        .ifPresentOrElse(
                                pkcs8 -> keys.add(DkimKey.ofPkcs8(name.signingDomain(), name.selector(), pkcs8)),
                                () -> LOG.error(
                                        "event=dkim_key_missing domain={} selector={}",
                                        name.signingDomain(),
                                        name.selector()));
            }
        });
        return List.copyOf(keys);
    }
}
