package dev.tradewind.account;

import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** Accounts in memory, made when they are asked for. */
public final class MemoryAccounts implements Accounts {
    private final Map<Integer, Account> accounts = new ConcurrentHashMap<>();
    private final InstantSource clock;

    public MemoryAccounts(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Account account(int id) {
        return accounts.computeIfAbsent(
                id, i -> new Account(i, "", Status.ACTIVE, clock.instant(), clock.instant(), AccountOptions.DEFAULT));
    }

    @Override
    public Account update(int id, UnaryOperator<Account> change) {
        Account changed = change.apply(account(id));
        Account stamped = new Account(
                changed.id(),
                changed.companyName(),
                changed.status(),
                changed.created(),
                clock.instant(),
                changed.options());
        accounts.put(id, stamped);
        return stamped;
    }
}
