package dev.tradewind.acceptance;

import dev.tradewind.fixture.ApiClient;
import dev.tradewind.fixture.PostfixInstance;
import dev.tradewind.fixture.ReceivingHost;
import dev.tradewind.fixture.ReceivingHost.Received;
import dev.tradewind.fixture.Submitter;
import dev.tradewind.fixture.TestDns;
import dev.tradewind.fixture.TradewindProcess;
import dev.tradewind.mail.mime.ReadMail;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** A real Postfix hands all mail of its users to our submission, and gets the notifications of what failed. */
@Tag("needs-postfix")
@Tag("needs-root")
class PostfixRelaysTest {
    private static final String MESSAGE = "From: Me <me@home.example>\r\nTo: you@dest.example\r\nSubject: Relayed\r\n"
            + "Date: Mon, 2 Mar 2026 10:00:00 +0000\r\nMessage-ID: <relayed@home.example>\r\nMIME-Version: 1.0\r\n"
            + "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGrüße ✓\r\n \r\nEnd\r\n";

    @TempDir
    Path directory = Path.of("");

    @Test
    void relaysWithAuthenticationOverTlsAndHearsOfFailureOnceTheAccountWantsIt() throws Exception {
        relay(List.of(), true);
    }

    @Test
    void relaysFromATrustedNetworkAndHearsOfFailure() throws Exception {
        relay(List.of("smtp.submission.trusted=127.0.0.0/8"), false);
    }

    private void relay(List<String> settings, boolean authenticated) throws Exception {
        int port = PostfixInstance.freePort();
        List<String> all = new java.util.ArrayList<>(settings);
        try (TestDns dns = TestDns.start()
                        .mx("dest.example", 10, "mx.dest.example")
                        .a("mx.dest.example", "127.0.0.2")
                        .mx("home.example", 10, "mx.home.example")
                        .a("mx.home.example", "127.0.0.1");
                ReceivingHost host = ReceivingHost.startAt("127.0.0.2", port)) {
            all.addAll(List.of("dns.servers=" + dns.address(), "delivery.port=" + port));
            try (TradewindProcess tradewind = TradewindProcess.start(directory, all.toArray(String[]::new));
                    ApiClient api = new ApiClient(tradewind.http());
                    PostfixInstance postfix = postfix(port, tradewind.submission(), authenticated)) {
                InetSocketAddress mta = new InetSocketAddress("127.0.0.1", port);
                arrives(mta, host);
                host.answer("nobody@dest.example", "550 5.1.1 <nobody@dest.example>: no such user", "550 5.1.1 no");
                if (authenticated) {
                    submit(mta, "nobody@dest.example", "<me@home.example>", "");
                    api.awaitEvent("nobody@dest.example", "bounce");
                    api.ask("PUT", "account", "{\"options\":{\"return_dsn\":true}}");
                    submit(mta, "silent@dest.example", "<me@home.example>", "");
                    host.await("silent@dest.example");
                }
                fails(mta, postfix);
                if (authenticated) {
                    assertThat(postfix.log()).noneMatch(line -> line.contains("SASL authentication failed"));
                }
            }
        }
    }

    private static PostfixInstance postfix(int port, InetSocketAddress submission, boolean authenticated)
            throws Exception {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("mynetworks", "127.0.0.0/8");
        parameters.put("virtual_mailbox_domains", "home.example");
        parameters.put("virtual_mailbox_maps", "inline:{ me@home.example=me/ }");
        parameters.put("relayhost", "[127.0.0.1]:" + submission.getPort());
        parameters.put("smtp_tls_security_level", "encrypt");
        parameters.put("smtp_tls_loglevel", "1");
        if (authenticated) {
            parameters.put("smtp_sasl_auth_enable", "yes");
            parameters.put("smtp_sasl_password_maps", "static:SMTP_Injection:" + TradewindProcess.KEY);
            parameters.put("smtp_sasl_security_options", "noanonymous");
            parameters.put("smtp_sasl_tls_security_options", "noanonymous");
        }
        return PostfixInstance.start(parameters, new PostfixInstance.Listener("127.0.0.1", port, Map.of()));
    }

    private static void submit(InetSocketAddress mta, String recipient, String from, String dsn) throws Exception {
        try (Submitter client = Submitter.connect(mta)) {
            client.send(
                    from + " BODY=8BITMIME" + (dsn.isEmpty() ? "" : " ENVID=id+2B17 RET=HDRS"),
                    "<" + recipient + ">" + dsn,
                    MESSAGE.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void arrives(InetSocketAddress mta, ReceivingHost host) throws Exception {
        submit(mta, "you@dest.example", "<me@home.example>", "");
        Received received = host.await("you@dest.example");
        String text = new String(received.octets(), StandardCharsets.UTF_8);
        assertThat(text).endsWith(MESSAGE.substring(MESSAGE.indexOf("MIME-Version")));
        assertThat(received.from()).contains("BODY=8BITMIME");
        ReadMail.Part mail = ReadMail.read(received.octets());
        assertThat(mail.fields().stream().map(ReadMail.ReadField::name).toList())
                .startsWith("Received", "Received");
        assertThat(mail.field("Message-ID")).isEqualTo("<relayed@home.example>");
        assertThat(mail.field("Date")).isEqualTo("Mon, 2 Mar 2026 10:00:00 +0000");
    }

    private static void fails(InetSocketAddress mta, PostfixInstance postfix) throws Exception {
        submit(mta, "nobody@dest.example", "<me@home.example>", " NOTIFY=FAILURE ORCPT=rfc822;alias@home.example");
        List<byte[]> mails = postfix.awaitMail("me");
        assertThat(mails).hasSize(1);
        ReadMail.Part report = ReadMail.read(mails.getFirst());
        assertThat(report.structure())
                .isEqualTo("multipart/report[text/plain, message/delivery-status, text/rfc822-headers]");
        assertThat(report.field("To")).contains("me@home.example");
        assertThat(report.field("Return-Path")).isEqualTo("<>");
        String status = Samples.leaf(report, "message/delivery-status").text();
        assertThat(status)
                .contains("Action: failed")
                .contains("Status: 5.1.1")
                .contains("Original-Envelope-Id: id+17")
                .contains("Original-Recipient: rfc822; alias@home.example")
                .contains("Final-Recipient: rfc822; nobody@dest.example");
        assertThat(Samples.leaf(report, "text/rfc822-headers").text()).contains("Subject: Relayed");
    }
}
