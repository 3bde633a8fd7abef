package dev.tradewind.api;

import dev.tradewind.account.MemoryApiKeys;
import dev.tradewind.account.Subaccounts;
import dev.tradewind.operate.DataDirectory;
import dev.tradewind.operate.TlsSettings;
import dev.tradewind.operate.tls.TlsIdentity;
import dev.tradewind.settings.ListenAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

class HttpsTest {
    @Test
    void servesHttpsWithTheGivenContext(@TempDir Path root) throws Exception {
        ApiFixture.TestClock clock = new ApiFixture.TestClock();
        try (DataDirectory data = DataDirectory.open(root);
                TlsIdentity identity = TlsIdentity.open(
                        new TlsSettings(Optional.empty(), Optional.empty()), data, "localhost", clock);
                HttpServer server = new HttpServer(
                        ApiSettings.at(new ListenAddress("localhost", 0)),
                        List.of(),
                        Api.pages(),
                        new MemoryApiKeys(clock),
                        Subaccounts.NONE,
                        Optional.of(identity.context()),
                        clock);
                HttpClient client =
                        HttpClient.newBuilder().sslContext(trusting(identity)).build()) {
            assertThat(server.url()).startsWith("https://localhost:");
            HttpResponse<String> page = client.send(
                    HttpRequest.newBuilder(URI.create(server.url() + "/docs")).build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body()).contains("Tradewind");
        }
    }

    private static SSLContext trusting(TlsIdentity identity) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry("it", identity.certificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
