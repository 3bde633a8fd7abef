package dev.tradewind.api;

import dev.tradewind.account.Grant;
import dev.tradewind.account.Tenant;
import dev.tradewind.account.TenantScope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

/** The log of the recent requests of an account. */
class RequestsTest {
    private static final String REQUESTS = "/api/v1/requests";

    private ApiFixture api;

    @BeforeEach
    void start() {
        api = new ApiFixture();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private static List<String> lines(Reply page) {
        List<String> lines = new ArrayList<>();
        for (JsonNode entry : page.results()) {
            lines.add(entry.path("method").stringValue() + " "
                    + entry.path("path").stringValue() + " "
                    + entry.path("status").intValue() + " "
                    + entry.path("code").stringValue("-"));
        }
        return lines;
    }

    @Test
    void requestsAreListedNewestFirstWithTheirAnswers() {
        api.get("/api/v1/account?secret=in-the-query");
        Reply refused = api.post("/api/v1/transmissions", "{\"recipients\":[],\"campaign_id\":\"in-the-body\"}");
        api.get("/api/v1/api-keys/none");
        api.get("/api/v1/nowhere");
        api.send(api.to("/api/v1/account").DELETE().build());
        Reply page = api.get(REQUESTS);
        assertThat(page.status()).isEqualTo(200);
        assertThat(lines(page))
                .containsExactly(
                        "DELETE /api/v1/account 405 1102",
                        "GET /api/v1/nowhere 404 1101",
                        "GET /api/v1/api-keys/none 404 1600",
                        "POST /api/v1/transmissions " + refused.status() + " " + refused.code(),
                        "GET /api/v1/account 200 -");
        assertThat(page.json().path("total_count").intValue()).isEqualTo(5);
        assertThat(page.text()).doesNotContain(api.key, "in-the-query", "in-the-body", "\"next\"");
        JsonNode newest = page.results().path(3);
        assertThat(newest.path("request_id").stringValue())
                .isEqualTo(refused.header("x-request-id").orElseThrow());
        assertThat(newest.path("key_label").stringValue()).isEqualTo("test");
        assertThat(newest.path("key_id").stringValue()).isNotEmpty();
        assertThat(newest.path("duration_ms").isIntegralNumber()).isTrue();
        assertThat(Instant.parse(newest.path("timestamp").stringValue()))
                .isBetween(Instant.now().minusSeconds(60), Instant.now());
    }

    @Test
    void listIsFilteredAndPaged() {
        for (int i = 0; i < 5; i++) {
            api.get("/api/v1/api-keys/none-" + i);
            api.get("/api/v1/account");
        }
        List<String> all = new ArrayList<>();
        String next = REQUESTS + "?status=404&per_page=2&cursor=initial";
        int pages = 0;
        while (!next.isEmpty()) {
            Reply page = api.get(next);
            assertThat(page.json().path("total_count").intValue()).isEqualTo(5);
            all.addAll(lines(page));
            next = page.json().path("links").path("next").stringValue("");
            pages++;
        }
        assertThat(pages).isEqualTo(3);
        assertThat(all).hasSize(5).startsWith("GET /api/v1/api-keys/none-4 404 1600");
        assertThat(all).doesNotHaveDuplicates();
        String id = api.get("/api/v1/account").header("x-request-id").orElseThrow();
        assertThat(lines(api.get(REQUESTS + "?request_id=" + id))).containsExactly("GET /api/v1/account 200 -");
        for (String bad : List.of("cursor=x", "per_page=0", "per_page=1001", "status=x")) {
            assertThat(api.get(REQUESTS + "?" + bad).status()).as(bad).isEqualTo(400);
        }
    }

    @Test
    void nobodySeesTheRequestsOfOthers() {
        String other = api.newKey(new Tenant(2, 0), Set.of(Grant.ACCOUNT_VIEW));
        String weak = api.newKey(Tenant.MAIN, Set.of(Grant.METRICS_VIEW));
        api.get("/api/v1/account");
        as("no-such-key", "/api/v1/account");
        assertThat(as(weak, REQUESTS).status()).isEqualTo(403);
        assertThat(lines(as(other, REQUESTS))).isEmpty();
        assertThat(lines(as(other, REQUESTS))).containsExactly("GET /api/v1/requests 200 -");
        assertThat(lines(api.get(REQUESTS)))
                .containsExactly("GET /api/v1/requests 403 1100", "GET /api/v1/account 200 -");
    }

    private Reply as(String key, String path) {
        return api.send(api.to(path).setHeader("Authorization", key).GET().build());
    }

    @Test
    void whatIsKeptIsBounded() {
        RequestLog log = new RequestLog();
        int most = RequestLog.MOST_OF_AN_ACCOUNT;
        for (int i = 0; i < most + 10; i++) {
            log.add(entry(1, i));
        }
        RequestLog.Found found = log.find(TenantScope.whole(1), entry -> true, Long.MAX_VALUE, 2 * most);
        assertThat(found.entries()).hasSize(most);
        assertThat(found.total()).isEqualTo(most);
        assertThat(found.entries().getLast().path()).isEqualTo("/10");
        for (int account = 2; account < 2 + RequestLog.MOST_ACCOUNTS; account++) {
            log.add(entry(account, 0));
        }
        assertThat(log.find(TenantScope.whole(1), entry -> true, Long.MAX_VALUE, 1)
                        .entries())
                .as("the account that asked longest ago")
                .isEmpty();
        assertThat(log.find(TenantScope.whole(2), entry -> true, Long.MAX_VALUE, 1)
                        .entries())
                .hasSize(1);
    }

    private static RequestLog.Entry entry(int account, int path) {
        return new RequestLog.Entry(
                0,
                Instant.EPOCH,
                "id",
                "GET",
                "/" + path,
                200,
                Optional.empty(),
                "key",
                "label",
                new Tenant(account, 0),
                Duration.ZERO);
    }
}
