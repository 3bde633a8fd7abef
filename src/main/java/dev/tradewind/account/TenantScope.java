package dev.tradewind.account;

import java.util.OptionalInt;

/**
 * Whose things a reader looks at (API facts §1.2): an account with all its subaccounts, the primary alone, or one subaccount.
 *
 * @param account    the account
 * @param subaccount empty: primary and all subaccounts; 0: the primary only; n: that subaccount only
 */
public record TenantScope(int account, OptionalInt subaccount) {
    /** The account and everything below it. */
    public static TenantScope whole(int account) {
        return new TenantScope(account, OptionalInt.empty());
    }

    /** One tenant only. */
    public static TenantScope only(Tenant tenant) {
        return new TenantScope(tenant.account(), OptionalInt.of(tenant.subaccount()));
    }

    /** Whether something of this tenant is to be seen. */
    public boolean includes(Tenant tenant) {
        return tenant.account() == account && (subaccount.isEmpty() || subaccount.getAsInt() == tenant.subaccount());
    }
}
