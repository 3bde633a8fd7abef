package dev.tradewind.api;

import dev.tradewind.account.Authenticator;
import dev.tradewind.account.ControlUnavailable;
import dev.tradewind.account.Grant;
import dev.tradewind.account.Principal;
import dev.tradewind.account.Subaccounts;
import dev.tradewind.account.Tenant;
import dev.tradewind.account.TenantScope;
import dev.tradewind.spool.StoreUnavailable;
import dev.tradewind.spool.StoreUnreadable;
import io.helidon.common.socket.SocketWriterException;
import io.helidon.common.tls.Tls;
import io.helidon.http.DirectHandler;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

import javax.net.ssl.SSLContext;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;

/**
 * The listener of the API: HTTP/1.1 on virtual threads. A request goes through the routing table, the key, the grant and the checks of
 * its body to its handler; whatever happens, exactly one documented JSON answer with a request id leaves, or the connection ends because
 * there is nobody left to answer.
 */
public final class HttpServer implements AutoCloseable {
    /** Characters of path and query. */
    static final int MAX_URI = 4096;

    private static final Logger log = LoggerFactory.getLogger(HttpServer.class);
    private static final int GZIP_FROM = 1024;
    private static final Duration DRAIN_TIME = Duration.ofSeconds(15);
    private static final HeaderName REQUEST_ID = HeaderNames.create("X-Request-Id");
    private static final HeaderName SPARKPOST_REQUEST_ID = HeaderNames.create("X-SparkPost-Request-Id");
    private static final HeaderName RETRY_AFTER = HeaderNames.create("Retry-After");
    private static final HeaderName NO_SNIFF = HeaderNames.create("X-Content-Type-Options");

    /** Whether what the thread of a connection failed with came out of {@link #serve}. */
    private static final ThreadLocal<Boolean> FAULT_OF_OURS = ThreadLocal.withInitial(() -> false);

    private final RoutingTable table;
    private final Authenticator authenticator;
    private final SessionAuthenticator sessions;
    private final Subaccounts subaccounts;
    private final ApiSettings settings;
    private final InstantSource clock;
    private final WebServer server;
    private final boolean secure;
    private final AtomicInteger requests = new AtomicInteger();
    private final RequestLog requestLog = new RequestLog();

    /**
     * Starts to listen.
     *
     * @param endpoints     the API; {@code /api/openapi.json} is built of them
     * @param pages         everything else on this listener
     * @param authenticator judges keys
     * @param subaccounts   which subaccounts a primary key may act for
     * @param tls           for HTTPS; empty: HTTP
     */
    public HttpServer(
            ApiSettings settings,
            List<Endpoint> endpoints,
            List<Page> pages,
            Authenticator authenticator,
            Subaccounts subaccounts,
            Optional<SSLContext> tls,
            InstantSource clock) {
        this(settings, endpoints, pages, authenticator, SessionAuthenticator.NONE, subaccounts, tls, clock);
    }

