package dev.tradewind.account.sql;

import dev.tradewind.account.ControlUnavailable;
import dev.tradewind.account.DkimKeyPair;
import dev.tradewind.account.DkimPublicKey;
import dev.tradewind.account.Seal;
import dev.tradewind.account.SendingDomainStore;
import dev.tradewind.account.SendingDomains;
import dev.tradewind.account.Tenant;
import dev.tradewind.account.TenantScope;
import dev.tradewind.mail.Domain;
import org.jdbi.v3.core.Handle;

import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** Sending domains and their DKIM keys in SQL, read from memory; private keys stay sealed until they are asked for. */
public final class SqlSendingDomains implements SendingDomainStore, SendingDomains {
    private final ControlDatabase database;
    private final Seal seal;
    private final InstantSource clock;
    private final ConcurrentSkipListMap<Domain, Entry> entries = new ConcurrentSkipListMap<>();
    private final Map<KeyName, String> sealedKeys = new ConcurrentHashMap<>();

    /** Reads all domains. */
    public SqlSendingDomains(ControlDatabase database, Seal seal, InstantSource clock) {
        this.database = database;
        this.seal = seal;
        this.clock = clock;
        Map<String, TreeMap<Integer, DkimPublicKey>> keys = new HashMap<>();
        database.read(handle -> handle.createQuery("SELECT * FROM dkim_key")
                .map((row, context) -> {
                    DkimPublicKey key = new DkimPublicKey(
                            new Domain(row.getString("signing_domain")),
                            row.getString("selector"),
                            DkimPublicKey.Algorithm.valueOf(row.getString("algorithm")),
                            Base64.getDecoder().decode(row.getString("public_key")));
                    keys.computeIfAbsent(row.getString("domain"), d -> new TreeMap<>())
                            .put(row.getInt("place"), key);
                    sealedKeys.put(nameOf(key), row.getString("private_key"));
                    return key;
                })
                .list());
        database.read(handle -> handle.createQuery("SELECT * FROM sending_domain")
                .map((row, context) -> {
                    String domain = row.getString("domain");
                    Entry entry = new Entry(
                            new Tenant(row.getInt("account_id"), row.getInt("subaccount_id")),
                            new Domain(domain),
                            row.getInt("shared") == 1,
                            Status.valueOf(row.getString("dkim_status")),
                            row.getInt("owned") == 1,
                            List.copyOf(
                                    keys.getOrDefault(domain, new TreeMap<>()).values()),
                            Micros.instant(row.getLong("created_at")));
                    entries.put(entry.domain(), entry);
                    return entry;
                })
                .list());
    }

    // ---- as mail sees it

    @Override
    public Optional<SendingDomain> find(Tenant tenant, Domain domain) {
        Entry entry = entries.get(domain);
        if (entry == null || !mayUse(entry, tenant)) {
            return Optional.empty();
        }
        return Optional.of(new SendingDomain(
                domain,
                entry.owned(),
                entry.keys().stream().map(SqlSendingDomains::nameOf).toList()));
    }

    private static boolean mayUse(Entry entry, Tenant tenant) {
        Tenant owner = entry.tenant();
        return owner.equals(tenant)
                || (entry.shared() && owner.subaccount() == 0 && owner.account() == tenant.account());
    }

    @Override
    public Optional<byte[]> privateKey(KeyName name) {
        return Optional.ofNullable(sealedKeys.get(name)).map(stored -> seal.open(sealName(name), stored));
    }

    // ---- to be managed

    @Override
    public synchronized Creation create(NewDomain wanted) throws ControlUnavailable {
        for (Entry other : entries.values()) {
            boolean related =
                    other.domain().isWithin(wanted.domain()) || wanted.domain().isWithin(other.domain());
            if (related && other.tenant().account() != wanted.tenant().account()) {
                return new Creation.Foreign();
            }
            if (other.domain().equals(wanted.domain())) {
                return new Creation.Exists(other.tenant());
            }
        }
        Entry entry = new Entry(
                wanted.tenant(),
                wanted.domain(),
                wanted.shared(),
                Status.UNVERIFIED,
                false,
                wanted.keys().stream().map(DkimKeyPair::key).toList(),
                clock.instant().truncatedTo(ChronoUnit.MICROS));
        store(entry, Optional.of(wanted.keys()));
        return new Creation.Created(entry);
    }

    /** Declares a domain as owned without a look at the DNS: the operator's word, for the sandbox and for tests. */
    public synchronized void declareOwned(Domain domain) throws ControlUnavailable {
        Entry entry = entries.get(domain);
        if (entry == null) {
            throw new IllegalArgumentException("there is no sending domain " + domain);
        }
        store(
                new Entry(
                        entry.tenant(),
                        domain,
                        entry.shared(),
                        entry.dkimStatus(),
                        true,
                        entry.keys(),
                        entry.created()),
                Optional.empty());
    }

