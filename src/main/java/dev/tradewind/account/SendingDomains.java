package dev.tradewind.account;

import dev.tradewind.mail.Domain;

import java.util.List;
import java.util.Optional;

/** Port: what the control plane knows of a sending domain. Answers from memory; asked once or more for every message. */
public interface SendingDomains {
    /**
     * One sending domain.
     *
     * @param domain   the domain of the From field
     * @param verified whether ownership has been proven (or an operator said so)
     * @param keys     names of the keys to sign with, in order; the private part is fetched by {@link #privateKey}
     */
    record SendingDomain(Domain domain, boolean verified, List<KeyName> keys) {
        public SendingDomain {
            keys = List.copyOf(keys);
        }
    }

    /** Where the public part of a DKIM key is published: {@code selector._domainkey.signingDomain}. */
    record KeyName(Domain signingDomain, String selector) {}

    /** The sending domain of a tenant; a primary's domain that is shared serves its subaccounts too. */
    Optional<SendingDomain> find(Tenant tenant, Domain domain);

    /** PKCS#8 of a key that {@link #find} named, decrypted. */
    Optional<byte[]> privateKey(KeyName name);
}
