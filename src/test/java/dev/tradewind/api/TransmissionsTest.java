package dev.tradewind.api;

import dev.tradewind.accept.TransmissionControl;
import dev.tradewind.account.Grant;
import dev.tradewind.account.Tenant;
import dev.tradewind.spool.Recipient;
import dev.tradewind.spool.SendOptions;
import dev.tradewind.spool.Spool;
import dev.tradewind.spool.Transmission;
import dev.tradewind.spool.WatchedSpool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

class TransmissionsTest {
    static final String PATH = "/api/v1/transmissions";
    static final String CONTENT =
            "\"content\":{\"from\":\"shop@example.com\",\"subject\":\"Hello\",\"text\":\"Hi {{name}}\"}";

    private ApiFixture api;

    @BeforeEach
    void start() {
        api = new ApiFixture();
    }

    @AfterEach
    void stop() {
        api.close();
        assertThat(api.spool.open).as("stagings left open").hasValue(0);
    }

    @Test
    void acceptsWhatTheDocumentationShows() {
        Reply reply = api.post(PATH, """
                {"options":{"open_tracking":false,"transactional":true,"ip_pool":"BULK"},
                 "campaign_id":"spring","description":"d","metadata":{"a":{"b":[1, 2.50]}},
                 "substitution_data":{"x":"ü\\u00e9"},
                 "recipients":[
                  {"address":{"email":"Ann@Example.net","name":"Ann","header_to":"list@example.net"},
                   "tags":["1","2","3","4","5","6","7","8","9","10","11"],"metadata":{ "k" : 1e3 },
                   "substitution_data":{"name":"Ann \\ud83d\\ude00"},"return_path":"r@example.com"},
                  {"address":"bob@example.net"}],
                """ + CONTENT + "}");

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        WatchedSpool.Committed committed = api.spool.last();
        assertThat(reply.results().path("id").stringValue())
                .isEqualTo(committed.transmission().wireId());
        assertThat(reply.results().path("total_accepted_recipients").intValue()).isEqualTo(2);
        assertThat(reply.results().path("total_rejected_recipients").intValue()).isZero();
        Transmission transmission = committed.transmission();
        assertThat(transmission.campaignId()).isEqualTo("spring");
        assertThat(new String(transmission.metadata(), StandardCharsets.UTF_8)).isEqualTo("{\"a\":{\"b\":[1,2.50]}}");
        assertThat(transmission.options())
                .isEqualTo(new SendOptions(
                        true,
                        false,
                        false,
                        true,
                        true,
                        false,
                        false,
                        java.util.Optional.of("bulk"),
                        java.util.Optional.empty()));
        assertThat(transmission.returnPath().address()).isEqualTo("bounces@mail.example");
        Recipient ann = committed.recipients().getFirst();
        assertThat(ann.path().address()).isEqualTo("Ann@example.net");
        assertThat(ann.headerTo()).isEqualTo("list@example.net");
        assertThat(ann.tags()).hasSize(10);
        assertThat(new String(ann.metadata(), StandardCharsets.UTF_8)).isEqualTo("{\"k\":1e3}");
        assertThat(new String(ann.substitutionData(), StandardCharsets.UTF_8)).isEqualTo("{\"name\":\"Ann 😀\"}");
        assertThat(ann.returnPath().orElseThrow().address()).isEqualTo("r@example.com");
    }

