package dev.tradewind.accept.submission;

import dev.tradewind.spool.WatchedSpool;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** The program swaks, unmodified, as the client of the submission server alone; {@code acceptance.SwaksTest} goes on to the delivered mail. */
@Tag("needs-swaks")
class SwaksDialogueTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "--tls --auth PLAIN",
                "--tls --auth LOGIN",
                "--tls-on-connect --auth PLAIN",
                "--tls --auth PLAIN --pipeline"
            })
    void swaksSubmits(String how) throws Exception {
        SubmissionFixture.Options options = new SubmissionFixture.Options();
        options.trusted = false;
        options.tlsListener = true;
        try (SubmissionFixture fixture = SubmissionFixture.start(options)) {
            int port = how.startsWith("--tls-on-connect")
                    ? fixture.server.tlsAddress().orElseThrow().getPort()
                    : fixture.server.address().getPort();
            List<String> command = new ArrayList<>(List.of(
                    "swaks",
                    "--server",
                    "127.0.0.1",
                    "--port",
                    Integer.toString(port),
                    "--from",
                    "news@sender.example",
                    "--to",
                    "a@b.example,c@d.example",
                    "--auth-user",
                    "SMTP_Injection",
                    "--auth-password",
                    "good-key",
                    "--body",
                    "Grüße\n.dot\n..two",
                    "--timeout",
                    "20"));
            command.addAll(List.of(how.split(" ")));
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(said).isZero();
            WatchedSpool.Committed committed = fixture.next();
            assertThat(committed.recipients()).hasSize(2);
            assertThat(SubmissionFixture.text(committed))
                    .contains("ESMTPSA")
                    .contains("\r\n\r\nGrüße\r\n.dot\r\n..two\r\n");
            assertThat(committed.transmission().keyId()).isEqualTo("k1");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"--auth PLAIN --auth-password good-key", "--tls --auth PLAIN --auth-password wrong", "--tls"})
    void swaksIsRefusedWithoutTlsOrKey(String how) throws Exception {
        SubmissionFixture.Options options = new SubmissionFixture.Options();
        options.trusted = false;
        try (SubmissionFixture fixture = SubmissionFixture.start(options)) {
            List<String> command = new ArrayList<>(List.of(
                    "swaks",
                    "--server",
                    "127.0.0.1",
                    "--port",
                    Integer.toString(fixture.server.address().getPort()),
                    "--from",
                    "news@sender.example",
                    "--to",
                    "a@b.example",
                    "--auth-user",
                    "SMTP_Injection",
                    "--timeout",
                    "20"));
            command.addAll(List.of(how.split(" ")));
            if (!how.contains("--auth ")) {
                command.removeAll(List.of("--auth-user", "SMTP_Injection"));
            }
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(said).isNotZero();
            assertThat(fixture.spool.committed).isEmpty();
        }
    }
}
