package dev.tradewind.acceptance;

import dev.tradewind.authenticate.DkimKeys;
import dev.tradewind.authenticate.DkimResult;
import dev.tradewind.authenticate.DkimVerifier;
import dev.tradewind.fixture.ReceivingHost.Received;
import dev.tradewind.fixture.TradewindProcess;
import dev.tradewind.mail.MessageOctets;
import dev.tradewind.mail.mime.ReadMail;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** The official npm package {@code sparkpost}, unmodified. */
@Tag("needs-node")
class SparkPostNpmTest {
    @TempDir
    static Path directory = Path.of("");

    private static @Nullable Instance instance;

    @BeforeAll
    static void start() throws Exception {
        NodeScripts.prepare();
        instance = Instance.start(directory);
    }

    @AfterAll
    static void stop() throws Exception {
        running().close();
    }

    private static Instance running() {
        return java.util.Objects.requireNonNull(instance);
    }

    private static JsonNode run(String... arguments) throws Exception {
        return NodeScripts.run(
                Map.of("TRADEWIND_URL", running().tradewind().http().toString(), "TRADEWIND_KEY", TradewindProcess.KEY),
                "sparkpost.js",
                arguments);
    }

    @Test
    void mailSentThroughItArrivesAsWritten() throws Exception {
        JsonNode said = run("send");

        assertThat(said.at("/full/results/total_accepted_recipients").intValue())
                .isEqualTo(4);
        assertThat(said.at("/full/results/id").stringValue()).matches("\\d+");
        Received ada = running().host().await("ada@one.example");
        fullMail(ada, "Ada", "\"Ada Lovelace\" <ada@one.example>");
        fullMail(running().host().await("bob@one.example"), "Bøb", "\"Bob\" <bob@one.example>");
        // The client leaves the space behind a name that it takes out of 'Name <address>'; header_to goes out as it is.
        String both = "\"Ada Lovelace\" <ada@one.example>, \"Bob \" <bob@one.example>";
        fullMail(running().host().await("carol@two.example"), "nobody", both);
        fullMail(running().host().await("dan@two.example"), "nobody", both);
        assertThat(ada.tls()).isTrue();

        ReadMail.Part raw =
                ReadMail.read(running().host().await("raw@one.example").octets());
        assertThat(raw.field("Subject")).isEqualTo("Raw Rä");
        assertThat(raw.field("X-Own")).isEqualTo("kept");
        assertThat(raw.text()).isEqualTo("Hello Rä\r\n.dot\r\n");

        JsonNode partly = said.path("partly");
        assertThat(partly.at("/errors/0/code").stringValue()).isEqualTo("2000");
        assertThat(partly.at("/results/total_accepted_recipients").intValue()).isEqualTo(1);
        assertThat(partly.at("/results/total_rejected_recipients").intValue()).isEqualTo(2);
        assertThat(partly.at("/results/rcpt_to_errors")).hasSize(1);
        assertThat(partly.at("/results/rcpt_to_errors/0/code").stringValue()).isEqualTo("1300");
        running().host().await("good@one.example");

        String scheduled = said.at("/scheduled/results/id").stringValue();
        assertThat(said.at("/list/results")).hasSize(1);
        assertThat(said.at("/list/results/0/id").stringValue()).isEqualTo(scheduled);
        assertThat(said.at("/list/results/0/state").stringValue()).isEqualTo("submitted");
        assertThat(said.at("/get/results/transmission/id").stringValue()).isEqualTo(scheduled);
        assertThat(said.at("/get/results/transmission/num_rcpts").intValue()).isEqualTo(1);
        assertThat(said.path("cancel").stringValue()).isEqualTo("empty");

        eventsAreFound(said.at("/full/results/id").stringValue());
    }

    private static void fullMail(Received received, String name, String to) {
        ReadMail.Part mail = ReadMail.read(received.octets());
        assertThat(mail.structure())
                .isEqualTo("multipart/mixed[multipart/alternative[text/plain, multipart/related[text/html, image/png]],"
                        + " application/octet-stream, application/pdf]");
        assertThat(mail.field("From")).isEqualTo("The Shop – Łódź <shop@news.example>");
        assertThat(mail.field("To")).isEqualTo(to);
        assertThat(mail.field("CC")).isEqualTo("\"Carol\" <carol@two.example>");
        assertThat(mail.field("Reply-To")).isEqualTo("help@news.example");
        assertThat(mail.field("Subject")).isEqualTo("Für " + name + ": 你好 ✓");
        assertThat(mail.field("X-Order")).isEqualTo(name + "-7");
        assertThat(Samples.leaf(mail, "text/plain").text()).isEqualTo("Grüße, " + name + "!\r\n.\r\n..two dots\r\n");
        assertThat(Samples.leaf(mail, "text/html").text())
                .isEqualTo("<p>Grüße, " + name + "!</p><img src=\"cid:logo.png\"><p>Fish &amp; Chips Fish & Chips</p>");
        ReadMail.Part image = Samples.leaf(mail, "image/png");
        assertThat(image.content()).isEqualTo(Samples.octets(300));
        assertThat(image.field("Content-ID")).isEqualTo("<logo.png>");
        ReadMail.Part octets = Samples.leaf(mail, "application/octet-stream");
        assertThat(octets.content()).isEqualTo(Samples.octets(100_000));
        assertThat(Samples.fileName(octets)).isEqualTo("octets.bin");
        ReadMail.Part pdf = Samples.leaf(mail, "application/pdf");
        assertThat(pdf.content()).isEqualTo(Samples.octets(77));
        assertThat(Samples.fileName(pdf)).isEqualTo("Überblick 你.pdf");
        assertThat(received.octets()).as("generated mail is 7-bit").doesNotContain(-1, -61);
    }