    @Test
    void someBadRecipientsDoNotHurtTheOthers() {
        Reply reply = api.post(
                PATH,
                "{\"recipients\":[{\"address\":\"a@b.example\"},{\"address\":{\"name\":\"x\"}},{\"address\":\"nonsense\"},7,"
                        + "{\"address\":[1,{\"a\":2}],\"tags\":3},{\"address\":\"c@b.example\",\"tags\":[1]},"
                        + "{\"address\":{\"email\":\"d@b.example\",\"name\":\"a\\r\\nBcc: e@b.example\"}}]," + CONTENT
                        + "}");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.code()).isEqualTo("2000");
        assertThat(reply.results().path("total_accepted_recipients").intValue()).isEqualTo(1);
        assertThat(reply.results().path("total_rejected_recipients").intValue()).isEqualTo(6);
        assertThat(reply.results().path("rcpt_to_errors").size()).isEqualTo(6);
        assertThat(reply.results().path("rcpt_to_errors").path(0).path("code").stringValue())
                .isEqualTo("1400");
        assertThat(reply.results().path("rcpt_to_errors").path(1).path("code").stringValue())
                .isEqualTo("1300");
        assertThat(api.spool.last().transmission().rejected()).isEqualTo(6);
    }

    @Test
    void recipientErrorsAreCapped() {
        String body = "{\"recipients\":[{\"address\":\"a@b.example\"},{},{},{}]," + CONTENT + "}";
        assertThat(api.post(PATH + "?num_rcpt_errors=2", body)
                        .results()
                        .path("rcpt_to_errors")
                        .size())
                .isEqualTo(2);
        assertThat(api.post(PATH + "/?num_rcpt_errors=0", body).results().has("rcpt_to_errors"))
                .isFalse();
        assertThat(api.post(PATH + "?num_rcpt_errors=-1", body).status()).isEqualTo(400);
        assertThat(api.post(PATH + "?num_rcpt_errors=x", body).status()).isEqualTo(400);
    }

    @Test
    void withoutValidRecipientNothingIsSent() {
        for (String recipients : List.of("[]", "[{}]", "[{\"address\":\"x\"}]")) {
            Reply reply = api.post(PATH, "{\"recipients\":" + recipients + "," + CONTENT + "}");
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.code()).isEqualTo("5002");
        }
        assertThat(api.spool.committed).isEmpty();
    }

    @Test
    void everyRowOfTheErrorTable() {
        String to = "\"recipients\":[{\"address\":\"a@b.example\"}],";
        refused(422, "1400", "{\"recipients\":[{\"address\":\"a@b.example\"}]}");
        refused(422, "1400", "{" + CONTENT + "}");
        refused(422, "1400", "{}");
        refused(422, "1300", "[]");
        refused(422, "1300", "{\"recipients\":7," + CONTENT + "}");
        refused(422, "1300", "{" + to + "\"content\":7}");
        refused(422, "1300", "{" + to + "\"campaign_id\":7," + CONTENT + "}");
        refused(422, "1300", "{" + to + "\"campaign_id\":\"" + "é".repeat(33) + "\"," + CONTENT + "}");
        refused(422, "1300", "{" + to + "\"description\":\"" + "d".repeat(1025) + "\"," + CONTENT + "}");
        refused(422, "2007", "{" + to + "\"metadata\":{\"a\":\"" + "d".repeat(10 * 1024) + "\"}," + CONTENT + "}");
        refused(
                422,
                "2002",
                "{" + to + "\"substitution_data\":{\"a\":\"" + "d".repeat(100 * 1024) + "\"}," + CONTENT + "}");
        refused(422, "1300", "{" + to + "\"metadata\":[]," + CONTENT + "}");
        refused(422, "1300", "{" + to + "\"metadata\":{\"a\":\"\\ud800\"}," + CONTENT + "}");
        refused(422, "1603", "{\"recipients\":{\"list_id\":\"x\"}," + CONTENT + "}");
        refused(422, "1603", "{" + to + "\"content\":{\"template_id\":\"x\"}}");
        refused(422, "1603", "{" + to + "\"options\":{\"ip_pool\":\"unknown\"}," + CONTENT + "}");
        refused(422, "1300", "{" + to + "\"options\":{\"inline_css\":true}," + CONTENT + "}");
        refused(422, "1300", "{" + to + "\"options\":{\"transactional\":\"yes\"}," + CONTENT + "}");
        refused(422, "1300", "{" + to + "\"options\":[]," + CONTENT + "}");
        refused(400, "1100", "{" + to + "\"options\":{\"dkim_key\":\"k2\"}," + CONTENT + "}");
        refused(400, "1200", "{" + to + "\"tracking_domain\":\"t.example.com\"," + CONTENT + "}");
        refused(422, "1300", "{" + to + "\"override\":{\"from\":\"x@example.com\"}," + CONTENT + "}");
        refused(422, "1300", "{" + to + "\"options\":{\"start_time\":\"tomorrow\"}," + CONTENT + "}");
        refused(422, "1300", "{" + to + "\"options\":{\"start_time\":\"2099-01-01T00:00:00Z\"}," + CONTENT + "}");
        refused(422, "1300", "{" + to + "\"return_path\":\"x\"," + CONTENT + "}");
        refused(400, "7001", "{" + to + "\"return_path\":\"x@other.example\"," + CONTENT + "}");
        refused(400, "7001", "{" + to + CONTENT.replace("example.com", "other.example") + "}");
        refused(400, "7001", "{" + to + CONTENT.replace("shop@example.com", "{{user}}@other.example") + "}");
        refused(400, "2008", "{" + to + CONTENT.replace("shop@example.com", "@example.com") + "}");
        refused(422, "1400", "{" + to + "\"content\":{\"from\":\"a@example.com\",\"text\":\"t\"}}");
        refused(422, "1400", "{" + to + "\"content\":{\"from\":\"a@example.com\",\"subject\":\"s\"}}");
        refused(422, "1300", "{" + to + CONTENT.replace("\"Hello\"", "7") + "}");
        refused(422, "1300", "{" + to + CONTENT.replace("\"Hello\"", "\"\\udc00\"") + "}");
        refused(
                422,
                "1300",
                "{" + to
                        + CONTENT.replace(
                                "\"subject\"",
                                "\"attachments\":[{\"name\":\"n\",\"type\":\"a/b\",\"data\":\"%%\"}],\"subject\"")
                        + "}");
        refused(
                422,
                "1400",
                "{" + to + CONTENT.replace("\"subject\"", "\"attachments\":[{\"name\":\"n\"}],\"subject\"") + "}");
        refused(
                422,
                "3002",
                "{" + to + CONTENT.replace("\"subject\"", "\"headers\":{\"Subject\":\"x\"},\"subject\"") + "}");
        refused(
                422,
                "1301",
                "{" + to + CONTENT.replace("\"subject\"", "\"email_rfc822\":\"From: a\",\"subject\"") + "}");
        assertThat(api.spool.committed).isEmpty();
    }

    @Test
    void jsonThatCannotBeReadIs400WithItsPlace() {
        for (String body : List.of(
                "",
                "{",
                "nonsense",
                "{\"a\":1}{\"b\":2}",
                "{\"a\":1,\"a\":2}",
                "{\"content\":{\"from\":\"a\",\"from\":\"b\"}}",
                "{\"recipients\":[{\"address\":{\"email\":\"a@b.c\",\"email\":\"d@e.f\"}}]}",
                "{\"a\":" + "[".repeat(100) + "]".repeat(100) + "}",
                "{\"a\":01}",
                "{\"a\":NaN}",
                "{\"a\":\"\u0001\"}",
                "{'a':1}",
                "{\"a\":1,}",
                "{\"recipients\":[{\"address\":\"a@b.c\"}," + CONTENT + "}")) {
            Reply reply = api.post(PATH, body);
            assertThat(reply.status()).as(body).isEqualTo(400);
            assertThat(reply.code()).as(body).isEqualTo("1300");
            assertThat(reply.text()).as(body).contains("Request body parsing failed [Attached error message: ");
        }
        assertThat(api.post(PATH, "{\n \"a\":x}").text()).contains("line 2, column");
        assertThat(api.spool.committed).isEmpty();
    }

    @Test
    void unknownFieldsAreIgnoredAndNullsAreAbsent() {
        Reply reply = api.post(
                PATH,
                "{\"name\":\"n\",\"zzz\":{\"a\":[1,2]},\"campaign_id\":null,\"options\":null,\"metadata\":null,"
                        + "\"recipients\":[{\"address\":{\"email\":\"a@b.example\",\"name\":null},\"tags\":null,\"q\":[{}]}],"
                        + CONTENT + "}");
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    }

    @Test
    void accountDefaultsAreMerged() {
        api.accounts.update(
                1,
                account -> new dev.tradewind.account.Accounts.Account(
                        1,
                        "",
                        account.status(),
                        account.created(),
                        account.updated(),
                        new dev.tradewind.account.Accounts.AccountOptions(false, true, true, true, false, false)));
        api.post(PATH, minimal());
        SendOptions options = api.spool.last().transmission().options();
        assertThat(options.openTracking()).isTrue();
        assertThat(options.initialOpen()).isTrue();
        assertThat(options.clickTracking()).isFalse();
        assertThat(options.transactional()).isTrue();
    }

    @Test
    void suspendedAccountMayNotSend() {
        api.accounts.update(
                1,
                account -> new dev.tradewind.account.Accounts.Account(
                        1,
                        "",
                        dev.tradewind.account.Accounts.Status.SUSPENDED,
                        account.created(),
                        account.updated(),
                        account.options()));
        assertThat(api.post(PATH, minimal()).status()).isEqualTo(403);
    }

    @Test
    void subaccountSendsAsItself() {
        Reply reply = api.send(api.to(PATH)
                .header("X-MSYS-SUBACCOUNT", "7")
                .POST(HttpRequest.BodyPublishers.ofString(minimal()))
                .build());
        assertThat(reply.status()).isEqualTo(200);
        assertThat(api.spool.last().transmission().tenant()).isEqualTo(new Tenant(1, 7));
        String own = api.newKey(new Tenant(1, 7), Set.of(Grant.TRANSMISSIONS_MODIFY));
        api.send(api.to(PATH)
                .setHeader("Authorization", own)
                .header("X-MSYS-SUBACCOUNT", "0")
                .POST(HttpRequest.BodyPublishers.ofString(minimal()))
                .build());
        assertThat(api.spool.last().transmission().tenant()).isEqualTo(new Tenant(1, 7));
    }

    @Test
    void whatCannotBeMadeDurableIsPutOff() {
        api.spool.state(Spool.State.LOW_ON_DISK);
        Reply early = api.post(PATH, minimal());
        assertThat(early.status()).isEqualTo(503);
        assertThat(early.header("retry-after")).hasValue("30");
        api.spool.state(Spool.State.OPEN);
        api.spool.failing = true;
        assertThat(api.post(PATH, minimal()).status()).isEqualTo(503);
        api.spool.failing = false;
        api.intake.drain();
        assertThat(api.post(PATH, minimal()).status()).isEqualTo(503);
    }

    @Test
    void scheduledTransmissionCanBeSeenAndCancelled() {
        Instant start = api.clock.instant().plus(Duration.ofHours(1));
        String body = "{\"options\":{\"start_time\":\"" + start + "\"},\"campaign_id\":\"c\","
                + minimal().substring(1);
        String id = api.post(PATH, body).results().path("id").stringValue();
        assertThat(api.spool.last().transmission().startTime()).hasValue(start);

        Reply one = api.get(PATH + "/" + id);
        assertThat(one.results().path("transmission").path("state").stringValue())
                .isEqualTo("submitted");
        assertThat(one.results().path("transmission").path("num_rcpts").intValue())
                .isEqualTo(1);
        assertThat(api.get(PATH + "?campaign_id=c").results().size()).isEqualTo(1);
        assertThat(api.get(PATH + "?campaign_id=d").results().size()).isZero();
        assertThat(api.get(PATH + "?template_id=t").results().size()).isZero();

        api.clock.advance(Duration.ofMinutes(50));
        Reply close = api.delete(PATH + "/" + id);
        assertThat(close.status()).isEqualTo(409);
        assertThat(close.code()).isEqualTo("2003");
        api.clock.advance(Duration.ofMinutes(-50));
        assertThat(api.delete(PATH + "/" + id).status()).isEqualTo(204);
        Reply again = api.delete(PATH + "/" + id);
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.code()).isEqualTo("2006");
        for (String unknown : List.of("12345", "x", "-1", "99999999999999999999")) {
            assertThat(api.delete(PATH + "/" + unknown).code()).isEqualTo("1600");
            assertThat(api.get(PATH + "/" + unknown).status()).isEqualTo(404);
        }
    }

    @Test
    void campaignIsCancelledForTheCallersTenantOnly() {
        String body = "{\"campaign_id\":\"c\"," + minimal().substring(1);
        String id = api.post(PATH, body).results().path("id").stringValue();
        Reply other = api.send(api.to(PATH + "?campaign_id=c")
                .header("X-MSYS-SUBACCOUNT", "7")
                .DELETE()
                .build());
        assertThat(other.status()).isEqualTo(204);
        assertThat(api.control.states).isEmpty();
        assertThat(api.delete(PATH + "?campaign_id=c").status()).isEqualTo(204);
        assertThat(api.control.states).containsEntry(Long.parseLong(id), TransmissionControl.State.CANCELED);
        assertThat(api.delete(PATH).code()).isEqualTo("1401");
        assertThat(api.delete(PATH + "?campaign_id=" + "c".repeat(65)).status()).isEqualTo(400);
    }

    // ---- idempotency

    @Test
    void sameRequestUnderAKeyIsAnsweredAsTheFirstTime() {
        Reply first = withKey("k1", minimal());
        Reply again = withKey("k1", minimal());
        assertThat(first.status()).isEqualTo(200);
        assertThat(first.header("idempotent-replay")).isEmpty();
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.header("idempotent-replay")).hasValue("true");
        assertThat(api.spool.committed).hasSize(1);
        assertThat(withKey("k2", minimal()).body()).isNotEqualTo(first.body());
        api.clock.advance(Duration.ofHours(25));
        assertThat(withKey("k1", minimal()).header("idempotent-replay")).isEmpty();
    }

    @Test
    void anotherBodyUnderAKeyIsRefused() {
        withKey("k1", minimal());
        Reply other = withKey("k1", minimal() + " ");
        assertThat(other.status()).isEqualTo(422);
        assertThat(other.code()).isEqualTo("1301");
        assertThat(api.spool.committed).hasSize(1);
    }

    @Test
    void refusalsAreNotKept() {
        assertThat(withKey("k1", "{}").status()).isEqualTo(422);
        assertThat(withKey("k1", minimal()).status()).isEqualTo(200);
    }

    @Test
    void badKeysAreRefused() {
        assertThat(withKey("a".repeat(256), minimal()).status()).isEqualTo(400);
        assertThat(withKey("a b", minimal()).status()).isEqualTo(400);
        assertThat(withKey("a".repeat(255), minimal()).status()).isEqualTo(200);
    }

    @Test
    void keyIsTakenWhileItsRequestRuns() throws IOException {
        byte[] body = minimal().getBytes(StandardCharsets.UTF_8);
        try (Socket slow = new Socket("127.0.0.1", api.port())) {
            slow.setSoTimeout(20_000);
            slow.getOutputStream().write(head(body.length, "Idempotency-Key: k1\r\n"));
            slow.getOutputStream().write(body, 0, 10);
            await(() -> api.spool.open.get() == 1);
            Reply busy = withKey("k1", minimal());
            assertThat(busy.status()).isEqualTo(409);
            assertThat(busy.code()).isEqualTo("1602");
            slow.getOutputStream().write(body, 10, body.length - 10);
            assertThat(RawHttp.read(slow.getInputStream()).status()).isEqualTo(200);
        }
        assertThat(withKey("k1", minimal()).header("idempotent-replay")).hasValue("true");
    }

    // ---- what breaks off

    @Test
    void abortedRequestLeavesNothing() throws IOException {
        for (String sent : List.of("{\"recipients\":[{\"address\":\"a@b.example\"},", "{", "")) {
            int before = api.spool.closedWithoutCommit.get();
            try (Socket socket = new Socket("127.0.0.1", api.port())) {
                socket.getOutputStream().write(head(100_000, ""));
                socket.getOutputStream().write(sent.getBytes(StandardCharsets.UTF_8));
                socket.getOutputStream().flush();
                await(() -> api.spool.open.get() == 1);
            }
            await(() -> api.spool.closedWithoutCommit.get() == before + 1);
        }
        assertThat(api.spool.committed).isEmpty();
    }

    @Test
    void slowBodyIsGivenUp() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", api.port())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(head(100_000, ""));
            socket.getOutputStream().write('{');
            await(() -> api.spool.open.get() == 1);
            api.clock.advance(Duration.ofSeconds(31));
            socket.getOutputStream().write(' ');
            assertThat(RawHttp.read(socket.getInputStream()).status()).isEqualTo(408);
        }
    }

    @Test
    void slowHeadIsGivenUp() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", api.port())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream()
                    .write("GET /health/live HTTP/1.1\r\nHost: a\r\n\r\nGET / HT"
                            .getBytes(StandardCharsets.ISO_8859_1));
            assertThat(RawHttp.read(socket.getInputStream()).status()).isEqualTo(200);
            socket.getOutputStream().write("TP/1.1\r\n".getBytes(StandardCharsets.ISO_8859_1));
            socket.setSoTimeout(300);
            for (int field = 0; ; field++) {
                assertThat(field).as("fields taken, 21 s each").isLessThan(50);
                api.clock.advance(Duration.ofSeconds(21));
                try {
                    socket.getOutputStream().write(("X" + field + ": y\r\n").getBytes(StandardCharsets.ISO_8859_1));
                    assertThat(socket.getInputStream().read()).isEqualTo(-1);
                    return;
                } catch (SocketTimeoutException notYet) {
                    // the octets before may not have been read when the clock was set
                } catch (SocketException closed) {
                    return;
                }
            }
        }
    }

    @Test
    void tooManyRequestsAtATimeArePutOff() throws IOException {
        api.close();
        api = new ApiFixture(
                new ApiSettings(
                        new dev.tradewind.settings.ListenAddress("127.0.0.1", 0),
                        false,
                        100,
                        1,
                        new dev.tradewind.settings.ByteSize(300_000_000)),
                List.of());
        try (Socket slow = new Socket("127.0.0.1", api.port())) {
            slow.getOutputStream().write(head(100, ""));
            slow.getOutputStream().write('{');
            await(() -> api.spool.open.get() == 1);
            Reply busy =
                    RawHttp.exchange(api.port(), "GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertThat(busy.status()).isEqualTo(503);
            assertThat(busy.header("retry-after")).hasValue("1");
            Contract.requireErrors(busy, "busy");
        }
        await(() -> api.spool.open.get() == 0);
    }

    private void refused(int status, String code, String body) {
        Reply reply = api.post(PATH, body);
        assertThat(reply.status())
                .as(body.substring(0, Math.min(150, body.length())) + " " + reply)
                .isEqualTo(status);
        assertThat(reply.code())
                .as(body.substring(0, Math.min(150, body.length())) + " " + reply)
                .isEqualTo(code);
    }

    private Reply withKey(String key, String body) {
        return api.send(api.to(PATH)
                .header("Idempotency-Key", key)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private byte[] head(int length, String more) {
        return ("POST " + PATH + " HTTP/1.1\r\nHost: a\r\nAuthorization: " + api.key + "\r\nContent-Length: " + length
                        + "\r\nContent-Type: application/json\r\n" + more + "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    static String minimal() {
        return "{\"recipients\":[{\"address\":\"a@b.example\"}]," + CONTENT + "}";
    }

    static void await(java.util.function.BooleanSupplier condition) {
        Instant until = Instant.now().plusSeconds(20);
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now()).as("in time").isBefore(until);
            Thread.onSpinWait();
        }
    }
}
