package dev.tradewind.acceptance;

import dev.tradewind.fixture.ReceivingHost.Received;
import dev.tradewind.fixture.TradewindProcess;
import dev.tradewind.mail.mime.ReadMail;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code nodemailer}, unmodified, submits by SMTP. */
@Tag("needs-node")
class SubmissionClientsTest {
    @TempDir
    static Path directory = Path.of("");

    private static @Nullable Instance instance;
    private static int implicitTlsPort;

    @BeforeAll
    static void start() throws Exception {
        NodeScripts.prepare();
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            implicitTlsPort = free.getLocalPort();
        }
        instance = Instance.start(
                directory,
                "smtp.submission.max_message_size=256KiB",
                "smtp.submission.tls_listen=127.0.0.1:" + implicitTlsPort);
    }

    @AfterAll
    static void stop() throws IOException {
        running().close();
    }

    private static Instance running() {
        return java.util.Objects.requireNonNull(instance);
    }

    private static JsonNode run(String step) throws Exception {
        return NodeScripts.run(
                Map.of(
                        "TRADEWIND_SMTP_PORT",
                        Integer.toString(running().tradewind().submission().getPort()),
                        "TRADEWIND_SMTPS_PORT",
                        Integer.toString(implicitTlsPort),
                        "TRADEWIND_KEY",
                        TradewindProcess.KEY),
                "submit.js",
                step);
    }

    @Test
    void mailSubmittedByItArrivesAsWritten() throws Exception {
        JsonNode said = run("send");

        assertThat(said.at("/plain/accepted")).hasSize(2);
        assertThat(said.at("/plain/response").stringValue()).startsWith("250 2.0.0 ");
        assertThat(said.path("verify").booleanValue()).isTrue();
        Received ada = running().host().await("ada@one.example");
        Received bob = running().host().await("bob@two.example");
        fullMail(ada);
        fullMail(bob);
        assertThat(ada.to()).hasSize(1);
        running().host().await("login@one.example");
        running().host().await("implicit@one.example");

        Received international = running().host().await("jürgen@one.example");
        assertThat(international.from()).contains("SMTPUTF8");

        Received eight = running().host().await("eight@one.example");
        assertThat(eight.from()).contains("BODY=8BITMIME");
        String text = new String(eight.octets(), StandardCharsets.UTF_8);
        assertThat(text).contains("\r\nContent-Transfer-Encoding: 8bit\r\n").endsWith("\r\n\r\nGrüße ✓\r\n.\r\n");

        JsonNode injection = running().api().awaitEvent("ada@one.example", "injection");
        assertThat(injection.path("campaign_id").stringValue()).isEqualTo("by-smtp");
        assertThat(injection.at("/rcpt_meta/order").stringValue()).isEqualTo("B-1");
        assertThat(injection.at("/rcpt_tags/0").stringValue()).isEqualTo("smtp");
        assertThat(injection.path("recv_method").stringValue()).isEqualTo("esmtp");
        assertThat(injection.path("subject").stringValue()).startsWith("Grüße: 你好 ✓ and a subject");
        assertThat(said.at("/plain/response").stringValue())
                .contains(injection.path("transmission_id").stringValue());
        running().api().awaitEvent("ada@one.example", "delivery");
    }

    private static void fullMail(Received received) {
        ReadMail.Part mail = ReadMail.read(received.octets());
        assertThat(mail.field("From")).isEqualTo("The Shop – Łódź <shop@news.example>");
        assertThat(mail.field("To")).isEqualTo("Ada <ada@one.example>, bob@two.example");
        assertThat(mail.field("Subject"))
                .isEqualTo(
                        "Grüße: 你好 ✓ and a subject that is long enough to be folded more than once on its way through");
        assertThat(mail.fields()).extracting(ReadMail.ReadField::name).doesNotContain("X-MSYS-API");
        assertThat(mail.fields().getFirst().name()).isEqualTo("Received");
        assertThat(mail.rawField("Received")).contains("with ESMTPSA");
        assertThat(Samples.leaf(mail, "text/plain").text()).isEqualTo("Grüße!\r\n.\r\n..two dots\r\n");
        assertThat(Samples.leaf(mail, "text/html").text())
                .isEqualTo("<p>Grüße!</p><img src=\"cid:logo@news.example\">");
        assertThat(Samples.leaf(mail, "image/png").content()).isEqualTo(Samples.octets(300));
        assertThat(Samples.leaf(mail, "image/png").field("Content-ID")).isEqualTo("<logo@news.example>");
        ReadMail.Part octets = Samples.leaf(mail, "application/octet-stream");
        assertThat(octets.content()).isEqualTo(Samples.octets(100_000));
        assertThat(Samples.fileName(octets)).isEqualTo("octets.bin");
        ReadMail.Part pdf = Samples.leaf(mail, "application/pdf");
        assertThat(pdf.content()).isEqualTo(Samples.octets(77));
        assertThat(Samples.fileName(pdf)).isEqualTo("Überblick 你.pdf");
    }

    @Test
    void poolOfConnectionsIsServed() throws Exception {
        JsonNode said = run("pool");

        assertThat(said).hasSize(20);
        List<Received> mails = running().host().await("pool@one.example", 20);
        assertThat(mails.stream()
                        .map(mail -> ReadMail.read(mail.octets()).field("Subject"))
                        .toList())
                .doesNotHaveDuplicates()
                .allSatisfy(subject -> assertThat(subject).startsWith("Mail "));
    }

    @Test
    void refusalsAreUnderstood() throws Exception {
        JsonNode said = run("errors");

        refusal(said, "wrongKey", 535, "EAUTH", "5.7.8");
        refusal(said, "wrongUser", 535, "EAUTH", "5.7.8");
        refusal(said, "noAuth", 530, "EENVELOPE", "5.7.0");
        assertThat(said.at("/plaintextAuth/accepted").isMissingNode())
                .as("no password in the clear: %s", said.path("plaintextAuth"))
                .isTrue();
        refusal(said, "badMsysApi", 550, "EMESSAGE", "5.6.0");
        refusal(said, "longCampaign", 550, "EMESSAGE", "5.6.0");
        assertThat(said.at("/longCampaign/response").stringValue()).contains("64");
        refusal(said, "tooLarge", 552, "EMESSAGE", "5.3.4");
    }

    private static void refusal(JsonNode said, String step, int reply, String code, String status) {
        JsonNode error = said.path(step);
        assertThat(error.path("responseCode").intValue(0))
                .as("%s: %s", step, error)
                .isEqualTo(reply);
        assertThat(error.path("code").stringValue("")).as("%s: %s", step, error).isEqualTo(code);
        assertThat(error.path("response").stringValue("")).as(step).contains(status);
    }

    /** The account option is off at first: events only, whatever the client asks for. */
    @Test
    void notificationsComeAsAskedForOnceTheAccountWantsThem() throws Exception {
        String unknown = "550 5.1.1 <nobody@one.example>: no such user here";
        running().host().answer("nobody@one.example", unknown, unknown);
        running().host().answer("never@one.example", "550 5.1.1 no", "550 5.1.1 no");
        run("notify");
        assertThat(running()
                        .api()
                        .awaitEvent("nobody@one.example", "bounce")
                        .path("bounce_class")
                        .stringValue())
                .isEqualTo("10");
        running().api().awaitEvent("never@one.example", "bounce");

        running().api().ask("PUT", "account", "{\"options\":{\"return_dsn\":true}}");
        run("notify");
        List<Received> told = running().host().await("sender@home.example", 2);
        running().api().awaitEvent("recipients=never@one.example&events=bounce", event -> true);

        // Of the four failures and two successes one failure and one success were to be told.
        assertThat(told).hasSize(2);
        for (Received received : told) {
            assertThat(received.from()).startsWith("<>");
            ReadMail.Part mail = ReadMail.read(received.octets());
            assertThat(mail.type()).isEqualTo("multipart/report");
            String status = Samples.leaf(mail, "message/delivery-status").text();
            assertThat(status)
                    .contains("Original-Envelope-Id: envelope+17=x")
                    .contains("Original-Recipient: rfc822; alias@elsewhere.example");
            if (status.contains("nobody@one.example")) {
                assertThat(status)
                        .contains("Action: failed")
                        .contains("Status: 5.1.1")
                        .contains("Remote-MTA: dns; mx.test")
                        .contains("no such user here");
                assertThat(mail.structure()).contains("text/rfc822-headers");
            } else {
                assertThat(status).contains("success@one.example").contains("Status: 2.");
            }
        }
    }
}
