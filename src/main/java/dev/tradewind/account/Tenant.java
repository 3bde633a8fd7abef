package dev.tradewind.account;

/**
 * Whom something belongs to.
 *
 * @param account    the account, 1 or more
 * @param subaccount the subaccount; 0 is the account itself (primary)
 */
public record Tenant(int account, int subaccount) {
    /** The main account of an instance. */
    public static final Tenant MAIN = new Tenant(1, 0);

    /** @throws IllegalArgumentException if a number is out of range */
    public Tenant {
        if (account < 1 || subaccount < 0) {
            throw new IllegalArgumentException("tenant " + account + "/" + subaccount);
        }
    }
}
