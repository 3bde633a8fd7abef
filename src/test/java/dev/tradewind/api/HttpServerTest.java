package dev.tradewind.api;

import dev.tradewind.account.Grant;
import dev.tradewind.account.Tenant;
import dev.tradewind.settings.Cidr;
import dev.tradewind.settings.ListenAddress;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class HttpServerTest {
    private static ApiFixture api;

    @BeforeAll
    static void start() {
        api = new ApiFixture(
                ApiSettings.at(new ListenAddress("127.0.0.1", 0)),
                List.of(Endpoint.of("GET", "/api/v1/broken")
                        .doc("Test", "Fails", "")
                        .answers(200, "Health", "Never.")
                        .by(call -> {
                            throw new IllegalStateException("secret of the house");
                        })));
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void bareKeyAndBasicKeyAuthenticate() {
        assertThat(api.get("/api/v1/account").status()).isEqualTo(200);
        String basic = Base64.getEncoder().encodeToString((api.key + ":").getBytes(StandardCharsets.UTF_8));
        assertThat(with("Authorization", "Basic " + basic).status()).isEqualTo(200);
        assertThat(with("Authorization", "basic " + basic).status()).isEqualTo(200);
    }

    @Test
    void wrongOrMissingKeyIsUnauthorized() {
        for (String shown : List.of(
                "wrong",
                "Basic !!!",
                "Basic " + Base64.getEncoder().encodeToString(":".getBytes(StandardCharsets.UTF_8)))) {
            Reply reply = with("Authorization", shown);
            assertThat(reply.status()).isEqualTo(401);
            assertThat(reply.text()).isEqualTo("{\"errors\":[{\"message\":\"Unauthorized\"}]}");
            assertThat(reply.header("www-authenticate")).isPresent();
        }
        assertThat(raw("GET /api/v1/account HTTP/1.1\r\nHost: a\r\n\r\n").status())
                .isEqualTo(401);
    }

    @Test
    void missingGrantIsForbidden() {
        String weak = api.newKey(Tenant.MAIN, Set.of(Grant.SMTP_INJECT));
        Reply reply = with("Authorization", weak);
        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.code()).isEqualTo("1100");
    }

    @Test
    void keyIsBoundToItsNetworks() {
        String bound = api.newKey(Tenant.MAIN, EnumSet.allOf(Grant.class), Cidr.parse("192.0.2.0/24"));
        assertThat(with("Authorization", bound).status()).isEqualTo(403);
        String here = api.newKey(Tenant.MAIN, EnumSet.allOf(Grant.class), Cidr.parse("127.0.0.0/8"));
        assertThat(with("Authorization", here).status()).isEqualTo(200);
    }

    @Test
    void subaccountHeaderIsChecked() {
        assertThat(subaccount("abc").status()).isEqualTo(400);
        assertThat(subaccount("8").status()).isEqualTo(400);
        assertThat(subaccount("-1").status()).isEqualTo(400);
        assertThat(subaccount("7").status()).isEqualTo(200);
        assertThat(subaccount("0").status()).isEqualTo(200);
    }

    @Test
    void unknownPathIs404AndWrongMethodIs405WithAllow() {
        Reply nothing = api.get("/api/v1/nothing");
        assertThat(nothing.status()).isEqualTo(404);
        assertThat(nothing.code()).isEqualTo("1101");
        Reply wrong = api.put("/api/v1/transmissions", "{}");
        assertThat(wrong.status()).isEqualTo(405);
        assertThat(wrong.code()).isEqualTo("1102");
        assertThat(wrong.header("allow")).hasValue("DELETE, GET, HEAD, POST, OPTIONS");
        assertThat(api.get("/api/v1/transmissions//").status()).isEqualTo(200);
        assertThat(api.get("/api/v1/message-events").status()).isEqualTo(404);
    }

    @Test
    void optionsAndHeadAreAnswered() {
        Reply options = api.send(api.to("/api/v1/account")
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .build());
        assertThat(options.status()).isEqualTo(204);
        assertThat(options.header("allow")).hasValue("GET, HEAD, PUT, OPTIONS");
        Reply head = api.send(api.to("/api/v1/account").HEAD().build());
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(Integer.parseInt(head.header("content-length").orElseThrow()))
                .isPositive();
    }

    @Test
    void wrongTypeOrEncodingIs415() {
        for (String type :
                List.of("text/plain", "application/x-www-form-urlencoded", "application/json; charset=iso-8859-1")) {
            Reply reply = api.send(api.to("/api/v1/transmissions")
                    .header("Content-Type", type)
                    .POST(HttpRequest.BodyPublishers.ofString("{}"))
                    .build());
            assertThat(reply.status()).as(type).isEqualTo(415);
            assertThat(reply.code()).isEqualTo("1700");
        }
        Reply packed = api.send(api.to("/api/v1/transmissions")
                .header("Content-Encoding", "gzip")
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build());
        assertThat(packed.status()).isEqualTo(415);
    }

    @Test
    void bodyThatIsNotUtf8Is1305() {
        for (byte[] bad : List.of(
                new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'},
                new byte[] {'{', '"', (byte) 0xc0, (byte) 0x80, '"', ':', '1', '}'},
                new byte[] {'{', '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"', ':', '1', '}'},
                new byte[] {'{', '"', (byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80, '"', ':', '1', '}'},
                new byte[] {'{', '}', (byte) 0xc3})) {
            Reply reply = api.send(api.to("/api/v1/transmissions")
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(bad))
                    .build());
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.code()).isEqualTo("1305");
        }
    }

    @Test
    void largeAnswersAreCompressedOnDemand() throws IOException {
        Reply packed = api.send(api.to("/api/openapi.json")
                .header("Accept-Encoding", "gzip, deflate")
                .build());
        assertThat(packed.header("content-encoding")).hasValue("gzip");
        byte[] plain = new GZIPInputStream(new ByteArrayInputStream(packed.body())).readAllBytes();
        assertThat(plain).isEqualTo(api.get("/api/openapi.json").body());
        assertThat(api.send(api.to("/api/openapi.json")
                                .header("Accept-Encoding", "gzip;q=0")
                                .build())
                        .header("content-encoding"))
                .isEmpty();
        assertThat(api.send(api.to("/api/v1/account")
                                .header("Accept-Encoding", "gzip")
                                .build())
                        .header("content-encoding"))
                .isEmpty();
    }

    @Test
    void faultOfOursTellsNothingButTheRequestId() {
        Reply reply = api.get("/api/v1/broken");
        assertThat(reply.status()).isEqualTo(500);
        assertThat(reply.text())
                .doesNotContain("secret")
                .contains(reply.header("x-request-id").orElseThrow());
    }

    @Test
    void longUriIsRefused() {
        Reply reply = api.get("/api/v1/events/message?recipients=" + "a".repeat(4096));
        assertThat(reply.status()).isEqualTo(414);
        assertThat(raw("GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: a\r\n\r\n")
                        .status())
                .isEqualTo(400);
        assertThat(raw("GET / HTTP/1.1\r\nHost: a\r\nX: " + "a".repeat(20_000) + "\r\n\r\n")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void malformedHttpIsRefusedInJson() {
        for (String request : List.of(
                "GARBAGE\r\n\r\n",
                "GET\r\n\r\n",
                "GET / HTTP/9.9\r\n\r\n",
                "GET / HTTP/1.0\r\n\r\n",
                "GET /\u0001 HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\nHost: a\n\n",
                "GET / HTTP/1.1\r\nNoColon\r\n\r\n",
                "POST /api/v1/transmissions HTTP/1.1\r\nHost: a\r\nContent-Length: abc\r\n\r\n",
                "POST /api/v1/transmissions HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
                "POST /api/v1/transmissions HTTP/1.1\r\nHost: a\r\nAuthorization: " + api.key
                        + "\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")) {
            Reply reply = raw(request);
            assertThat(reply.status()).as(request).isIn(400, 404, 505);
            Contract.requireErrors(reply, request);
        }
        assertThat(raw("GET / HTTP/1.0\r\n\r\n").status()).isEqualTo(505);
    }

    @Test
    void brokenEscapesInTheUriAreRefused() {
        for (String path :
                List.of("/api/v1/api-keys/%", "/api/v1/api-keys/%zz", "/api/v1/account?a=%4", "/api/v1/api-keys/%ff")) {
            Reply reply = raw("GET " + path + " HTTP/1.1\r\nHost: a\r\nAuthorization: " + api.key
                    + "\r\nConnection: close\r\n\r\n");
            assertThat(reply.status()).as(path).isEqualTo(400);
        }
        assertThat(raw("GET /api/v1/api-keys/a+b@c;d=|e HTTP/1.1\r\nHost: a\r\nAuthorization: " + api.key
                                + "\r\nConnection: close\r\n\r\n")
                        .text())
                .contains("a+b@c;d=|e");
    }

    @Test
    void ambiguousFramingIsRefusedAndEndsTheConnection() throws IOException {
        String head = "POST /api/v1/transmissions HTTP/1.1\r\nHost: a\r\nAuthorization: " + api.key + "\r\n";
        for (String request : List.of(
                head + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                head + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                head + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                head + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
                head + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}XX0\r\n\r\n")) {
            try (java.net.Socket socket = new java.net.Socket("127.0.0.1", api.port())) {
                socket.setSoTimeout(20_000);
                socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
                Reply reply = RawHttp.read(socket.getInputStream());
                assertThat(reply.status()).as(request).isEqualTo(400);
                assertThat(socket.getInputStream().read()).as(request).isEqualTo(-1);
            }
        }
    }

    @Test
    void connectionIsKeptAfterRefusalsOfSmallRequests() throws IOException {
        try (java.net.Socket socket = new java.net.Socket("127.0.0.1", api.port())) {
            socket.setSoTimeout(20_000);
            String request =
                    "POST /api/v1/transmissions HTTP/1.1\r\nHost: a\r\nAuthorization: x\r\nContent-Length: 2\r\n\r\n{}";
            for (int i = 0; i < 3; i++) {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
                assertThat(RawHttp.read(socket.getInputStream()).status()).isEqualTo(401);
            }
        }
    }

    @Test
    void hugeChunkIsRefusedBeforeItIsHeld() {
        Reply reply = raw("POST /api/v1/transmissions HTTP/1.1\r\nHost: a\r\nAuthorization: " + api.key
                + "\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n{\"a\":");
        assertThat(reply.status()).isEqualTo(400);
    }

    @Test
    void tooLargeBodyIsRefusedByItsLengthAlone() {
        Reply reply = raw("POST /api/v1/transmissions HTTP/1.1\r\nHost: a\r\nAuthorization: " + api.key
                + "\r\nContent-Length: 300000001\r\nExpect: 100-continue\r\n\r\n");
        assertThat(reply.status()).isEqualTo(413);
        Reply small = api.put("/api/v1/account", "{\"company_name\":\"" + "x".repeat(1 << 20) + "\"}");
        assertThat(small.status()).isEqualTo(413);
    }

    @Test
    void docsPageIsLocalAndStrict() {
        Reply page = api.get("/docs");
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("content-security-policy").orElseThrow())
                .contains("default-src 'none'")
                .doesNotContain("unsafe");
        assertThat(page.text()).doesNotContain("https://");
        for (String asset :
                List.of("swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png", "docs.css", "docs.js")) {
            assertThat(api.get("/docs/" + asset).status()).as(asset).isEqualTo(200);
        }
        assertThat(api.get("/docs/../secret").status()).isEqualTo(404);
        assertThat(api.get("/docs/index.html").status()).isEqualTo(404);
    }

    @Test
    void headsThatHelidonTripsOverAreRefusedAsMalformed() {
        for (String head : java.util.List.of(
                "\r\nContent-Encoding: gzip\r\n\r\n",
                "\r\na b: c\r\nContent-Length: 2, 2\r\n\r\n-1\r\n\r\n",
                "ge\u00c0t / HTTP/1.1\r\nHost: a\r\n\r\n")) {
            Reply reply = raw(head);
            assertThat(reply.status()).as(head).isEqualTo(400);
            Contract.requireErrors(reply, head);
        }
    }

    @Test
    void occupiedPortIsSaidInsteadOfServingNothing() {
        assertThatThrownBy(() -> new HttpServer(
                                ApiSettings.at(new ListenAddress("127.0.0.1", api.port())),
                                List.of(),
                                List.of(),
                                api.keys,
                                tenant -> true,
                                Optional.empty(),
                                api.clock)
                        .close())
                .isInstanceOf(IOException.class)
                .hasMessage("cannot listen on 127.0.0.1:" + api.port()
                        + ": in use? choose another address with -c api.listen=HOST:PORT");
    }

    @Test
    void drainingServerAnswersLaterButStillTellsOfItsHealth() {
        try (ApiFixture draining = new ApiFixture()) {
            draining.server.drain();
            Reply reply = draining.get("/api/v1/account");
            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.header("retry-after")).contains("5");
            assertThat(draining.get("/health/live").status()).isEqualTo(200);
            assertThat(draining.get("/metrics").status()).isEqualTo(200);
        }
    }

    @Test
    void overlongUriIsRefusedAsDocumentedWhateverItsPath() {
        for (String path : List.of("/api/v1/account", "/api/v1/nothing", "/nowhere")) {
            Reply reply = api.get(path + "?" + "x".repeat(HttpServer.MAX_URI));
            assertThat(reply.status()).isEqualTo(414);
            api.contract.check("GET", path, reply);
        }
        assertThat(api.contract.statuses())
                .contains(400, 404, 405, 413, 414, 505)
                .doesNotContain(417, 431);
    }

    @Test
    void probesAreServed() {
        assertThat(api.get("/health/live").status()).isEqualTo(200);
        api.ready = new Probes.Health(false, java.util.Map.of("spool", "broken"));
        assertThat(api.get("/health/ready").status()).isEqualTo(503);
        api.ready = Probes.Health.OK;
        assertThat(api.get("/health/ready").status()).isEqualTo(200);
        assertThat(api.get("/metrics").text()).isEqualTo("up 1\n");
    }

    private static Reply with(String header, String value) {
        return api.send(api.to("/api/v1/account").setHeader(header, value).build());
    }

    private static Reply subaccount(String value) {
        return api.send(api.to("/api/v1/transmissions")
                .header("X-MSYS-SUBACCOUNT", value)
                .build());
    }

    private static Reply raw(String request) {
        return RawHttp.exchange(api.port(), request);
    }

    @Test
    void octetsBehindARequestWithoutABodyAreAMalformedRequestNotAFault() throws Exception {
        try (java.net.Socket socket = new java.net.Socket("127.0.0.1", api.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write("GET /api/v1/nothing HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n{}GET / HTTP/1.1\r\n\r\n"
                            .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            String said =
                    new String(socket.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII);
            assertThat(said).startsWith("HTTP/1.1 ").doesNotContain("HTTP/1.1 5");
        }
    }
}
