package dev.tradewind.acceptance;

import dev.tradewind.authenticate.DkimKeys;
import dev.tradewind.authenticate.DkimResult;
import dev.tradewind.authenticate.DkimVerifier;
import dev.tradewind.fixture.ApiClient;
import dev.tradewind.fixture.PolicyServer;
import dev.tradewind.fixture.PostfixInstance;
import dev.tradewind.fixture.Submitter;
import dev.tradewind.fixture.TestDns;
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

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A real Postfix is the mail host of our recipients, three times: as Debian has it; without SIZE and CHUNKING in what it announces; and as
 * an old host that has no extension at all.
 */
@Tag("needs-postfix")
@Tag("needs-root")
class PostfixReceivesTest {
    private static final int SIZE_LIMIT = 200_000;

    @TempDir
    static Path directory = Path.of("");

    private static @Nullable World world;

    private record World(
            PolicyServer policy, PostfixInstance postfix, TestDns dns, TradewindProcess tradewind, ApiClient api) {}

    private static World world() {
        return java.util.Objects.requireNonNull(world);
    }

    private static TradewindProcess tradewind() {
        return world().tradewind();
    }

    @BeforeAll
    static void start() throws Exception {
        Set<String> greylisted = ConcurrentHashMap.newKeySet();
        PolicyServer policy = PolicyServer.start(request -> {
            String recipient = request.getOrDefault("recipient", "");
            return recipient.startsWith("grey") && greylisted.add(recipient)
                    ? "450 4.2.0 Greylisted, come back later"
                    : "DUNNO";
        });
        int port = PostfixInstance.freePort();
        PostfixInstance postfix = PostfixInstance.start(
                Map.of(
                        "virtual_mailbox_domains",
                        "dest.example, sizeless.example, old.example",
                        "virtual_mailbox_maps",
                        "inline:{ ada@dest.example=ada/, grey@dest.example=grey/, eight@dest.example=eight/,"
                                + " jürgen@dest.example=juergen/, seven@old.example=seven/, big@dest.example=big/,"
                                + " big@sizeless.example=big/, small@sizeless.example=small/ }",
                        "message_size_limit",
                        Integer.toString(SIZE_LIMIT),
                        "smtpd_recipient_restrictions",
                        "check_policy_service inet:127.0.0.1:" + policy.port()),
                new PostfixInstance.Listener("127.0.0.1", port, Map.of()),
                new PostfixInstance.Listener(
                        "127.0.0.2", port, Map.of("smtpd_discard_ehlo_keywords", "size, chunking")),
                new PostfixInstance.Listener(
                        "127.0.0.3",
                        port,
                        Map.of(
                                "smtpd_discard_ehlo_keywords",
                                "size, chunking, 8bitmime, smtputf8, pipelining, starttls, dsn, enhancedstatuscodes")));
        TestDns dns = TestDns.allMailToLoopback()
                .mx("sizeless.example", 10, "mx2.test")
                .a("mx2.test", "127.0.0.2")
                .mx("old.example", 10, "mx3.test")
                .a("mx3.test", "127.0.0.3");
        TradewindProcess tradewind = TradewindProcess.start(
                directory, "dns.servers=" + dns.address(), "delivery.port=" + port, "delivery.retry=1s");
        world = new World(policy, postfix, dns, tradewind, new ApiClient(tradewind.http()));
    }

    @AfterAll
    static void stop() throws Exception {
        world().api().close();
        tradewind().close();
        world().dns().close();
        world().postfix().close();
        world().policy().close();
    }

    /** Makes a proven sending domain with both kinds of key, and gives what verifies its mail. */
    private static DkimKeys signingDomain(String domain) throws Exception {
        JsonNode created = world().api()
                .ask("POST", "sending-domains", "{\"domain\":\"" + domain + "\",\"generate_ed25519\":true}")
                .path("results");
        Map<String, String> records = new ConcurrentHashMap<>();
        for (String key : List.of("dkim", "dkim_ed25519")) {
            String record = created.path(key).path("dns_value").stringValue();
            world().dns().txt(created.path(key).path("dns_name").stringValue(), record);
            records.put(created.path(key).path("selector").stringValue(), record);
        }
        JsonNode verified =
                world().api().ask("POST", "sending-domains/" + domain + "/verify", "{\"dkim_verify\":true}");
        assertThat(verified.at("/results/dkim_status").stringValue()).isEqualTo("valid");
        return (_, selector) -> new DkimKeys.Found(List.of(records.get(selector)));
    }

