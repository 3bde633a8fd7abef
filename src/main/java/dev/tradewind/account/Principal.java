package dev.tradewind.account;

import java.util.Set;

/**
 * Who is at the door: the owner of the API key that was shown.
 *
 * @param keyId  public id of the key, never the key itself
 * @param label  what the owner calls the key
 * @param tenant whose key it is
 * @param grants what it may do
 */
public record Principal(String keyId, String label, Tenant tenant, Set<Grant> grants) {
    public Principal {
        grants = Set.copyOf(grants);
    }

    /** Whether the key has this grant. A manage or modify grant includes the view grant of the same resource. */
    public boolean may(Grant grant) {
        if (grants.contains(grant) || (grant == Grant.ACCOUNT_MANAGE && grants.contains(Grant.ACCOUNT_READ_WRITE))) {
            return true;
        }
        String name = grant.wireName();
        if (!name.endsWith("/view")) {
            return false;
        }
        String resource = name.substring(0, name.length() - "view".length());
        for (Grant held : grants) {
            if (held.wireName().startsWith(resource) && !held.wireName().endsWith("/preview")) {
                return true;
            }
        }
        return false;
    }

    /** The same key acting for another tenant (a primary key with {@code X-MSYS-SUBACCOUNT}). */
    public Principal as(Tenant other) {
        return new Principal(keyId, label, other, grants);
    }
}
