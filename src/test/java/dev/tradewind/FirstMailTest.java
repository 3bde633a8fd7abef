package dev.tradewind;

import dev.tradewind.fixture.TestDns;
import dev.tradewind.fixture.TradewindProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;

import static org.assertj.core.api.Assertions.assertThat;

/** The program as a whole, as a process of its own. */
class FirstMailTest {
    @TempDir
    Path directory;

    @Test
    void startsTakesAMailAndStopsInOrder() throws Exception {
        try (TestDns dns = TestDns.allMailToLoopback();
                TradewindProcess tradewind =
                        TradewindProcess.start(directory, "dns.servers=" + dns.address(), "delivery.port=1");
                HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest send = HttpRequest.newBuilder(tradewind.http().resolve("/api/v1/transmissions"))
                    .header("Authorization", TradewindProcess.KEY)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("""
                            {"recipients":[{"address":"ada@example.com"}],
                             "content":{"from":"me@example.org","subject":"Hi","text":"It works."}}"""))
                    .build();
            HttpResponse<String> answer = client.send(send, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).contains("\"total_accepted_recipients\":1");
            assertThat(tradewind.terminate(Duration.ofSeconds(60))).isZero();
        }
    }
}
