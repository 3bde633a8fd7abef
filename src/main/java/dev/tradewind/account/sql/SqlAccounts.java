package dev.tradewind.account.sql;

import dev.tradewind.account.Accounts;
import dev.tradewind.account.ControlUnavailable;
import dev.tradewind.account.Tenant;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** Accounts in SQL, read from memory. The main account is made when the database is new. */
public final class SqlAccounts implements Accounts {
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private final ControlDatabase database;
    private final InstantSource clock;
    private final Map<Integer, Account> accounts = new ConcurrentHashMap<>();

    /** Reads all accounts, and makes the main account if there is none. */
    public SqlAccounts(ControlDatabase database, InstantSource clock) throws ControlUnavailable {
        this.database = database;
        this.clock = clock;
        database.read(handle -> handle.createQuery("SELECT * FROM account")
                        .map((row, context) -> new Account(
                                row.getInt("id"),
                                row.getString("company_name"),
                                Status.valueOf(row.getString("status")),
                                Micros.instant(row.getLong("created_at")),
                                Micros.instant(row.getLong("updated_at")),
                                JSON.readValue(row.getString("options"), AccountOptions.class)))
                        .list())
                .forEach(account -> accounts.put(account.id(), account));
        if (!accounts.containsKey(Tenant.MAIN.account())) {
            Instant now = now();
            write(new Account(Tenant.MAIN.account(), "", Status.ACTIVE, now, now, AccountOptions.DEFAULT));
        }
    }

    @Override
    public Account account(int id) {
        Account account = accounts.get(id);
        if (account == null) {
            throw new IllegalArgumentException("there is no account " + id);
        }
        return account;
    }

    @Override
    public synchronized Account update(int id, UnaryOperator<Account> change) throws ControlUnavailable {
        Account wanted = change.apply(account(id));
        Account changed =
                new Account(id, wanted.companyName(), wanted.status(), wanted.created(), now(), wanted.options());
        write(changed);
        return changed;
    }

    private void write(Account account) throws ControlUnavailable {
        database.transact(handle -> handle.createUpdate("""
                        INSERT INTO account (id, company_name, status, options, created_at, updated_at)
                        VALUES (:id, :company_name, :status, :options, :created_at, :updated_at)
                        ON CONFLICT (id) DO UPDATE SET company_name = excluded.company_name, status = excluded.status,
                            options = excluded.options, updated_at = excluded.updated_at
                        """)
                .bind("id", account.id())
                .bind("company_name", account.companyName())
                .bind("status", account.status().name())
                .bind("options", JSON.writeValueAsString(account.options()))
                .bind("created_at", Micros.of(account.created()))
                .bind("updated_at", Micros.of(account.updated()))
                .execute());
        accounts.put(account.id(), account);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