    private static void eventsAreFound(String transmission) throws Exception {
        JsonNode events = run("events");
        assertThat(events.at("/found/total_count").intValue()).isEqualTo(8);
        assertThat(events.at("/found/results")).hasSize(3);
        assertThat(events.at("/next/results")).hasSize(3);
        List<JsonNode> shown = new ArrayList<>(events.at("/found/results").values());
        shown.addAll(events.at("/next/results").values());
        assertThat(shown)
                .allSatisfy(event -> {
                    assertThat(event.path("transmission_id").stringValue()).isEqualTo(transmission);
                    assertThat(event.path("campaign_id").stringValue()).isEqualTo("spring");
                    assertThat(event.path("friendly_from").stringValue()).isEqualTo("shop@news.example");
                    assertThat(event.path("recv_method").stringValue()).isEqualTo("rest");
                    assertThat(event.at("/rcpt_meta/shop").stringValue()).isEqualTo("main");
                })
                .extracting(event -> event.path("event_id").stringValue())
                .doesNotHaveDuplicates();
        JsonNode injection = running().api().awaitEvent("ada@one.example", "injection");
        assertThat(injection.at("/rcpt_meta/order").stringValue()).isEqualTo("A-18");
        assertThat(injection.path("rcpt_tags").values().stream()
                        .map(JsonNode::stringValue)
                        .toList())
                .containsExactly("vip", "first");
        assertThat(injection.path("subject").stringValue()).isEqualTo("Für Ada: 你好 ✓");
        JsonNode delivery = running().api().awaitEvent("ada@one.example", "delivery");
        assertThat(delivery.path("outbound_tls").stringValue()).isEqualTo("1");
        assertThat(delivery.path("ip_address").stringValue()).isEqualTo("127.0.0.1");
    }

    @Test
    void refusalsAreSparkPostErrorsWithDocumentedCodes() throws Exception {
        JsonNode said = run("errors");

        refusal(said, "wrongKey", 401, "");
        refusal(said, "noContent", 422, "1400");
        refusal(said, "noRecipients", 422, "1400");
        refusal(said, "noValidRecipient", 400, "5002");
        refusal(said, "wrongType", 422, "1300");
        refusal(said, "badHeader", 422, "3002");
        refusal(said, "unknownTemplate", 422, "1603");
        refusal(said, "unknownTransmission", 404, "1600");
        refusal(said, "unknownDomain", 404, "1600");
        refusal(said, "badQuery", 400, "1200");
        assertThat(said.at("/deleteUnknown/statusCode").intValue())
                .isEqualTo(404); // its body is never parsed by the client
    }

    @Test
    void whatIsNotBuiltIsNotFound() throws Exception {
        JsonNode said = run("missing");
        assertThat(said.propertyNames()).hasSize(8);
        for (String resource : said.propertyNames()) {
            refusal(said, resource, 404, "1101");
        }
    }

    private static void refusal(JsonNode said, String step, int status, String code) {
        JsonNode error = said.path(step);
        assertThat(error.path("name").stringValue("")).as("%s: %s", step, error).isEqualTo("SparkPostError");
        assertThat(error.path("statusCode").intValue())
                .as("%s: %s", step, error)
                .isEqualTo(status);
        assertThat(error.at("/errors/0/message").stringValue()).as(step).isNotBlank();
        assertThat(error.at("/errors/0/code").stringValue(""))
                .as("%s: %s", step, error)
                .isEqualTo(code);
    }

    @Test
    void sendingDomainIsCreatedProvenUsedAndRemoved() throws Exception {
        JsonNode said = run("createDomains", "signing.example");

        assertThat(said.at("/created/results/domain").stringValue()).isEqualTo("signing.example");
        refusal(said, "again", 409, "1602");
        assertThat(said.at("/list/results").values().stream()
                        .map(entry -> entry.path("domain").stringValue()))
                .contains("signing.example", "unproven.example");
        assertThat(said.at("/get/results/status/ownership_verified").booleanValue())
                .isFalse();
        assertThat(said.at("/verifyUnproven/results/dkim_status").stringValue()).isEqualTo("invalid");
        assertThat(said.at("/verifyUnproven/results/dns/dkim_error").stringValue())
                .isNotBlank();
        JsonNode key = said.at("/created/results/dkim");
        String record = key.path("dns_value").stringValue();
        running().dns().txt(key.path("dns_name").stringValue(), record);

        said = run("verifyDomain", "signing.example");

        assertThat(said.at("/verified/results/dkim_status").stringValue()).isEqualTo("valid");
        assertThat(said.at("/verified/results/ownership_verified").booleanValue())
                .isTrue();
        assertThat(said.at("/get/results/status/dkim_status").stringValue()).isEqualTo("valid");
        assertThat(said.path("deleted").stringValue()).isEqualTo("empty");
        refusal(said, "gone", 404, "1600");
        byte[] signed = running().host().await("signed@one.example").octets();
        List<DkimResult> results = DkimVerifier.verify(
                MessageOctets.of(signed), (_, _) -> new DkimKeys.Found(List.of(record)), Instant.now());
        assertThat(results).singleElement().satisfies(result -> {
            assertThat(result.outcome()).as(result.reason()).isEqualTo(DkimResult.Outcome.PASS);
            assertThat(result.selector()).contains(key.path("selector").stringValue());
        });
    }
}
