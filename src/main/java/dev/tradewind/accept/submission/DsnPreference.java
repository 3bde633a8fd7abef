package dev.tradewind.accept.submission;

import dev.tradewind.account.Tenant;

/** Port: the account setting whether failures go to the reverse-path as DSNs (RFC 3461), not only into the events. From memory. */
@FunctionalInterface
public interface DsnPreference {
    /** Whether messages that a key of this tenant submits are answered with DSNs. */
    boolean returnsDsn(Tenant tenant);
}
