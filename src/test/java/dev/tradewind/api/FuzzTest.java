package dev.tradewind.api;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/** Whatever a client sends: never a 5xx, never an answer that is not documented, never a staging left open. */
class FuzzTest {
    private static ApiFixture api;

    @BeforeContainer
    static void start() {
        api = new ApiFixture();
    }

    @AfterContainer
    static void stop() {
        api.close();
        assertThat(api.spool.open).hasValue(0);
    }

    @Property(tries = 1500)
    void mutatedTransmissions(@ForAll("bodies") String body) {
        Reply reply = api.post(TransmissionsTest.PATH, body);
        assertThat(reply.status()).as(body).isIn(200, 400, 422);
    }

    @Property(tries = 500)
    void mutatedOctets(@ForAll("octets") byte[] body, @ForAll("targets") String target) {
        Reply reply = post(target, body);
        assertThat(reply.status()).isIn(200, 204, 400, 403, 404, 405, 409, 415, 422);
        api.contract.check("POST", target, reply);
    }

    @Property(tries = 1000)
    void anyHttp(@ForAll("requests") String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", api.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            Reply reply = RawHttp.read(socket.getInputStream());
            // 0: the connection ended before a whole request had come, so there is nobody to answer
            assertThat(reply.status()).as(request).isIn(0, 100, 200, 204, 400, 401, 404, 405, 413, 414, 415, 422, 505);
            if (reply.status() >= 400 && !request.startsWith("HEAD")) {
                Contract.requireErrors(reply, request);
            }
        }
    }

    @Property(tries = 300)
    void anyQuery(@ForAll("queries") String query) {
        Reply reply = exchange("GET /api/v1/events/message?" + query);
        assertThat(reply.status()).as(query).isIn(200, 400);
        api.contract.check("GET", "/api/v1/events/message", reply);
    }

    @Provide
    Arbitrary<String> bodies() {
        String good =
                "{\"options\":{\"start_time\":\"2020-01-01T00:00:00Z\",\"transactional\":true},\"metadata\":{\"a\":[1,{\"b\":null}]},"
                        + "\"return_path\":\"r@example.com\",\"campaign_id\":\"c\",\"recipients\":[{\"address\":{\"email\":\"a@b.example\",\"name\":\"n\"},"
                        + "\"tags\":[\"t\"],\"substitution_data\":{\"x\":1.5e3}},{\"address\":\"c@d.example\"}],"
                        + "\"content\":{\"from\":{\"email\":\"a@example.com\",\"name\":\"ü\"},\"subject\":\"s\",\"html\":\"<p>\",\"text\":\"t\","
                        + "\"headers\":{\"X-A\":\"b\"},\"attachments\":[{\"name\":\"n\",\"type\":\"a/b\",\"data\":\"QUJD\"}]}}";
        Arbitrary<String> pieces = Arbitraries.of(
                "{",
                "}",
                "[",
                "]",
                ",",
                ":",
                "\"",
                "null",
                "true",
                "1",
                "-",
                "\"\"",
                "{}",
                "[]",
                "\\ud800",
                "\\u0000",
                "\\",
                "\u0000",
                "é",
                "\"address\":",
                "\"content\":",
                "\"recipients\":",
                "1e999",
                "a@",
                "@b",
                "{{",
                "}}",
                "\r\n",
                "/**/");
        return Arbitraries.integers()
                .between(0, good.length() - 1)
                .flatMap(at -> Arbitraries.integers()
                        .between(0, 12)
                        .flatMap(cut -> pieces.list()
                                .ofMaxSize(3)
                                .map(more -> good.substring(0, at)
                                        + String.join("", more)
                                        + good.substring(Math.min(good.length(), at + cut)))));
    }

    @Provide
    Arbitrary<byte[]> octets() {
        return Arbitraries.oneOf(
                Arbitraries.bytes().array(byte[].class).ofMaxSize(200),
                bodies().map(text -> text.getBytes(StandardCharsets.UTF_8)),
                Arbitraries.of(
                                "[]",
                                "7",
                                "null",
                                "\"x\"",
                                "{\"domain\":7}",
                                "{\"label\":\"x\",\"grants\":[7]}",
                                "{\"label\":\"\",\"grants\":\"x\"}",
                                "{\"domain\":\"a..b\"}",
                                "{\"domain\":\"x.example\",\"dkim\":{\"private\":\"x\",\"public\":\"y\",\"selector\":\"s\"}}")
                        .map(text -> text.getBytes(StandardCharsets.UTF_8)));
    }

    @Provide
    Arbitrary<String> targets() {
        return Arbitraries.of(
                TransmissionsTest.PATH,
                "/api/v1/api-keys",
                "/api/v1/sending-domains",
                "/api/v1/sending-domains/example.com/verify",
                "/api/v1/account",
                "/api/v1/nothing");
    }

    @Provide
    Arbitrary<String> queries() {
        return Arbitraries.strings()
                .withChars("abz09-_.,=&%+TZ:;@/?[]{}|^~")
                .ofMaxLength(40)
                .flatMap(text -> Arbitraries.of(
                                "from=",
                                "to=",
                                "cursor=",
                                "per_page=",
                                "events=",
                                "delimiter=",
                                "messages=",
                                "subaccounts=",
                                "")
                        .map(name -> name + text));
    }

    @Provide
    Arbitrary<String> requests() {
        Arbitrary<String> methods = Arbitraries.of(
                "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "X", "", "get", "CONNECT");
        Arbitrary<String> paths = Arbitraries.oneOf(
                Arbitraries.of(
                        "/",
                        "*",
                        "",
                        "/api/v1/transmissions",
                        "/api/v1/account/",
                        "//",
                        "/docs/../..",
                        "/%2e%2e/",
                        "/a?b=%zz",
                        "http://other.example/api/v1/account",
                        "/health/live",
                        "/\u00ff",
                        "/a b"),
                Arbitraries.strings().ascii().ofMaxLength(20));
        Arbitrary<String> versions =
                Arbitraries.of(" HTTP/1.1\r\n", " HTTP/1.0\r\n", " HTTP/2.0\r\n", "\r\n", " HTTP/1.1\n", " JUNK\r\n");
        Arbitrary<List<String>> fields = Arbitraries.of(
                        "Host: a\r\n",
                        "Host: a\r\n",
                        "Authorization: " + api.key + "\r\n",
                        "Content-Length: 2\r\n",
                        "Content-Length: -2\r\n",
                        "Content-Length: 99999999999999999999\r\n",
                        "Transfer-Encoding: chunked\r\n",
                        "Content-Type: application/json\r\n",
                        "Content-Encoding: br\r\n",
                        "Expect: 100-continue\r\n",
                        "X-MSYS-SUBACCOUNT: x\r\n",
                        "Connection: close\r\n",
                        "Upgrade: h2c\r\n",
                        ": x\r\n",
                        "a b: c\r\n",
                        " folded\r\n",
                        "X: \u0000\r\n",
                        "X: \u00e9\r\n",
                        "junk\r\n",
                        "\n")
                .list()
                .ofMaxSize(6);
        Arbitrary<String> tails = Arbitraries.of(
                "", "\r\n", "\r\n{}", "\r\n2\r\n{}\r\n0\r\n\r\n", "\r\nffffffffff\r\n", "\r\n0\r\n", "\r\n-1\r\n\r\n");
        return net.jqwik.api.Combinators.combine(methods, paths, versions, fields, tails)
                .as((method, path, version, headers, tail) ->
                        method + " " + path + version + String.join("", headers) + tail);
    }

    private static Reply post(String target, byte[] body) {
        byte[] head = ("POST " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: " + api.key
                        + "\r\nContent-Length: " + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = java.util.Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        return RawHttp.exchange(api.port(), all);
    }

    private static Reply exchange(String line) {
        return RawHttp.exchange(
                api.port(),
                line + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: " + api.key + "\r\n\r\n");
    }
}
