package dev.tradewind.api;

import dev.tradewind.accept.Intake;
import dev.tradewind.accept.SenderPolicy;
import dev.tradewind.account.ApiKeys;
import dev.tradewind.account.Grant;
import dev.tradewind.account.MemoryAccounts;
import dev.tradewind.account.MemoryApiKeys;
import dev.tradewind.account.MemorySendingDomains;
import dev.tradewind.account.SendingDomainStore;
import dev.tradewind.account.Tenant;
import dev.tradewind.account.TenantScope;
import dev.tradewind.account.TxtRecords;
import dev.tradewind.event.EventPage;
import dev.tradewind.event.EventQuery;
import dev.tradewind.mail.Domain;
import dev.tradewind.mail.Mailbox;
import dev.tradewind.settings.Cidr;
import dev.tradewind.settings.ListenAddress;
import dev.tradewind.spool.WatchedSpool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The real server on a free port, over fakes; every answer that passes its client is held against the OpenAPI document. */
final class ApiFixture implements AutoCloseable {
    static final Domain DOMAIN = Domain.parse("example.com");

    /** Runs as the machine's, and can be set ahead. */
    static final class TestClock implements InstantSource {
        private volatile Duration ahead = Duration.ZERO;

        @Override
        public Instant instant() {
            return Instant.now().plus(ahead);
        }

        void advance(Duration by) {
            ahead = ahead.plus(by);
        }
    }

    final TestClock clock = new TestClock();
    final WatchedSpool spool = new WatchedSpool(clock);
    final FakeControl control = new FakeControl(spool);
    final MemoryApiKeys keys = new MemoryApiKeys(clock);
    final MemoryAccounts accounts = new MemoryAccounts(clock);
    final MemorySendingDomains domains = new MemorySendingDomains(clock);
    final Map<String, TxtRecords.Answer> dns = new ConcurrentHashMap<>();
    volatile Function<EventQuery, EventPage> events = query -> EventPage.Found.NOTHING;
    volatile Probes.Health ready = Probes.Health.OK;
    final Intake intake = new Intake(spool, clock, (transmission, content) -> {});
    final HttpServer server;
    final String key;
    final Contract contract;
    private final HttpClient client = HttpClient.newHttpClient();

    ApiFixture() {
        this(ApiSettings.at(new ListenAddress("127.0.0.1", 0)), List.of());
    }

    ApiFixture(ApiSettings settings, List<Endpoint> more) {
        key = newKey(Tenant.MAIN, EnumSet.allOf(Grant.class));
        domains.create(new SendingDomainStore.NewDomain(Tenant.MAIN, DOMAIN, true, List.of()));
        domains.update(
                TenantScope.whole(1),
                DOMAIN,
                new SendingDomainStore.Change(
                        Optional.empty(), Optional.empty(), Optional.of(SendingDomainStore.Status.VALID)));
        List<Endpoint> endpoints = new java.util.ArrayList<>(Api.endpoints(new Api.Ports(
                intake,
                spool,
                control,
                new SenderPolicy(domains, true),
                accounts,
                keys,
                domains,
                name -> dns.getOrDefault(name, new TxtRecords.Answer.None()),
                query -> events.apply(query),
                new Probes(
                        () -> Probes.Health.OK,
                        () -> ready,
                        () -> new Probes.Metrics("text/plain; version=0.0.4; charset=utf-8", "up 1\n")),
                Mailbox.parse("bounces@mail.example"),
                Set.of("default", "bulk")::contains,
                true,
                new SecureRandom(),
                clock)));
        endpoints.addAll(more);
        server = listening(settings, endpoints);
        contract = new Contract(getUnchecked("/api/openapi.json"));
    }

    private HttpServer listening(ApiSettings settings, List<Endpoint> endpoints) {
        try {
            return new HttpServer(
                    settings,
                    endpoints,
                    Api.pages(),
                    keys,
                    tenant -> tenant.subaccount() == 0 || tenant.subaccount() == 7,
                    Optional.empty(),
                    clock);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String newKey(Tenant tenant, Set<Grant> grants, Cidr... networks) {
        return keys.create(new ApiKeys.NewKey(tenant, "test", grants, List.of(networks)))
                .secret();
    }

    int port() {
        return server.port();
    }

    HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", key);
    }

    Reply get(String path) {
        return send(to(path).GET().build());
    }

    Reply delete(String path) {
        return send(to(path).DELETE().build());
    }

    Reply post(String path, String json) {
        return send(to(path).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build());
    }

    Reply put(String path, String json) {
        return send(to(path).header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(json))
                .build());
    }

    Reply send(HttpRequest request) {
        try {
            HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            Reply reply = new Reply(response.statusCode(), response.headers().map(), response.body());
            contract.check(request.method(), request.uri().getRawPath(), reply);
            return reply;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(request.method() + " " + request.uri(), e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private byte[] getUnchecked(String path) {
        try {
            return client.send(to(path).build(), HttpResponse.BodyHandlers.ofByteArray())
                    .body();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
