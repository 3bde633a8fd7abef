package dev.tradewind.account;

import dev.tradewind.mail.Domain;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Port: the sending domains of tenants, to be managed; {@link SendingDomains} is the same data as mail sees it. A change is durable when
 * the call returns and mail obeys it at once.
 */
public interface SendingDomainStore {
    /** One of the statuses of a domain (API facts §2.7). */
    enum Status {
        UNVERIFIED("unverified"),
        PENDING("pending"),
        INVALID("invalid"),
        VALID("valid");

        private final String wireName;

        Status(String wireName) {
            this.wireName = wireName;
        }

        /** The name in JSON. */
        public String wireName() {
            return wireName;
        }
    }

    /**
     * One sending domain.
     *
     * @param tenant     its owner
     * @param domain     its name; a tenant has it once, an account owns it alone
     * @param shared     whether the subaccounts of its owner (a primary) may use it
     * @param dkimStatus what the last look at the DNS said of its first key
     * @param owned      ownership proven: some status is valid, or the operator said so
     * @param keys       keys to sign with, in order; the first is the default key
     * @param created    when
     */
    record Entry(
            Tenant tenant,
            Domain domain,
            boolean shared,
            Status dkimStatus,
            boolean owned,
            List<DkimPublicKey> keys,
            Instant created) {
        public Entry {
            keys = List.copyOf(keys);
        }
    }

    /** What to make; its status is {@code UNVERIFIED}. */
    record NewDomain(Tenant tenant, Domain domain, boolean shared, List<DkimKeyPair> keys) {
        public NewDomain {
            keys = List.copyOf(keys);
        }
    }

    /** How a creation ended. */
    sealed interface Creation {
        /** It is there now. */
        record Created(Entry entry) implements Creation {}

        /** The account has it already (the tenant itself, or another tenant of the account). */
        record Exists(Tenant owner) implements Creation {}

        /** Another account has it, or a name above or below it. */
        record Foreign() implements Creation {}
    }

    /**
     * What to change; empty components stay.
     *
     * @param shared     whether subaccounts may use it
     * @param keys       replace all keys
     * @param dkimStatus result of a verification; {@code VALID} proves ownership
     */
    record Change(Optional<Boolean> shared, Optional<List<DkimKeyPair>> keys, Optional<Status> dkimStatus) {}

    /** Makes a domain. */
    Creation create(NewDomain wanted) throws ControlUnavailable;

    /** The domains in a scope, by name. */
    List<Entry> list(TenantScope scope) throws ControlUnavailable;

    /** A domain in a scope. */
    Optional<Entry> find(TenantScope scope, Domain domain) throws ControlUnavailable;

    /** Changes a domain; empty if the scope has none of that name. */
    Optional<Entry> update(TenantScope scope, Domain domain, Change change) throws ControlUnavailable;

    /** Removes a domain with its keys; false if the scope has none of that name. */
    boolean delete(TenantScope scope, Domain domain) throws ControlUnavailable;
}
