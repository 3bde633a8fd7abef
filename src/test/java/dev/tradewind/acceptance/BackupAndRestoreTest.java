package dev.tradewind.acceptance;

import dev.tradewind.fixture.ApiClient;
import dev.tradewind.fixture.Program;
import dev.tradewind.fixture.ReceivingHost;
import dev.tradewind.fixture.TestDns;
import dev.tradewind.fixture.TradewindProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** The commands {@code backup} and {@code restore} against the real program with a queue that is not empty. */
class BackupAndRestoreTest {
    @TempDir
    Path directory;

    private Program.Ended tradewind(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "dev.tradewind.Tradewind"));
        command.addAll(List.of(arguments));
        return Program.run(directory, Map.of(), command);
    }

    @Test
    void queueKeysAndEventsComeBackFromABackupOfARunningInstance() throws Exception {
        Path first = directory.resolve("first");
        Path second = directory.resolve("second");
        Path backup = directory.resolve("backup");
        String[] settings = {
            "dns.servers=", "delivery.port=1", "delivery.retry=2s", "delivery.rest=1s", "delivery.longest_rest=1s"
        };
        String transmission;
        try (TestDns dns = TestDns.allMailToLoopback()) {
            settings[0] = "dns.servers=" + dns.address();
            try (TradewindProcess running = TradewindProcess.start(first, settings);
                    ApiClient api = new ApiClient(running.http())) {
                api.ask("POST", "sending-domains", "{\"domain\":\"example.org\"}");
                JsonNode sent = api.ask("POST", "transmissions", """
                        {"recipients":[{"address":"ada@example.com"}],
                         "content":{"from":"me@example.org","subject":"Hi","text":"It works."}}""");
                transmission = sent.path("results").path("id").asString();
                api.awaitEvent("ada@example.com", "delay");
                tradewind(
                                "backup",
                                backup.toString(),
                                "--url",
                                running.http().toString(),
                                "--key",
                                TradewindProcess.KEY)
                        .orFail();
                assertThat(tradewind(
                                        "backup",
                                        backup.toString(),
                                        "--url",
                                        running.http().toString(),
                                        "--key",
                                        TradewindProcess.KEY)
                                .exit())
                        .as("a backup is never written over")
                        .isNotZero();
                assertThat(running.terminate(Duration.ofSeconds(60))).isZero();
            }
            tradewind(
                            "restore",
                            backup.toString(),
                            "--data",
                            second.resolve("data").toString())
                    .orFail();
            try (ReceivingHost host = ReceivingHost.start()) {
                settings[1] = "delivery.port=" + host.port();
                try (TradewindProcess restored = TradewindProcess.start(second, settings);
                        ApiClient api = new ApiClient(restored.http())) {
                    assertThat(api.get("sending-domains/example.org").toString())
                            .contains("\"public\":\"");
                    JsonNode events =
                            api.get("events/message?transmissions=" + transmission + "&to=2100-01-01T00:00:00Z");
                    List<String> types = new ArrayList<>();
                    events.forEach(event -> types.add(event.path("type").asString()));
                    assertThat(types).contains("injection", "delay");
                    assertThat(new String(host.await("ada@example.com").octets(), StandardCharsets.UTF_8))
                            .contains("It works.");
                    api.awaitEvent("ada@example.com", "delivery");
                }
            }
        }
    }
}
