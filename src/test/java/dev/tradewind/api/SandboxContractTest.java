package dev.tradewind.api;

import dev.tradewind.account.Tenant;
import dev.tradewind.account.TxtRecords;
import dev.tradewind.mail.MessageId;
import dev.tradewind.sandbox.Arrival;
import dev.tradewind.sandbox.SandboxInbox;
import dev.tradewind.sandbox.SandboxResource;
import dev.tradewind.sandbox.SandboxSamples;
import dev.tradewind.sandbox.SandboxSettings;
import dev.tradewind.settings.ListenAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

/** The sandbox by its REST interface; the fixture holds every answer against the OpenAPI document. */
class SandboxContractTest {
    private static final String PATH = "/api/v1/sandbox/messages";

    private SandboxInbox inbox;
    private ApiFixture api;

    @BeforeEach
    void start(@TempDir Path directory) {
        inbox = SandboxInbox.open(directory.resolve("sandbox.db"), SandboxSettings.DEFAULT, InstantSource.system());
        SandboxResource sandbox = new SandboxResource(
                inbox,
                (scope, domain, selector) -> Optional.empty(),
                name -> new TxtRecords.Answer.Failed("SERVFAIL"),
                InstantSource.system());
        api = new ApiFixture(ApiSettings.at(new ListenAddress("127.0.0.1", 0)), sandbox.endpoints());
    }

    @AfterEach
    void stop() {
        api.close();
        inbox.close();
    }

    private void keep(String subject) {
        inbox.keep(new Arrival(
                Tenant.MAIN,
                Optional.of(MessageId.of(7, 0, 1)),
                "",
                "ann@example.net",
                SandboxSamples.rich("Shop <shop@example.com>", subject, "text", "<p>html</p>", "a.pdf")));
    }

    private static String text(Reply reply) {
        return new String(reply.body(), StandardCharsets.UTF_8);
    }

    @Test
    void everyAnswerIsAsDocumented() {
        keep("one");
        keep("two");
        Reply page = api.get(PATH + "?per_page=1&q=" + "shop");
        assertThat(text(page)).contains("\"subject\":\"two\"", "\"total_count\":2", "cursor=2&per_page=1&q=shop");
        assertThat(text(api.get(PATH + "?cursor=2")))
                .contains("\"subject\":\"one\"")
                .doesNotContain("\"two\"");
        assertThat(text(api.get(PATH + "?since=1")))
                .contains("\"subject\":\"two\"")
                .doesNotContain("\"one\"");
        assertThat(text(api.get(PATH + "/1")))
                .contains("\"transmission_id\":\"7\"", "\"content_id\":\"logo@example.com\"");
        assertThat(text(api.get(PATH + "/1/raw"))).startsWith("From: Shop");
        assertThat(text(api.get(PATH + "/1/html"))).contains("<p>html</p>");
        assertThat(text(api.get(PATH + "/1/attachments/1"))).startsWith("%PDF");
        assertThat(api.get(PATH + "/1/attachments/9").status()).isEqualTo(404);
        assertThat(api.get(PATH + "/1/html?part=amp").status()).isEqualTo(404);
        assertThat(api.get(PATH + "/nonsense").status()).isEqualTo(404);
        assertThat(api.get(PATH + "?since=x").status()).isEqualTo(400);
        assertThat(api.get(PATH + "?per_page=0").status()).isEqualTo(400);
        assertThat(api.delete(PATH + "/1").status()).isEqualTo(204);
        assertThat(api.delete(PATH + "/1").status()).isEqualTo(404);
        assertThat(text(api.delete(PATH))).contains("\"removed\":1");
    }

    @Test
    void aSignatureWhoseKeyCannotBeHadIsSaidToBeUnknown() {
        inbox.keep(
                new Arrival(
                        Tenant.MAIN,
                        Optional.empty(),
                        "a@example.com",
                        "ann@example.net",
                        SandboxSamples.message(
                                "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=x; h=from;\n"
                                        + " bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA\nFrom: a@example.com\n\nx\n")));
        assertThat(text(api.get(PATH + "/1")))
                .contains("\"result\":\"temperror\"", "SERVFAIL", "\"key_source\":\"dns\"");
    }
}
