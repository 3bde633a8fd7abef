package dev.tradewind.account;

import dev.tradewind.settings.Cidr;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Port: the API keys of tenants. Only a hash of a key is kept; what {@link #create} gives is the only sight of the key itself. A change
 * is durable when the call returns and {@link Authenticator} obeys it at once.
 */
public interface ApiKeys {
    /**
     * A key as it may be shown.
     *
     * @param id       public id, opaque; what {@link Principal#keyId} holds
     * @param tenant   whose key
     * @param label    1..1024 octets
     * @param grants   what it may do
     * @param validIps networks it may be used from; empty: any
     * @param shortKey its first 4 characters
     * @param created  when
     */
    record ApiKey(
            String id,
            Tenant tenant,
            String label,
            Set<Grant> grants,
            List<Cidr> validIps,
            String shortKey,
            Instant created) {
        public ApiKey {
            grants = Set.copyOf(grants);
            validIps = List.copyOf(validIps);
        }
    }

    /** What to make. The id, the key and the time of creation are the store's to choose. */
    record NewKey(Tenant tenant, String label, Set<Grant> grants, List<Cidr> validIps) {
        public NewKey {
            grants = Set.copyOf(grants);
            validIps = List.copyOf(validIps);
        }
    }

    /**
     * A fresh key.
     *
     * @param key    as it will be listed
     * @param secret the key itself, 40 lower-case hex characters; shown once
     */
    record Created(ApiKey key, String secret) {
        /** Never shows the secret. */
        @Override
        public String toString() {
            return "new " + key;
        }
    }

    /** Makes a key. */
    Created create(NewKey wanted) throws ControlUnavailable;

    /** The keys in a scope, oldest first. */
    List<ApiKey> list(TenantScope scope) throws ControlUnavailable;

    /** One key in a scope. */
    Optional<ApiKey> find(TenantScope scope, String id) throws ControlUnavailable;

    /** Revokes a key; false if the scope has none of that id. */
    boolean delete(TenantScope scope, String id) throws ControlUnavailable;
}
