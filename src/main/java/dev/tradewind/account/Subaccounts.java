package dev.tradewind.account;

/** Port: which subaccounts there are. Answers from memory; asked for every request with {@code X-MSYS-SUBACCOUNT}. */
@FunctionalInterface
public interface Subaccounts {
    /** No account has any. */
    Subaccounts NONE = tenant -> tenant.subaccount() == 0;

    /** Whether a tenant exists; true for every primary. */
    boolean exists(Tenant tenant);
}
