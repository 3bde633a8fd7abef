package dev.tradewind.account.sql;

import dev.tradewind.account.ApiKeys;
import dev.tradewind.account.Authenticator;
import dev.tradewind.account.ControlUnavailable;
import dev.tradewind.account.Grant;
import dev.tradewind.account.Principal;
import dev.tradewind.account.Tenant;
import dev.tradewind.account.TenantScope;
import dev.tradewind.settings.Cidr;
import org.jdbi.v3.core.Handle;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * API keys in SQL, by hash: who reads the database cannot use what is there. Keys are 160 random bits, so the hash needs neither salt nor
 * slowness. Authentication looks the hash up in memory; the time it takes tells nothing of a key.
 */
public final class SqlApiKeys implements ApiKeys, Authenticator {
    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<List<String>> STRINGS = new TypeReference<>() {};
    private static final HexFormat HEX = HexFormat.of();
    private static final int KEY_OCTETS = 20;
    /** Longest text that may be a key at all. */
    private static final int MAX_KEY_CHARACTERS = 200;

    private final ControlDatabase database;
    private final InstantSource clock;
    private final SecureRandom random;
    private final Map<String, Known> byHash = new ConcurrentHashMap<>();

    /** A key in memory; {@code operators}: it is the operator's. */
    private record Known(ApiKey key, Principal principal, boolean operators) {}

    /** Reads all keys. */
    public SqlApiKeys(ControlDatabase database, InstantSource clock, SecureRandom random) {
        this.database = database;
        this.clock = clock;
        this.random = random;
        database.read(handle -> handle.createQuery("SELECT * FROM api_key")
                .map((row, context) -> {
                    ApiKey key = new ApiKey(
                            row.getString("id"),
                            new Tenant(row.getInt("account_id"), row.getInt("subaccount_id")),
                            row.getString("label"),
                            grants(row.getString("grants")),
                            networks(row.getString("valid_ips")),
                            row.getString("short_key"),
                            Micros.instant(row.getLong("created_at")));
                    remember(row.getString("key_hash"), key, row.getInt("operators") != 0);
                    return key;
                })
                .list());
    }

    private void remember(String hash, ApiKey key, boolean operators) {
        byHash.put(hash, new Known(key, new Principal(key.id(), key.label(), key.tenant(), key.grants()), operators));
    }

    @Override
    public Result authenticate(String key, InetAddress client) {
        Known known = key.length() > MAX_KEY_CHARACTERS ? null : byHash.get(hash(key));
        if (known == null) {
            return new Result.Unknown();
        }
        for (Cidr network : known.key().validIps()) {
            if (network.contains(client)) {
                return new Result.Authenticated(known.principal());
            }
        }
        return known.key().validIps().isEmpty()
                ? new Result.Authenticated(known.principal())
                : new Result.WrongAddress(known.key().id());
    }

    @Override
    public Created create(NewKey wanted) throws ControlUnavailable {
        byte[] secret = new byte[KEY_OCTETS];
        random.nextBytes(secret);
        String hex = HEX.formatHex(secret);
        ApiKey key = key(wanted, hex);
        String hash = hash(hex);
        database.transact(handle -> insert(handle, key, hash, false));
        remember(hash, key, false);
        return new Created(key, hex);
    }

    /**
     * Makes sure that the operator's key, configured ({@code api.admin_key}) or made at first start, exists with these grants, and that the
     * one it was before, if another, is good no more.
     *
     * @throws IllegalArgumentException if the key is shorter than 20 or longer than 200 characters
     */
    public synchronized ApiKey ensure(NewKey wanted, String secret) throws ControlUnavailable {
        if (secret.length() < 20 || secret.length() > MAX_KEY_CHARACTERS) {
            throw new IllegalArgumentException("an API key has 20 to 200 characters");
        }
        String hash = hash(secret);
        Known known = byHash.get(hash);
        if (known != null
                && known.operators()
                && known.key().grants().equals(wanted.grants())
                && byHash.values().stream().filter(Known::operators).count() == 1) {
            return known.key();
        }
        ApiKey key = key(wanted, secret);
        database.transact(handle -> {
            handle.createUpdate("DELETE FROM api_key WHERE operators = 1 OR key_hash = :hash")
                    .bind("hash", hash)
                    .execute();
            return insert(handle, key, hash, true);
        });
        byHash.values().removeIf(Known::operators);
        remember(hash, key, true);
        return key;
    }

    private ApiKey key(NewKey wanted, String secret) {
        byte[] id = new byte[8];
        random.nextBytes(id);
        return new ApiKey(
                HEX.formatHex(id),
                wanted.tenant(),
                wanted.label(),
                wanted.grants(),
                wanted.validIps(),
                secret.substring(0, 4),
                clock.instant().truncatedTo(ChronoUnit.MICROS));
    }

    private static int insert(Handle handle, ApiKey key, String hash, boolean operators) {
        return handle.createUpdate("""
                        INSERT INTO api_key (id, account_id, subaccount_id, label, grants, valid_ips, short_key, key_hash, created_at,
                            operators)
                        VALUES (:id, :account_id, :subaccount_id, :label, :grants, :valid_ips, :short_key, :key_hash, :created_at,
                            :operators)
                        """)
                .bind("id", key.id())
                .bind("account_id", key.tenant().account())
                .bind("subaccount_id", key.tenant().subaccount())
                .bind("label", key.label())
                .bind(
                        "grants",
                        JSON.writeValueAsString(key.grants().stream()
                                .map(Grant::wireName)
                                .sorted()
                                .toList()))
                .bind(
                        "valid_ips",
                        JSON.writeValueAsString(
                                key.validIps().stream().map(Cidr::toString).toList()))
                .bind("short_key", key.shortKey())
                .bind("key_hash", hash)
                .bind("created_at", Micros.of(key.created()))
                .bind("operators", operators ? 1 : 0)
                .execute();
    }

    @Override
    public List<ApiKey> list(TenantScope scope) {
        return byHash.values().stream()
                .map(Known::key)
                .filter(key -> scope.includes(key.tenant()))
                .sorted(Comparator.comparing(ApiKey::created).thenComparing(ApiKey::id))
                .toList();
    }

    @Override
    public Optional<ApiKey> find(TenantScope scope, String id) {
        return list(scope).stream().filter(key -> key.id().equals(id)).findFirst();
    }

    @Override
    public boolean delete(TenantScope scope, String id) throws ControlUnavailable {
        if (find(scope, id).isEmpty()) {
            return false;
        }
        database.transact(handle -> handle.createUpdate("DELETE FROM api_key WHERE id = :id")
                .bind("id", id)
                .execute());
        return byHash.values().removeIf(known -> known.key().id().equals(id));
    }

    private static Set<Grant> grants(String json) {
        return JSON.readValue(json, STRINGS).stream()
                .flatMap(
                        name -> Grant.ofWireName(name).stream()) // a grant that a newer version knew gives nothing here
                .collect(Collectors.toUnmodifiableSet());
    }

    private static List<Cidr> networks(String json) {
        return JSON.readValue(json, STRINGS).stream().map(Cidr::parse).toList();
    }

    private static String hash(String key) {
        try {
            return HEX.formatHex(MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
