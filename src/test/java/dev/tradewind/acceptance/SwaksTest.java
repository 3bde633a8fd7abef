package dev.tradewind.acceptance;

import dev.tradewind.fixture.Program;
import dev.tradewind.fixture.ReceivingHost.Received;
import dev.tradewind.fixture.TradewindProcess;
import dev.tradewind.mail.mime.ReadMail;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code swaks}, the postmaster's SMTP tool. */
@Tag("needs-swaks")
class SwaksTest {
    @TempDir
    Path directory = Path.of("");

    @Test
    void submitsWithStartTlsAndEachMechanism() throws Exception {
        try (Instance instance = Instance.start(directory.resolve("instance"))) {
            Path attachment = Files.write(directory.resolve("octets.bin"), Samples.octets(5000));
            for (String mechanism : List.of("PLAIN", "LOGIN")) {
                String recipient = mechanism.toLowerCase(java.util.Locale.ROOT) + "@one.example";
                String said = swaks(
                                instance,
                                recipient,
                                "--tls",
                                "--auth",
                                mechanism,
                                "--auth-user",
                                "SMTP_Injection",
                                "--auth-password",
                                TradewindProcess.KEY,
                                "--attach",
                                "@" + attachment)
                        .orFail();
                assertThat(said).contains("TLS started").contains("235 2.7.0").contains("250 2.0.0 OK: queued as");

                Received received = instance.host().await(recipient);
                ReadMail.Part mail = ReadMail.read(received.octets());
                assertThat(mail.field("Subject")).isEqualTo("Sent by " + mechanism);
                assertThat(mail.rawField("Received")).contains("with ESMTPSA");
                assertThat(Samples.leaf(mail, "text/plain").text()).startsWith("A line\r\n.\r\n");
                assertThat(Samples.leaf(mail, "application/octet-stream").content())
                        .isEqualTo(Samples.octets(5000));
            }
            Program.Ended refused = swaks(
                    instance,
                    "no@one.example",
                    "--tls",
                    "--auth",
                    "PLAIN",
                    "--auth-user",
                    "SMTP_Injection",
                    "--auth-password",
                    "wrong");
            assertThat(refused.exit()).as("swaks: authentication failed").isEqualTo(28);
            assertThat(refused.out()).contains("535 5.7.8");
            assertThat(swaks(instance, "no@one.example").out()).contains("530 5.7.0");
        }
    }

    private Program.Ended swaks(Instance instance, String recipient, String... options) throws Exception {
        String mechanism = recipient.startsWith("plain") ? "PLAIN" : "LOGIN";
        List<String> command = new ArrayList<>(List.of(
                "swaks",
                "--server",
                "127.0.0.1:" + instance.tradewind().submission().getPort(),
                "--from",
                "me@news.example",
                "--to",
                recipient,
                "--h-Subject",
                "Sent by " + mechanism,
                "--body",
                "A line\\n.\\n"));
        command.addAll(List.of(options));
        return Program.run(directory, Map.of(), command);
    }
}
