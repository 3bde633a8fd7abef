package dev.tradewind.console;

import dev.tradewind.account.ApiKeys;
import dev.tradewind.account.Grant;
import dev.tradewind.account.MemoryApiKeys;
import dev.tradewind.account.Principal;
import dev.tradewind.account.Tenant;
import dev.tradewind.account.TxtRecords;
import dev.tradewind.api.Answer;
import dev.tradewind.api.ApiSettings;
import dev.tradewind.api.Endpoint;
import dev.tradewind.api.HttpServer;
import dev.tradewind.mail.Domain;
import dev.tradewind.mail.MessageId;
import dev.tradewind.mail.MessageOctets;
import dev.tradewind.sandbox.Arrival;
import dev.tradewind.sandbox.OwnDkimKeys;
import dev.tradewind.sandbox.SandboxInbox;
import dev.tradewind.sandbox.SandboxResource;
import dev.tradewind.sandbox.SandboxSamples;
import dev.tradewind.sandbox.SandboxSettings;
import dev.tradewind.settings.ListenAddress;
import dev.tradewind.sign.DkimKey;
import dev.tradewind.sign.SigningFixture;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** The console, the sandbox and the real server on a free port; the rest of the API is played. */
final class ConsoleFixture implements AutoCloseable {
    static final DkimKey SIGNING = DkimKey.generateRsa(new Domain("example.com"), "tw2026", 2048, new SecureRandom());

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
    final MemoryApiKeys keys = new MemoryApiKeys(clock);
    final SandboxInbox inbox;
    final OneTimeLinks links = new OneTimeLinks(new SecureRandom(), clock);
    final Sessions sessions = new Sessions(keys, new SecureRandom(), clock, false);
    final HttpServer server;
    final ApiKeys.Created key = newKey(EnumSet.allOf(Grant.class));
    final List<String> submitted = new CopyOnWriteArrayList<>();
    final HttpClient client = HttpClient.newHttpClient();
    private int sent;

    ConsoleFixture(Path directory) throws IOException {
        inbox = SandboxInbox.open(directory.resolve("sandbox.db"), SandboxSettings.DEFAULT, clock);
        OwnDkimKeys own = (scope, domain, selector) -> domain.equals(SIGNING.domain()) && selector.equals("tw2026")
                ? Optional.of(SigningFixture.record(SIGNING))
                : Optional.empty();
        List<Endpoint> endpoints = new ArrayList<>(
                new SandboxResource(inbox, own, name -> new TxtRecords.Answer.None(), clock).endpoints());
        endpoints.add(Endpoint.of("GET", "/api/v1/events/message")
                .grant(Grant.MESSAGE_EVENTS_VIEW)
                .doc("Events", "Played events", "")
                .answers(200, "EventPage", "Events.")
                .by(call ->
                        Answer.json(200, events(call.query().first("messages").orElse("")))));
        endpoints.add(Endpoint.of("POST", "/api/v1/transmissions")
                .grant(Grant.TRANSMISSIONS_MODIFY)
                .doc("Transmissions", "Played transmission", "")
                .body("OpenApi", true)
                .answers(200, "MessageResult", "Taken.")
                .by(call -> {
                    submitted.add(
                            new String(((java.io.InputStream) call.body()).readAllBytes(), StandardCharsets.UTF_8));
                    keep(SandboxSamples.plain("Tradewind <hello@example.com>", "Hello from Tradewind 👋", "It works"));
                    return Answer.json(200, "{\"results\":{\"message\":\"ok\"}}".getBytes(StandardCharsets.UTF_8));
                }));
        ConsolePages pages = new ConsolePages(sessions, links, "hello@example.com", true);
        server = new HttpServer(
                ApiSettings.at(new ListenAddress("127.0.0.1", 0)),
                endpoints,
                pages.pages(),
                keys,
                sessions,
                tenant -> tenant.subaccount() == 0,
                Optional.empty(),
                clock);
    }

    ApiKeys.Created newKey(Set<Grant> grants) {
        return keys.create(new ApiKeys.NewKey(Tenant.MAIN, "admin", grants, List.of()));
    }

    Principal principal(Set<Grant> grants) {
        return new Principal("link", "up", Tenant.MAIN, grants);
    }

    private byte[] events(String message) {
        String common = "\"message_id\":\"" + message + "\",\"rcpt_to\":\"ann@example.net\",\"timestamp\":\"";
        Instant now = clock.instant();
        return ("{\"results\":[{\"type\":\"delivery\",\"event_id\":\"2\",\"queue_time\":38,"
                        + "\"ip_address\":\"127.0.0.1\"," + common + now + "\"},"
                        + "{\"type\":\"injection\",\"event_id\":\"1\"," + common + now.minusMillis(41)
                        + "\"}],\"total_count\":2,\"links\":{}}")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Keeps a signed message of a transmission. */
    long keep(MessageOctets message) {
        MessageId id = MessageId.of(7001, sent++, 12345);
        MessageOctets signed = SigningFixture.signed(message, SIGNING);
        return switch (inbox.keep(new Arrival(
                Tenant.MAIN, Optional.of(id), "msprvs1=17@bounces.example.com", "ann@example.net", signed))) {
            case SandboxInbox.Kept.As(long number) -> number;
            case SandboxInbox.Kept.Not(String reason) -> throw new AssertionError(reason);
            case SandboxInbox.Kept.Perhaps(String reason) -> throw new AssertionError(reason);
        };
    }

    String url(String path) {
        return "http://127.0.0.1:" + server.port() + path;
    }

    HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create(url(path))).timeout(Duration.ofSeconds(30));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** The cookie of a fresh session with the main key. */
    String signIn() {
        return cookie(sessions.beginWithKey(key.secret(), InetAddress.getLoopbackAddress())
                .orElseThrow());
    }

    static String cookie(String setCookie) {
        return setCookie.substring(0, setCookie.indexOf(';'));
    }

    @Override
    public void close() {
        client.close();
        server.close();
        inbox.close();
    }
}