    /**
     * Starts to listen, for people in browsers too.
     *
     * @param sessions who is signed in; asked where no key is shown
     */
    public HttpServer(
            ApiSettings settings,
            List<Endpoint> endpoints,
            List<Page> pages,
            Authenticator authenticator,
            SessionAuthenticator sessions,
            Subaccounts subaccounts,
            Optional<SSLContext> tls,
            InstantSource clock) {
        this.settings = settings;
        this.authenticator = authenticator;
        this.sessions = sessions;
        this.subaccounts = subaccounts;
        this.clock = clock;
        this.secure = tls.isPresent();
        List<Endpoint> all = new ArrayList<>(endpoints);
        all.addAll(new RequestsResource(requestLog).endpoints());
        all.add(OpenApi.endpoint());
        byte[] openApi = OpenApi.document(all);
        all.replaceAll(e -> e.path().equals(OpenApi.PATH) ? OpenApi.endpoint(openApi) : e);
        this.table = new RoutingTable(all, pages);
        Http1Config.Builder http1 = Http1Config.builder()
                .maxPrologueLength(2 * MAX_URI)
                .maxHeadersSize(16 * 1024)
                .validatePath(false)
                .validatePrologue(false)
                .continueImmediately(false);
        var builder = WebServer.builder()
                .bindAddress(settings.listen().socketAddress())
                .backlog(1024)
                .addConnectionSelector(new GuardedConnections(http1, clock))
                .protocolsDiscoverServices(false)
                .featuresDiscoverServices(false)
                .shutdownHook(false)
                .maxPayloadSize(-1)
                .maxTcpConnections(settings.maxConnections())
                .maxConcurrentRequests(settings.maxConcurrentRequests())
                .idleConnectionTimeout(Duration.ofSeconds(60))
                .idleConnectionPeriod(Duration.ofSeconds(10))
                .shutdownGracePeriod(Duration.ofSeconds(5))
                .contentEncoding(new RawContent())
                .connectionOptions(options ->
                        options.readTimeout(GuardedConnections.readTimeout()).tcpNoDelay(true))
                .directHandlers(handlers -> {
                    for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
                        handlers.addHandler(type, this::refuseRaw);
                    }
                })
                .routing(HttpRouting.builder().any(this::serve));
        tls.ifPresent(context -> builder.tls(Tls.builder().sslContext(context).build()));
        this.server = builder.build().start();
        log.info("api listens at {}", url());
    }

    /** The bound port. */
    public int port() {
        return server.port();
    }

    /** Where it is reached from this machine. */
    public String url() {
        String host = settings.listen().host().isEmpty()
                ? "localhost"
                : settings.listen().host();
        return (secure ? "https://" : "http://") + (host.indexOf(':') >= 0 ? '[' + host + ']' : host) + ':' + port();
    }

    /** The endpoints served, {@code /api/openapi.json} included. */
    public List<Endpoint> endpoints() {
        return table.endpoints();
    }

    /** Takes no more requests, waits up to 5 s for those that run, closes all connections. */
    @Override
    public void close() {
        server.stop();
    }

    // ---- one request

    private void serve(ServerRequest request, ServerResponse response) {
        try {
            answer(request, response);
        } catch (CloseConnectionException intended) {
            throw intended;
        } catch (RuntimeException | Error fault) {
            FAULT_OF_OURS.set(true);
            throw fault;
        }
    }

    private void answer(ServerRequest request, ServerResponse response) {
        String requestId = newRequestId();
        Instant begun = clock.instant();
        RequestBody body = body(request);
        KeyShown shown = new KeyShown();
        Answer answer;
        try {
            requireFraming(request, body);
            answer = dispatch(requestId, request, body, shown);
        } catch (Refusal refusal) {
            answer = refusal.toAnswer();
        } catch (StoreUnavailable e) {
            log.warn("request {} put off: {}", requestId, e.getMessage());
            answer = Refusal.later(
                            1500, "service unavailable", "nothing can be made durable now; try again", e.retryAfter())
                    .toAnswer();
        } catch (StoreUnreadable e) {
            log.warn("request {} put off: {}", requestId, e.getMessage());
            answer = Refusal.later(
                            1500, "service unavailable", "nothing can be read now; try again", Duration.ofSeconds(10))
                    .toAnswer();
        } catch (ControlUnavailable e) {
            log.warn("request {} put off", requestId, e);
            answer = Refusal.later(1501, "service unavailable", "settings cannot be reached; try again", e.retryAfter())
                    .toAnswer();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            answer = Refusal.later(1500, "service unavailable", "this node is shutting down", Duration.ofSeconds(5))
                    .toAnswer();
        } catch (Exception e) {
            answer = afterException(requestId, request, e);
        }
        record(request, requestId, begun, shown, answer);
        send(request, response, body, answer.with(REQUEST_ID.defaultCase(), requestId));
    }

    /** Whose key a request showed, as far as it has been looked at. */
    private static final class KeyShown {
        private @Nullable Principal owner;
    }

    private void record(ServerRequest request, String requestId, Instant begun, KeyShown shown, Answer answer) {
        Principal owner = shown.owner;
        if (owner == null) {
            return;
        }
        Duration took = Duration.between(begun, clock.instant());
        requestLog.add(new RequestLog.Entry(
                0,
                begun,
                requestId,
                Json.clip(request.prologue().method().text()),
                Json.clip(request.prologue().uriPath().rawPath()),
                answer.status(),
                answer.code(),
                owner.keyId(),
                owner.label(),
                owner.tenant(),
                took.isNegative() ? Duration.ZERO : took));
    }

    private Answer afterException(String requestId, ServerRequest request, Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof BodyFailure failure) {
                return failure.refusal()
                        .orElseThrow(() -> new CloseConnectionException("client left within its request", failure))
                        .toAnswer();
            }
        }
        if (e instanceof JacksonException unreadable) {
            try {
                return Json.unreadable(unreadable).toAnswer();
            } catch (IOException failure) {
                throw new CloseConnectionException("client left within its request", failure);
            }
        }
        log.error(
                "request {} failed: {} {}",
                requestId,
                request.prologue().method().text(),
                Json.clip(request.prologue().uriPath().rawPath()),
                e);
        return fault(requestId);
    }

    private static Answer fault(String requestId) {
        return Refusal.of(500, 1500, "internal server error", "request " + requestId + " failed here; it is logged")
                .toAnswer();
    }

    private Answer dispatch(String requestId, ServerRequest request, RequestBody body, KeyShown shown)
            throws Exception {
        String method = request.prologue().method().text();
        String rawPath = request.prologue().uriPath().rawPath();
        String rawQuery = request.prologue().query().rawValue();
        if (rawPath.length() + rawQuery.length() > MAX_URI) {
            throw Refusal.of(414, 1101, "URI too long", "a URI may have " + MAX_URI + " characters");
        }
        return switch (table.find(method, rawPath)) {
            case RoutingTable.Match.ToEndpoint found -> {
                Endpoint endpoint = found.endpoint();
                Map<String, List<String>> headers = headers(request);
                Optional<Principal> caller = authenticate(endpoint, method, headers, client(request), shown);
                Call call = call(requestId, request, found.parameters(), headers, body, caller);
                requireReadable(endpoint, headers, body);
                yield endpoint.handler().handle(call);
            }
            case RoutingTable.Match.ToPage found ->
                found.page()
                        .handler()
                        .handle(call(requestId, request, Map.of(), headers(request), body, Optional.empty()));
            case RoutingTable.Match.WrongMethod wrong -> {
                identify(request, shown);
                if (!method.equals("OPTIONS")) {
                    throw Refusal.of(405, 1102, "method not allowed", "this resource has " + wrong.allow())
                            .with("Allow", wrong.allow());
                }
                yield Answer.empty().with("Allow", wrong.allow());
            }
            case RoutingTable.Match.Nothing nothing -> {
                identify(request, shown);
                throw Refusal.of(404, 1101, "invalid URI", "there is nothing at " + Json.clip(rawPath));
            }
        };
    }

    private Call call(
            String requestId,
            ServerRequest request,
            Map<String, String> parameters,
            Map<String, List<String>> headers,
            RequestBody body,
            Optional<Principal> caller)
            throws Refusal {
        Tenant own = caller.map(Principal::tenant).orElse(Tenant.MAIN);
        OptionalInt named = OptionalInt.empty();
        if (caller.isPresent() && own.subaccount() == 0) {
            named = namedSubaccount(headers, own);
        }
        Tenant tenant = named.isPresent() && own.subaccount() == 0 ? new Tenant(own.account(), named.getAsInt()) : own;
        TenantScope scope = own.subaccount() != 0 ? TenantScope.only(own) : new TenantScope(own.account(), named);
        return new Call(
                requestId,
                request.prologue().method().text(),
                Query.decode(
                        RoutingTable.withoutTrailingSlashes(
                                request.prologue().uriPath().rawPath()),
                        false),
                parameters,
                Query.parse(request.prologue().query().rawValue()),
                headers,
                body,
                client(request),
                caller.map(principal -> principal.as(tenant)),
                tenant,
                scope);
    }

    private OptionalInt namedSubaccount(Map<String, List<String>> headers, Tenant own) throws Refusal {
        List<String> values = headers.getOrDefault("x-msys-subaccount", List.of());
        if (values.isEmpty()) {
            return OptionalInt.empty();
        }
        int number;
        try {
            number = Integer.parseInt(values.getFirst().strip());
        } catch (NumberFormatException e) {
            throw Refusal.parameter("X-MSYS-SUBACCOUNT must be a number");
        }
        if (number < 0 || !subaccounts.exists(new Tenant(own.account(), number))) {
            throw Refusal.parameter("there is no subaccount " + number);
        }
        return OptionalInt.of(number);
    }

    private Optional<Principal> authenticate(
            Endpoint endpoint, String method, Map<String, List<String>> headers, InetAddress client, KeyShown keyShown)
            throws Refusal {
        if (endpoint.grant().isEmpty()) {
            return Optional.empty();
        }
        List<String> shown = headers.getOrDefault("authorization", List.of());
        if (shown.isEmpty()) {
            return Optional.of(signedIn(endpoint, method, headers, client));
        }
        if (shown.size() != 1) {
            throw unauthorized();
        }
        return switch (authenticator.authenticate(key(shown.getFirst()), client)) {
            case Authenticator.Result.Unknown unknown -> throw unauthorized();
            case Authenticator.Result.WrongAddress wrong -> {
                String keyId = wrong.keyId();
                log.warn("key {} used from {}, which it may not be", keyId, client.getHostAddress());
                throw Refusal.of(403, 1100, "Forbidden.", "this key may not be used from " + client.getHostAddress());
            }
            case Authenticator.Result.Authenticated good -> {
                keyShown.owner = good.principal();
                requireGrant(good.principal(), endpoint);
                yield Optional.of(good.principal());
            }
        };
    }

    /** Whose log a request belongs to that needs no key, since there is nothing for it. */
    private void identify(ServerRequest request, KeyShown shown) {
        List<String> keys = headers(request).getOrDefault("authorization", List.of());
        if (keys.size() == 1
                && authenticator.authenticate(key(keys.getFirst()), client(request))
                        instanceof Authenticator.Result.Authenticated(Principal owner)) {
            shown.owner = owner;
        }
    }

    /**
     * Who is signed in. A change needs a header that no other site can make a browser send (it would have to ask first, and nothing here
     * allows it), so that a foreign page cannot use the session of its visitor.
     */
    private Principal signedIn(Endpoint endpoint, String method, Map<String, List<String>> headers, InetAddress client)
            throws Refusal {
        boolean console = headers.containsKey(SessionAuthenticator.CONSOLE_HEADER);
        Optional<Principal> session = sessions.principal(headers, client);
        if (session.isEmpty()) {
            // a browser answers "Basic" with a dialog of its own, which our pages do not want
            throw console ? unauthorized("Session realm=\"Tradewind console\"") : unauthorized();
        }
        if (!console && !method.equals("GET") && !method.equals("HEAD")) {
            throw Refusal.of(
                    403, 1100, "Forbidden.", "a change under a session needs the header X-Tradewind-Console: 1");
        }
        requireGrant(session.get(), endpoint);
        return session.get();
    }

    private static void requireGrant(Principal principal, Endpoint endpoint) throws Refusal {
        Grant needed = endpoint.grant().orElseThrow();
        if (!principal.may(needed)) {
            throw Refusal.of(403, 1100, "Forbidden.", "the key lacks the grant '" + needed.wireName() + "'");
        }
    }

    /** The key in an Authorization field: bare, or the user name of Basic. */
    private static String key(String authorization) {
        String value = authorization.strip();
        if (!value.regionMatches(true, 0, "Basic ", 0, 6)) {
            return value;
        }
        try {
            String pair =
                    new String(Base64.getDecoder().decode(value.substring(6).strip()), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            return colon < 0 ? pair : pair.substring(0, colon);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static Refusal unauthorized() {
        return unauthorized("Basic realm=\"Tradewind API: the key is the user name\", charset=\"UTF-8\"");
    }

    private static Refusal unauthorized(String how) {
        return Refusal.of(401, List.of(new Problem("Unauthorized", Optional.empty(), Optional.empty())))
                .with("WWW-Authenticate", how);
    }

    private void requireReadable(Endpoint endpoint, Map<String, List<String>> headers, RequestBody body)
            throws Refusal {
        if (body.declared() == 0) {
            return;
        }
        if (body.declared() > settings.maxBody().octets()) {
            throw RequestBody.tooLarge(settings.maxBody().octets());
        }
        if (endpoint.body().isEmpty()) {
            return;
        }
        for (String encoding : headers.getOrDefault("content-encoding", List.of())) {
            if (!encoding.strip().equalsIgnoreCase("identity")) {
                throw Refusal.of(415, 1700, "unsupported media type", "a compressed body is not taken");
            }
        }
        List<String> types = headers.getOrDefault("content-type", List.of());
        if (!types.isEmpty() && (types.size() > 1 || !isJson(types.getFirst()))) {
            throw Refusal.of(
                    415, 1700, "unsupported media type", "Content-Type must be application/json; charset=utf-8");
        }
    }

    private static boolean isJson(String contentType) {
        String[] parts = contentType.toLowerCase(Locale.ROOT).split(";", -1);
        if (!parts[0].strip().equals("application/json")) {
            return false;
        }
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.startsWith("charset=")) {
                String charset = parameter.substring(8).replace("\"", "").strip();
                if (!charset.equals("utf-8") && !charset.equals("utf8") && !charset.equals("us-ascii")) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Refuses what another server on the way could read as two requests (RFC 9112 §6.3, §11.2). */
    private static void requireFraming(ServerRequest request, RequestBody body) throws Refusal {
        boolean encoded = request.headers().contains(HeaderNames.TRANSFER_ENCODING);
        boolean measured = request.headers().contains(HeaderNames.CONTENT_LENGTH);
        boolean bad = encoded && measured;
        if (encoded) {
            List<String> codings =
                    request.headers().get(HeaderNames.TRANSFER_ENCODING).allValues();
            bad |= codings.size() != 1 || !codings.getFirst().strip().equals("chunked");
        } else if (measured) {
            bad |= request.headers().get(HeaderNames.CONTENT_LENGTH).allValues().size() != 1 || body.declared() < 0;
        }
        if (bad) {
            body.condemn();
            throw Refusal.of(
                    400,
                    1200,
                    "invalid params",
                    "a body has either one Content-Length or 'Transfer-Encoding: chunked', nothing else");
        }
    }

    private RequestBody body(ServerRequest request) {
        // a length that is no number was refused by Helidon; a negative one is by requireFraming
        long declared = request.headers().contains(HeaderNames.TRANSFER_ENCODING)
                ? -1
                : request.headers().contentLength().orElse(0);
        return new RequestBody(
                () -> request.content().inputStream(),
                declared,
                settings.maxBody().octets(),
                clock);
    }

    private static InetAddress client(ServerRequest request) {
        return request.remotePeer().address() instanceof InetSocketAddress internet && internet.getAddress() != null
                ? internet.getAddress()
                : InetAddress.getLoopbackAddress();
    }

    private static Map<String, List<String>> headers(ServerRequest request) {
        Map<String, List<String>> headers = new HashMap<>();
        for (Header header : request.headers()) {
            headers.put(header.headerName().lowerCase(), header.allValues());
        }
        return headers;
    }

    // ---- the answer

    private void send(ServerRequest request, ServerResponse response, RequestBody body, Answer answer) {
        boolean head = request.prologue().method().text().equals("HEAD");
        boolean close = mustClose(request, body);
        if (!close && !body.atEnd()) {
            // read before the answer: what is read behind it would count as the head of the next request
            body.begin();
            drainABit(body);
            close = !body.atEnd();
        }
        byte[] octets = answer.body();
        response.status(Status.create(answer.status()));
        answer.headers().forEach((name, value) -> response.header(HeaderNames.create(name), value));
        response.header(SPARKPOST_REQUEST_ID, answer.headers().getOrDefault(REQUEST_ID.defaultCase(), ""));
        response.header(NO_SNIFF, "nosniff");
        if (!answer.contentType().isEmpty()) {
            response.header(HeaderNames.CONTENT_TYPE, answer.contentType());
        }
        if (octets.length > GZIP_FROM && !answer.headers().containsKey("Content-Encoding")) {
            response.header(HeaderNames.VARY, "Accept-Encoding");
            if (takesGzip(request)) {
                octets = gzip(octets);
                response.header(HeaderNames.CONTENT_ENCODING, "gzip");
            }
        }
        if (close) {
            response.header(HeaderValues.CONNECTION_CLOSE);
        }
        try {
            if (head) {
                response.header(HeaderNames.CONTENT_LENGTH, Integer.toString(octets.length));
                response.send(new byte[0]);
            } else {
                response.send(octets);
            }
        } catch (UncheckedIOException | SocketWriterException lost) {
            throw new CloseConnectionException("client left before its answer", lost);
        }
        if (close) {
            if (!waitsForContinue(request, body)) {
                body.begin();
                drainABit(body);
            }
            throw new CloseConnectionException("closed after an answer given within the request");
        }
    }

    private static boolean waitsForContinue(ServerRequest request, RequestBody body) {
        return request.headers().containsToken(HeaderValues.EXPECT_100) && body.octetsRead() == 0;
    }

    /** Whether the rest of the body is not worth reading to keep the connection. */
    private static boolean mustClose(ServerRequest request, RequestBody body) {
        if (body.atEnd()) {
            return false;
        }
        return body.failed()
                || waitsForContinue(request, body)
                || body.declared() < 0
                || body.octetsLeft() > GuardedConnections.MAX_CHUNK;
    }

    /**
     * Reads on for a moment, so that a client that is still sending gets to see the answer instead of a reset. Nothing is read if it
     * waits for {@code 100 Continue}.
     */
    private void drainABit(RequestBody body) {
        Instant until = clock.instant().plus(DRAIN_TIME);
        byte[] buffer = new byte[16 * 1024];
        while (clock.instant().isBefore(until) && body.throwAway(buffer) >= 0) {
            // thrown away
        }
    }

    private static boolean takesGzip(ServerRequest request) {
        if (!request.headers().contains(HeaderNames.ACCEPT_ENCODING)) {
            return false;
        }
        for (String value : request.headers().get(HeaderNames.ACCEPT_ENCODING).allValues(true)) {
            String offer = value.toLowerCase(Locale.ROOT).replace(" ", "");
            if (offer.equals("gzip") || offer.startsWith("gzip;")) {
                return !offer.endsWith(";q=0") && !offer.endsWith(";q=0.0");
            }
        }
        return false;
    }

    private static byte[] gzip(byte[] octets) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(octets.length / 4);
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(octets);
        } catch (IOException e) {
            throw new IllegalStateException("memory cannot fail to be written", e);
        }
        return out.toByteArray();
    }

    private static Answer malformed() {
        return Refusal.of(400, 1200, "invalid params", "the request is not well-formed HTTP/1.1")
                .toAnswer();
    }

    /** Answers what Helidon refuses before a request gets here: malformed heads, too many requests. */
    private DirectHandler.TransportResponse refuseRaw(
            DirectHandler.TransportRequest request,
            DirectHandler.EventType type,
            Status status,
            io.helidon.http.ServerResponseHeaders headers,
            String message) {
        String requestId = newRequestId();
        Answer answer = switch (type) {
            case HTTP_VERSION_NOT_SUPPORTED ->
                Refusal.of(505, 1200, "HTTP version not supported", "this server speaks HTTP/1.1")
                        .toAnswer();
            case INTERNAL_ERROR -> {
                if (!FAULT_OF_OURS.get()) {
                    yield malformed(); // Helidon trips over some heads, before any route, instead of refusing them
                }
                FAULT_OF_OURS.remove();
                log.error("request {} failed outside of its route: {}", requestId, message);
                yield fault(requestId);
            }
            default ->
                status.code() == 503
                        ? Refusal.later(
                                        1500,
                                        "service unavailable",
                                        "too many requests at a time",
                                        Duration.ofSeconds(1))
                                .toAnswer()
                        : malformed();
        };
        var raw = DirectHandler.TransportResponse.builder()
                .status(Status.create(answer.status()))
                .keepAlive(false)
                .header(HeaderNames.CONTENT_TYPE, Answer.JSON)
                .header(REQUEST_ID, requestId)
                .header(SPARKPOST_REQUEST_ID, requestId)
                .header(NO_SNIFF, "nosniff")
                .entity(answer.body());
        if (answer.headers().containsKey("Retry-After")) {
            raw.header(RETRY_AFTER, answer.headers().get("Retry-After"));
        }
        return raw.build();
    }

    /** Time-ordered, so that a log is searched by it; the count keeps the requests of a millisecond apart. */
    private String newRequestId() {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(clock.millis(), 12) + hex.toHexDigits(requests.incrementAndGet());
    }
}
