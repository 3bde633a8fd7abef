package dev.tradewind.account;

import java.net.InetAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keys in memory, and who holds them. */
public final class MemoryApiKeys implements ApiKeys, Authenticator {
    private record Held(ApiKey key, String secret) {}

    private final List<Held> held = new CopyOnWriteArrayList<>();
    private final InstantSource clock;
    private final Random random = new Random(1);

    public MemoryApiKeys(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Created create(NewKey wanted) {
        byte[] octets = new byte[20];
        random.nextBytes(octets);
        String secret = HexFormat.of().formatHex(octets);
        ApiKey key = new ApiKey(
                "k" + (held.size() + 1),
                wanted.tenant(),
                wanted.label(),
                wanted.grants(),
                wanted.validIps(),
                secret.substring(0, 4),
                clock.instant());
        held.add(new Held(key, secret));
        return new Created(key, secret);
    }

    @Override
    public List<ApiKey> list(TenantScope scope) {
        List<ApiKey> keys = new ArrayList<>();
        for (Held each : held) {
            if (scope.includes(each.key().tenant())) {
                keys.add(each.key());
            }
        }
        return keys;
    }

    @Override
    public Optional<ApiKey> find(TenantScope scope, String id) {
        return list(scope).stream().filter(key -> key.id().equals(id)).findFirst();
    }

    @Override
    public boolean delete(TenantScope scope, String id) {
        return held.removeIf(
                each -> each.key().id().equals(id) && scope.includes(each.key().tenant()));
    }

    @Override
    public Result authenticate(String key, InetAddress client) {
        for (Held each : held) {
            if (each.secret().equals(key)) {
                ApiKey found = each.key();
                boolean here = found.validIps().isEmpty()
                        || found.validIps().stream().anyMatch(network -> network.contains(client));
                return here
                        ? new Result.Authenticated(
                                new Principal(found.id(), found.label(), found.tenant(), found.grants()))
                        : new Result.WrongAddress(found.id());
            }
        }
        return new Result.Unknown();
    }
}