    /** The message as it came by SMTP: what Postfix put on top stays, line ends are CRLF again. */
    private static byte[] onTheWire(byte[] stored) {
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        for (byte octet : stored) {
            if (octet == '\n') {
                wire.write('\r');
            }
            wire.write(octet);
        }
        return wire.toByteArray();
    }

    private static byte[] mailOf(String mailbox) throws IOException {
        List<byte[]> mails = world().postfix().awaitMail(mailbox);
        assertThat(mails).hasSize(1);
        return onTheWire(mails.getFirst());
    }

    private static void verifies(byte[] mail, DkimKeys keys) {
        assertThat(DkimVerifier.verify(MessageOctets.of(mail), keys, Instant.now()))
                .hasSize(2)
                .allSatisfy(result ->
                        assertThat(result.outcome()).as(result.reason()).isEqualTo(DkimResult.Outcome.PASS));
    }

    private static String body(byte[] mail) {
        String text = new String(mail, StandardCharsets.UTF_8);
        return text.substring(text.indexOf("\r\n\r\n") + 4);
    }

    private static void send(String recipient, String subject, byte[] attachment) throws Exception {
        world().api().ask("POST", "transmissions", """
                {"recipients":[{"address":"%s"}],
                 "content":{"from":"shop@news.example","subject":"%s","text":"Grüße ✓\\n.\\n","html":"<p>Grüße ✓</p>",
                 "attachments":[{"name":"octets.bin","type":"application/octet-stream","data":"%s"}]}}
                """.formatted(
                        recipient, subject, Base64.getEncoder().encodeToString(attachment)));
    }

    @Test
    void signedMailArrivesOverTlsAndVerifies() throws Exception {
        DkimKeys keys = signingDomain("rest.example");
        world().api().ask("POST", "transmissions", """
                {"recipients":[{"address":{"email":"ada@dest.example","name":"Ada"}}],
                 "content":{"from":"shop@rest.example","subject":"Grüße ✓","text":"Grüße ✓\\n.\\nFrom here\\n",
                 "attachments":[{"name":"octets.bin","type":"application/octet-stream","data":"%s"}]}}
                """.formatted(
                        Base64.getEncoder().encodeToString(Samples.octets(50_000))));

        byte[] octets = mailOf("ada");

        verifies(octets, keys);
        ReadMail.Part mail = ReadMail.read(octets);
        assertThat(mail.field("Subject")).isEqualTo("Grüße ✓");
        assertThat(mail.field("To")).isEqualTo("\"Ada\" <ada@dest.example>");
        assertThat(Samples.leaf(mail, "text/plain").text()).isEqualTo("Grüße ✓\r\n.\r\nFrom here\r\n");
        assertThat(Samples.leaf(mail, "application/octet-stream").content()).isEqualTo(Samples.octets(50_000));
        assertThat(mail.rawField("Received")).contains("mx.tradewind.test").contains("with ESMTPS");
        Map<String, String> asked =
                world().policy().requests("ada@dest.example").getFirst();
        assertThat(asked.get("encryption_protocol")).startsWith("TLSv1.");
        assertThat(asked.get("helo_name")).isEqualTo("mx.tradewind.test");
        assertThat(Integer.parseInt(asked.get("size"))).as("SIZE was declared").isGreaterThan(50_000);
        JsonNode delivery = world().api().awaitEvent("ada@dest.example", "delivery");
        assertThat(delivery.path("outbound_tls").stringValue()).isEqualTo("1");
        assertThat(delivery.path("response").stringValue()).contains("queued as");
    }

    @Test
    void eightBitMailIsLeftAloneInChunksForAHostThatTakesItAndConvertedForOneThatDoesNot() throws Exception {
        DkimKeys keys = signingDomain("smtp.example");
        String header = "From: me@smtp.example\r\nTo: you@dest.example\r\nSubject: 8-bit\r\nMIME-Version: 1.0\r\n"
                + "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n";
        byte[] octets = (header + "Grüße ✓\r\n").getBytes(StandardCharsets.UTF_8);
        try (Submitter client = Submitter.connect(tradewind().submission()).authenticated(TradewindProcess.KEY)) {
            client.send("<me@smtp.example> BODY=8BITMIME", "<eight@dest.example>", octets);
            client.send("<me@smtp.example> BODY=8BITMIME", "<seven@old.example>", octets);
        }

        byte[] eight = mailOf("eight");
        verifies(eight, keys);
        assertThat(body(eight)).isEqualTo("Grüße ✓\r\n");
        assertThat(ReadMail.read(eight).field("Content-Transfer-Encoding")).isEqualTo("8bit");
        byte[] seven = mailOf("seven");
        verifies(seven, keys);
        assertThat(ReadMail.read(seven).text()).isEqualTo("Grüße ✓\r\n");
        assertThat(body(seven)).isNotEqualTo("Grüße ✓\r\n").matches("\\p{ASCII}*");
        assertThat(world().api()
                        .awaitEvent("seven@old.example", "delivery")
                        .path("outbound_tls")
                        .stringValue())
                .isEqualTo("0");
        world().postfix().awaitLog(line -> line.contains("disconnect") && line.contains(" bdat=")); // CHUNKING
        world().postfix().awaitLog(line -> line.contains("disconnect") && line.contains(" data="));
        assertThat(world().postfix().log()).noneMatch(line -> line.contains("improper command pipelining"));
    }