    @Override
    public List<Entry> list(TenantScope scope) {
        return entries.values().stream()
                .filter(entry -> scope.includes(entry.tenant()))
                .toList();
    }

    @Override
    public Optional<Entry> find(TenantScope scope, Domain domain) {
        return Optional.ofNullable(entries.get(domain)).filter(entry -> scope.includes(entry.tenant()));
    }

    @Override
    public synchronized Optional<Entry> update(TenantScope scope, Domain domain, Change change)
            throws ControlUnavailable {
        Optional<Entry> found = find(scope, domain);
        if (found.isEmpty()) {
            return found;
        }
        Entry before = found.get();
        Status status = change.dkimStatus().orElse(before.dkimStatus());
        Entry after = new Entry(
                before.tenant(),
                domain,
                change.shared().orElse(before.shared()),
                status,
                before.owned() || status == Status.VALID,
                change.keys()
                        .map(pairs -> pairs.stream().map(DkimKeyPair::key).toList())
                        .orElse(before.keys()),
                before.created());
        store(after, change.keys());
        return Optional.of(after);
    }

    @Override
    public synchronized boolean delete(TenantScope scope, Domain domain) throws ControlUnavailable {
        Optional<Entry> found = find(scope, domain);
        if (found.isEmpty()) {
            return false;
        }
        database.transact(handle -> handle.createUpdate("DELETE FROM sending_domain WHERE domain = :domain")
                .bind("domain", domain.name())
                .execute());
        entries.remove(domain);
        found.get().keys().forEach(key -> sealedKeys.remove(nameOf(key)));
        return true;
    }

    private void store(Entry entry, Optional<List<DkimKeyPair>> keys) throws ControlUnavailable {
        Map<KeyName, String> toStore = new HashMap<>();
        database.transact(handle -> {
            write(handle, entry);
            if (keys.isPresent()) {
                handle.createUpdate("DELETE FROM dkim_key WHERE domain = :domain")
                        .bind("domain", entry.domain().name())
                        .execute();
                int place = 0;
                for (DkimKeyPair pair : keys.get()) {
                    KeyName name = nameOf(pair.key());
                    String text = seal.seal(sealName(name), pair.privatePkcs8());
                    toStore.put(name, text);
                    write(handle, entry.domain(), place++, pair.key(), text);
                }
            }
            return entry;
        });
        Entry before = entries.put(entry.domain(), entry);
        if (keys.isPresent()) {
            if (before != null) {
                before.keys().forEach(key -> sealedKeys.remove(nameOf(key)));
            }
            sealedKeys.putAll(toStore);
        }
    }

    private static void write(Handle handle, Entry entry) {
        handle.createUpdate("""
                        INSERT INTO sending_domain (domain, account_id, subaccount_id, shared, dkim_status, owned, created_at)
                        VALUES (:domain, :account_id, :subaccount_id, :shared, :dkim_status, :owned, :created_at)
                        ON CONFLICT (domain) DO UPDATE SET shared = excluded.shared, dkim_status = excluded.dkim_status,
                            owned = excluded.owned
                        """)
                .bind("domain", entry.domain().name())
                .bind("account_id", entry.tenant().account())
                .bind("subaccount_id", entry.tenant().subaccount())
                .bind("shared", entry.shared() ? 1 : 0)
                .bind("dkim_status", entry.dkimStatus().name())
                .bind("owned", entry.owned() ? 1 : 0)
                .bind("created_at", Micros.of(entry.created()))
                .execute();
    }

    private static void write(Handle handle, Domain domain, int place, DkimPublicKey key, String sealedPrivateKey) {
        handle.createUpdate("""
                        INSERT INTO dkim_key (domain, place, signing_domain, selector, algorithm, public_key, private_key)
                        VALUES (:domain, :place, :signing_domain, :selector, :algorithm, :public_key, :private_key)
                        """)
                .bind("domain", domain.name())
                .bind("place", place)
                .bind("signing_domain", key.signingDomain().name())
                .bind("selector", key.selector())
                .bind("algorithm", key.algorithm().name())
                .bind("public_key", key.publicBase64())
                .bind("private_key", sealedPrivateKey)
                .execute();
    }

    private static KeyName nameOf(DkimPublicKey key) {
        return new KeyName(key.signingDomain(), key.selector());
    }

    private static String sealName(KeyName name) {
        return "dkim:" + name.selector() + "._domainkey." + name.signingDomain();
    }
}
