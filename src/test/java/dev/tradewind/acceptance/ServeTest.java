package dev.tradewind.acceptance;

import dev.tradewind.fixture.ApiClient;
import dev.tradewind.fixture.TradewindProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

/** What {@code serve} does by itself, on the real program. */
class ServeTest {
    @TempDir
    Path directory;

    @Test
    void makesNoSendingDomainThatIsInNobodysDns() throws Exception {
        try (TradewindProcess running = TradewindProcess.start(directory);
                ApiClient api = new ApiClient(running.http())) {
            assertThat(api.get("sending-domains")).isEmpty();
        }
    }
}