    @Test
    void internationalAddressGoesBySmtpUtf8OrNotAtAll() throws Exception {
        byte[] octets = "From: me@news.example\r\nTo: jürgen@dest.example\r\nSubject: Grüße\r\n\r\nHi\r\n"
                .getBytes(StandardCharsets.UTF_8);
        try (Submitter client = Submitter.connect(tradewind().submission()).authenticated(TradewindProcess.KEY)) {
            client.send("<me@news.example> SMTPUTF8", "<jürgen@dest.example>", octets);
            client.send("<me@news.example> SMTPUTF8", "<jürgen@old.example>", octets);
        }

        ReadMail.Part mail = ReadMail.read(mailOf("juergen"));
        assertThat(mail.rawField("To")).isEqualTo("jürgen@dest.example");
        assertThat(mail.rawField("Received")).contains("with UTF8SMTPS");
        JsonNode bounce = world().api().awaitEvent("jürgen@old.example", "bounce");
        assertThat(bounce.path("raw_reason").stringValue()).contains("5.6.7");
    }

    @Test
    void unknownUserBouncesAsSuch() throws Exception {
        send("nobody@dest.example", "To nobody", Samples.octets(10));

        JsonNode bounce = world().api().awaitEvent("nobody@dest.example", "bounce");

        assertThat(bounce.path("error_code").stringValue()).isEqualTo("550");
        assertThat(bounce.path("raw_reason").stringValue())
                .contains("550 5.1.1")
                .contains("User unknown");
        assertThat(bounce.path("bounce_class").stringValue()).isEqualTo("10");
        assertThat(bounce.path("num_retries").stringValue()).isEqualTo("0");
    }

    @Test
    void greylistedMailIsDelayedThenDelivered() throws Exception {
        send("grey@dest.example", "Later", Samples.octets(10));

        JsonNode delivery = world().api().awaitEvent("grey@dest.example", "delivery");

        assertThat(delivery.path("num_retries").stringValue()).isEqualTo("1");
        JsonNode delay = world().api().awaitEvent("grey@dest.example", "delay");
        assertThat(delay.path("raw_reason").stringValue()).contains("450 4.2.0").contains("Greylisted");
        assertThat(delay.path("error_code").stringValue()).isEqualTo("450");
        ReadMail.Part mail = ReadMail.read(mailOf("grey"));
        assertThat(mail.field("Subject")).isEqualTo("Later");
        assertThat(world().policy().requests("grey@dest.example")).hasSize(2);
    }

    @Test
    void mailBeyondTheLimitOfTheHostBouncesWhetherOrNotItTellsTheLimit() throws Exception {
        send("big@dest.example", "Too big", Samples.octets(SIZE_LIMIT));
        send("big@sizeless.example", "Too big", Samples.octets(SIZE_LIMIT));
        send("small@sizeless.example", "Small enough", Samples.octets(SIZE_LIMIT / 2));

        JsonNode told = world().api().awaitEvent("big@dest.example", "bounce");
        assertThat(told.path("raw_reason").stringValue()).contains("5.3.4").contains("[internal]");
        assertThat(told.path("bounce_class").stringValue()).isEqualTo("23");
        JsonNode found = world().api().awaitEvent("big@sizeless.example", "bounce");
        assertThat(found.path("raw_reason").stringValue())
                .startsWith("552 5.3.4")
                .doesNotContain("[internal]");
        assertThat(found.path("bounce_class").stringValue()).isEqualTo("23");
        byte[] attachment = Samples.leaf(ReadMail.read(mailOf("small")), "application/octet-stream")
                .content();
        assertThat(Arrays.equals(attachment, Samples.octets(SIZE_LIMIT / 2))).isTrue();
        assertThat(new ArrayList<>(world().policy().requests("big@dest.example")))
                .as("not even begun")
                .isEmpty();
    }
}
