package dev.tradewind.console;

import dev.tradewind.account.Grant;
import dev.tradewind.account.Tenant;
import dev.tradewind.account.TenantScope;
import dev.tradewind.sandbox.SandboxSamples;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

class SessionsTest {
    private static final String MESSAGES = "/api/v1/sandbox/messages";

    private ConsoleFixture console;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        console = new ConsoleFixture(directory);
    }

    @AfterEach
    void stop() {
        console.close();
    }

    private HttpRequest.Builder form(String path, String body) {
        return console.to(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body));
    }

    @Test
    void strangersAreLedToTheSignIn() throws Exception {
        HttpResponse<String> answer = console.send(console.to("/"));
        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(answer.headers().firstValue("location")).contains("/login");
        assertThat(console.send(console.to(MESSAGES)).statusCode()).isEqualTo(401);
    }

    @Test
    void aKeyOpensASession() throws Exception {
        HttpResponse<String> answer = console.send(form("/login", "key=" + console.key.secret()));
        assertThat(answer.statusCode()).isEqualTo(303);
        String set = answer.headers().firstValue("set-cookie").orElseThrow();
        assertThat(set)
                .contains("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=43200")
                .doesNotContain("Secure");
        String cookie = ConsoleFixture.cookie(set);
        assertThat(console.send(console.to("/").header("Cookie", "a=b; " + cookie))
                        .body())
                .contains("Sandbox inbox");
        assertThat(console.send(console.to(MESSAGES).header("Cookie", cookie)).statusCode())
                .isEqualTo(200);
    }

    @Test
    void theCookieGoesByHttpsOnlyWhereThereIsHttps() {
        Sessions secure = new Sessions(console.keys, new java.security.SecureRandom(), console.clock, true);
        assertThat(secure.beginFor(console.principal(Set.of()))).endsWith("; Secure");
    }

    @Test
    void aWrongKeyIsRefusedInWords() throws Exception {
        HttpResponse<String> answer = console.send(form("/login", "key=nonsense"));
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).contains("not known");
        assertThat(answer.headers().firstValue("set-cookie")).isEmpty();
    }

    @Test
    void aSessionEndsWithItsKeyItsTimeAndTheSignOut() throws Exception {
        String first = console.signIn();
        console.clock.advance(Duration.ofHours(12));
        assertThat(console.send(console.to(MESSAGES).header("Cookie", first)).statusCode())
                .isEqualTo(401);
        String second = console.signIn();
        assertThat(console.send(form("/logout", "").header("Cookie", second)).statusCode())
                .isEqualTo(303);
        assertThat(console.send(console.to(MESSAGES).header("Cookie", second)).statusCode())
                .isEqualTo(401);
        String third = console.signIn();
        console.keys.delete(TenantScope.whole(1), console.key.key().id());
        assertThat(console.send(console.to(MESSAGES).header("Cookie", third)).statusCode())
                .isEqualTo(401);
    }

    @Test
    void aLinkSignsInOnceAndAReloadIsFine() throws Exception {
        String link = console.links.mint("", console.principal(EnumSet.allOf(Grant.class)));
        HttpRequest.Builder looking = console.to(link).method("HEAD", BodyPublishers.noBody());
        assertThat(console.send(looking).headers().firstValue("set-cookie")).isEmpty();
        HttpResponse<String> used = console.send(console.to(link));
        assertThat(used.statusCode()).isEqualTo(303);
        String cookie =
                ConsoleFixture.cookie(used.headers().firstValue("set-cookie").orElseThrow());
        HttpResponse<String> again = console.send(console.to(link));
        assertThat(again.statusCode()).isEqualTo(401);
        assertThat(again.body()).contains("used already");
        HttpResponse<String> reload = console.send(console.to(link).header("Cookie", cookie));
        assertThat(reload.headers().firstValue("location")).contains("/");
        assertThat(console.send(console.to("/").header("Cookie", cookie)).statusCode())
                .isEqualTo(200);
    }

    @Test
    void aLinkGetsOld() throws Exception {
        String link = console.links.mint("", console.principal(EnumSet.allOf(Grant.class)));
        console.clock.advance(Duration.ofMinutes(30));
        assertThat(console.send(console.to(link)).statusCode()).isEqualTo(401);
    }

    @Test
    void aChangeUnderASessionNeedsTheConsoleHeader() throws Exception {
        long id = console.keep(SandboxSamples.plain("a@example.com", "x", "y"));
        String cookie = console.signIn();
        HttpResponse<String> forged =
                console.send(console.to(MESSAGES).header("Cookie", cookie).DELETE());
        assertThat(forged.statusCode()).isEqualTo(403);
        assertThat(console.inbox.find(TenantScope.whole(1), id)).isPresent();
        HttpResponse<String> own = console.send(console.to(MESSAGES + "/" + id)
                .header("Cookie", cookie)
                .header("X-Tradewind-Console", "1")
                .DELETE());
        assertThat(own.statusCode()).isEqualTo(204);
    }

    @Test
    void formsOfOtherSitesAreRefused() throws Exception {
        String body = "key=" + console.key.secret();
        assertThat(console.send(form("/login", body).header("Sec-Fetch-Site", "cross-site"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(console.send(form("/login", body).header("Origin", "https://evil.example"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(console.send(form("/login", body).header("Origin", console.url("")))
                        .statusCode())
                .isEqualTo(303);
    }

    @Test
    void theConsoleIsNotAskedForBasicAuthentication() throws Exception {
        HttpResponse<String> answer = console.send(console.to(MESSAGES).header("X-Tradewind-Console", "1"));
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("www-authenticate").orElseThrow())
                .startsWith("Session");
    }

    @Test
    void grantsHoldUnderSessionsToo() throws Exception {
        String viewer = ConsoleFixture.cookie(console.sessions.beginFor(console.principal(Set.of(Grant.SANDBOX_VIEW))));
        assertThat(console.send(console.to(MESSAGES)
                                .header("Cookie", viewer)
                                .header("X-Tradewind-Console", "1")
                                .DELETE())
                        .statusCode())
                .isEqualTo(403);
        String nobody = ConsoleFixture.cookie(console.sessions.beginFor(console.principal(Set.of())));
        assertThat(console.send(console.to("/").header("Cookie", nobody)).body())
                .contains("lacks the grant");
    }

    @Test
    void labelsAreTextInThePage() throws Exception {
        String cookie = ConsoleFixture.cookie(console.sessions.beginFor(new dev.tradewind.account.Principal(
                "k", "\"><script>alert(1)</script>", Tenant.MAIN, EnumSet.allOf(Grant.class))));
        assertThat(console.send(console.to("/").header("Cookie", cookie)).body())
                .doesNotContain("<script>alert")
                .contains("&lt;script&gt;alert(1)");
    }

    @Test
    void pagesAndFramesCarryTheirPolicies() throws Exception {
        long id = console.keep(SampleMail.hostile());
        String cookie = console.signIn();
        for (String path : new String[] {"/", "/login", "/console/inbox.js"}) {
            String policy = policy(path, cookie.replace("=", path.equals("/login") ? "x=" : "="));
            assertThat(policy)
                    .contains("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'")
                    .doesNotContain("unsafe");
        }
        String frame = policy(MESSAGES + "/" + id + "/html", cookie);
        assertThat(frame)
                .contains("sandbox allow-popups", "default-src 'none'", "img-src data:;", "form-action 'none'")
                .doesNotContain("allow-scripts", "allow-same-origin", "allow-forms", "allow-top", "http");
        assertThat(policy(MESSAGES + "/" + id + "/html?remote=true", cookie))
                .contains("img-src data: https: http:")
                .doesNotContain("script-src", "allow-scripts");
        HttpResponse<String> file =
                console.send(console.to(MESSAGES + "/" + id + "/attachments/1").header("Cookie", cookie));
        assertThat(file.headers().firstValue("content-type")).contains("application/octet-stream");
        assertThat(file.headers().firstValue("content-disposition").orElseThrow())
                .startsWith("attachment; filename=\"")
                .doesNotContain("<", "'>");
        assertThat(file.headers().firstValue("x-content-type-options")).contains("nosniff");
    }

    private String policy(String path, String cookie) throws Exception {
        HttpResponse<String> answer = console.send(console.to(path).header("Cookie", cookie));
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.headers().firstValue("content-security-policy").orElseThrow();
    }
}
