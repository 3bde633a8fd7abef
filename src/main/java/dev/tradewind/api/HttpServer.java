package dev.tradewind.api;

import dev.tradewind.account.Authenticator;
import dev.tradewind.account.ControlUnavailable;
import dev.tradewind.account.Principal;
import dev.tradewind.account.Subaccounts;
import dev.tradewind.spool.StoreUnavailable;
import dev.tradewind.spool.StoreUnreadable;
import io.helidon.common.tls.Tls;
import io.helidon.http.DirectHandler;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

import javax.net.ssl.SSLContext;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The listener of the API: HTTP/1.1 on virtual threads. A request goes through the routing table, the key, the grant and the checks of
 * its body to its handler; whatever happens, exactly one documented JSON answer with a request id leaves, or the connection ends because
 * there is nobody left to answer.
 */
public final class HttpServer implements AutoCloseable {
    /** Characters of path and query. */
    static final int MAX_URI = 4096;

    private static final Logger log = LoggerFactory.getLogger(HttpServer.class);
    private static final HeaderName RETRY_AFTER = HeaderNames.create("Retry-After");

    /** Whether what the thread of a connection failed with came out of {@link #serve}. */
    private static final ThreadLocal<Boolean> FAULT_OF_OURS = ThreadLocal.withInitial(() -> false);

    private final RoutingTable table;
    private final Callers callers;
    private final AnswerWriter answers;
    private final ApiSettings settings;
    private final InstantSource clock;
    private final WebServer server;
    private final boolean secure;
    private final AtomicInteger requests = new AtomicInteger();
    private final RequestLog requestLog = new RequestLog();
    private volatile boolean draining;

    /**
     * Starts to listen.
     *
     * @param endpoints     the API; {@code /api/openapi.json} is built of them
     * @param pages         everything else on this listener
     * @param authenticator judges keys
     * @param subaccounts   which subaccounts a primary key may act for
     * @param tls           for HTTPS; empty: HTTP
     * @throws IOException if the address cannot be bound; the message says which
     */
    public HttpServer(
            ApiSettings settings,
            List<Endpoint> endpoints,
            List<Page> pages,
            Authenticator authenticator,
            Subaccounts subaccounts,
            Optional<SSLContext> tls,
            InstantSource clock)
            throws IOException {
        this(settings, endpoints, pages, authenticator, SessionAuthenticator.NONE, subaccounts, tls, clock);
    }

    /**
     * Starts to listen, for people in browsers too.
     *
     * @param sessions who is signed in; asked where no key is shown
     * @throws IOException if the address cannot be bound; the message says which
     */
    public HttpServer(
            ApiSettings settings,
            List<Endpoint> endpoints,
            List<Page> pages,
            Authenticator authenticator,
            SessionAuthenticator sessions,
            Subaccounts subaccounts,
            Optional<SSLContext> tls,
            InstantSource clock)
            throws IOException {
        this.settings = settings;
        this.callers = new Callers(authenticator, sessions, subaccounts);
        this.answers = new AnswerWriter(clock);
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
        if (!server.isRunning()) { // the library only logs that it could not bind
            throw new IOException("cannot listen on " + settings.listen()
                    + ": in use? choose another address with -c api.listen=HOST:PORT");
        }
        log.atInfo().addKeyValue("url", url()).log("api listens");
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

    /** From now on the API answers 503; health, metrics and pages are served until {@link #close}, so that it can be seen what goes on. */
    public void drain() {
        draining = true;
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
        Callers.KeyShown shown = new Callers.KeyShown();
        Answer answer;
        try {
            RequestRules.requireFraming(request, body);
            answer = dispatch(requestId, request, body, shown);
        } catch (Refusal refusal) {
            answer = refusal.toAnswer();
        } catch (StoreUnavailable e) {
            log.atWarn()
                    .addKeyValue("request", requestId)
                    .addKeyValue("why", e.getMessage())
                    .log("request put off");
            answer = Refusal.later(
                            1500, "service unavailable", "nothing can be made durable now; try again", e.retryAfter())
                    .toAnswer();
        } catch (StoreUnreadable e) {
            log.atWarn()
                    .addKeyValue("request", requestId)
                    .addKeyValue("why", e.getMessage())
                    .log("request put off");
            answer = Refusal.later(
                            1500, "service unavailable", "nothing can be read now; try again", Duration.ofSeconds(10))
                    .toAnswer();
        } catch (ControlUnavailable e) {
            log.atWarn().addKeyValue("request", requestId).setCause(e).log("request put off");
            answer = Refusal.later(1501, "service unavailable", "settings cannot be reached; try again", e.retryAfter())
                    .toAnswer();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            answer = shuttingDown().toAnswer();
        } catch (Exception e) {
            answer = afterException(requestId, request, e);
        }
        record(request, requestId, begun, shown, answer);
        answers.send(request, response, body, answer.with(AnswerWriter.REQUEST_ID.defaultCase(), requestId));
    }

    private void record(ServerRequest request, String requestId, Instant begun, Callers.KeyShown shown, Answer answer) {
        Optional<Principal> shownBy = shown.owner();
        if (shownBy.isEmpty()) {
            return;
        }
        Principal owner = shownBy.get();
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
        log.atError()
                .addKeyValue("request", requestId)
                .addKeyValue("method", request.prologue().method().text())
                .addKeyValue("path", Json.clip(request.prologue().uriPath().rawPath()))
                .setCause(e)
                .log("request failed");
        return fault(requestId);
    }

    private static Refusal shuttingDown() {
        return Refusal.later(1500, "service unavailable", "this node is shutting down", Duration.ofSeconds(5));
    }

    private static Answer fault(String requestId) {
        return Refusal.of(500, 1500, "internal server error", "request " + requestId + " failed here; it is logged")
                .toAnswer();
    }

    private Answer dispatch(String requestId, ServerRequest request, RequestBody body, Callers.KeyShown shown)
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
                if (draining && endpoint.grant().isPresent()) {
                    throw shuttingDown();
                }
                Map<String, List<String>> headers = headers(request);
                Optional<Principal> caller = callers.authenticate(endpoint, method, headers, client(request), shown);
                Call call = call(requestId, request, found.parameters(), headers, body, caller);
                RequestRules.requireReadable(endpoint, headers, body, settings.maxBody());
                yield endpoint.handler().handle(call);
            }
            case RoutingTable.Match.ToPage found ->
                found.page()
                        .handler()
                        .handle(call(requestId, request, Map.of(), headers(request), body, Optional.empty()));
            case RoutingTable.Match.WrongMethod wrong -> {
                callers.identify(headers(request), client(request), shown);
                if (!method.equals("OPTIONS")) {
                    throw Refusal.of(405, 1102, "method not allowed", "this resource has " + wrong.allow())
                            .with("Allow", wrong.allow());
                }
                yield Answer.empty().with("Allow", wrong.allow());
            }
            case RoutingTable.Match.Nothing nothing -> {
                callers.identify(headers(request), client(request), shown);
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
        Callers.Reach reach = callers.reach(caller, headers);
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
                caller.map(principal -> principal.as(reach.tenant())),
                reach.tenant(),
                reach.scope());
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

    // ---- what never becomes a request

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
                log.atError()
                        .addKeyValue("request", requestId)
                        .addKeyValue("why", message)
                        .log("request failed outside of its route");
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
                .header(AnswerWriter.REQUEST_ID, requestId)
                .header(AnswerWriter.SPARKPOST_REQUEST_ID, requestId)
                .header(AnswerWriter.NO_SNIFF, "nosniff")
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
