package dev.tradewind.operate.tls;

import dev.tradewind.operate.DataDirectory;
import dev.tradewind.operate.TlsSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(60)
class TlsIdentityTest {
    private static final TlsSettings SELF_MADE = new TlsSettings(Optional.empty(), Optional.empty());
    private static final InstantSource CLOCK = InstantSource.system();

    @TempDir
    Path directory;

    private DataDirectory data;

    @BeforeEach
    void open() throws IOException {
        data = DataDirectory.open(directory.resolve("data"));
    }

    @AfterEach
    void close() throws IOException {
        data.close();
    }

    /** The certificate a client sees that trusts only the given one and checks the name. */
    private static X509Certificate handshake(SSLContext server, X509Certificate trusted, String name) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("it", trusted);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext client = SSLContext.getInstance("TLS");
        client.init(null, trust.getTrustManagers(), null);
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (SSLServerSocket listening =
                        (SSLServerSocket) server.getServerSocketFactory().createServerSocket(0, 1, loopback);
                SSLSocket socket = (SSLSocket) client.getSocketFactory()
                        .createSocket(new Socket(loopback, listening.getLocalPort()), name, 0, true)) {
            Thread accepting = Thread.startVirtualThread(() -> {
                try (SSLSocket accepted = (SSLSocket) listening.accept()) {
                    accepted.getOutputStream().write(accepted.getInputStream().read());
                } catch (IOException e) {
                    // the client gave up, and says why
                }
            });
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.getOutputStream().write(42);
            assertThat(socket.getInputStream().read()).isEqualTo(42);
            accepting.join();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    @Test
    void selfMadeCertificateServesItsNames() throws Exception {
        try (TlsIdentity identity = TlsIdentity.open(SELF_MADE, data, "mail.example.com", CLOCK)) {
            X509Certificate certificate = identity.certificate();
            for (String name : new String[] {"mail.example.com", "localhost", "127.0.0.1", "::1"}) {
                assertThat(handshake(identity.context(), certificate, name)).isEqualTo(certificate);
            }
            assertThatThrownBy(() -> handshake(identity.context(), certificate, "other.example.com"))
                    .isInstanceOf(IOException.class);
            assertThat(certificate.getVersion()).isEqualTo(3);
            certificate.verify(certificate.getPublicKey());
            certificate.checkValidity();
            assertThat(certificate.getBasicConstraints()).isNotNegative();
        }
    }

    @Test
    void selfMadeCertificateStaysUntilHostOrTimeChange() throws Exception {
        X509Certificate first = shown("a.example", CLOCK);
        assertThat(shown("a.example", CLOCK)).isEqualTo(first);
        X509Certificate second = shown("b.example", CLOCK);
        assertThat(second).isNotEqualTo(first);
        Instant late = second.getNotAfter().toInstant().minusSeconds(3600);
        assertThat(shown("b.example", InstantSource.fixed(late)).getNotAfter()).isAfter(second.getNotAfter());
        Files.writeString(data.tls().resolve("self-made.key"), "broken");
        shown("b.example", CLOCK).checkValidity();
    }

    private X509Certificate shown(String host, InstantSource clock) throws IOException {
        try (TlsIdentity identity = TlsIdentity.open(SELF_MADE, data, host, clock)) {
            return identity.certificate();
        }
    }

    private Path certificateFile() {
        return directory.resolve("c.pem");
    }

    private Path keyFile() {
        return directory.resolve("k.pem");
    }

    private TlsSettings files() {
        return new TlsSettings(Optional.of(certificateFile()), Optional.of(keyFile()));
    }

    private SelfSigned write(String host) throws Exception {
        SelfSigned made = SelfSigned.make(host, Instant.now(), new SecureRandom());
        Files.writeString(
                certificateFile(), Pem.write("CERTIFICATE", made.certificate().getEncoded()));
        Files.writeString(keyFile(), Pem.write("PRIVATE KEY", made.key().getEncoded()));
        return made;
    }

    @Test
    void changedFilesAreServedAndBadOnesAreNot() throws Exception {
        SelfSigned first = write("one.example");
        try (TlsIdentity identity = TlsIdentity.open(files(), data, "ignored", CLOCK)) {
            assertThat(handshake(identity.context(), first.certificate(), "one.example"))
                    .isEqualTo(first.certificate());
            assertThat(identity.reloadIfChanged()).isFalse();
            SelfSigned second = write("two.example");
            Files.setLastModifiedTime(
                    certificateFile(), FileTime.from(Instant.now().plusSeconds(5)));
            assertThat(identity.reloadIfChanged()).isTrue();
            assertThat(handshake(identity.context(), second.certificate(), "two.example"))
                    .isEqualTo(second.certificate());
            Files.writeString(keyFile(), Pem.write("PRIVATE KEY", first.key().getEncoded()));
            Files.setLastModifiedTime(keyFile(), FileTime.from(Instant.now().plusSeconds(9)));
            assertThat(identity.reloadIfChanged()).isFalse();
            assertThat(identity.certificate()).isEqualTo(second.certificate());
        }
    }

    @Test
    void unusableFilesAreExplained() throws Exception {
        SelfSigned made = write("one.example");
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        KeyPair other = generator.generateKeyPair();
        Files.writeString(keyFile(), Pem.write("PRIVATE KEY", other.getPrivate().getEncoded()));
        assertRefused("is not the key of the first certificate");
        Files.writeString(keyFile(), Pem.write("ENCRYPTED PRIVATE KEY", new byte[] {1, 2}));
        assertRefused("is encrypted");
        Files.writeString(keyFile(), "nothing");
        assertRefused("has no private key");
        Files.writeString(keyFile(), Pem.write("PRIVATE KEY", new byte[] {1, 2}));
        assertRefused("is no EC key");
        Files.writeString(keyFile(), Pem.write("PRIVATE KEY", made.key().getEncoded()));
        Files.writeString(certificateFile(), "nothing");
        assertRefused("has no certificate");
        Files.writeString(certificateFile(), Pem.write("CERTIFICATE", new byte[] {1, 2}));
        assertRefused("certificate 1 cannot be read");
    }

    private void assertRefused(String why) {
        assertThatThrownBy(() -> TlsIdentity.open(files(), data, "h", CLOCK).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining(why);
    }

    /** The older form of an EC key (SEC1) is what a PKCS#8 key has inside. */
    @Test
    void olderKeyFormsAreRead() throws Exception {
        SelfSigned made = write("one.example");
        byte[] pkcs8 = made.key().getEncoded();
        byte[] sec1 = null;
        for (int i = 0; i < pkcs8.length - 2; i++) {
            if (pkcs8[i] == Der.OCTET_STRING && (pkcs8[i + 1] & 0xff) == pkcs8.length - i - 2) {
                sec1 = Arrays.copyOfRange(pkcs8, i + 2, pkcs8.length);
                break;
            }
        }
        assertThat(sec1).isNotNull();
        Files.writeString(keyFile(), Pem.write("EC PRIVATE KEY", sec1));
        try (TlsIdentity identity = TlsIdentity.open(files(), data, "h", CLOCK)) {
            assertThat(identity.certificate()).isEqualTo(made.certificate());
        }
    }

    @Test
    void longNamesAndFarYearsEncode() throws Exception {
        String host = "a".repeat(60) + "." + "b".repeat(60) + ".example";
        SelfSigned made = SelfSigned.make(host, Instant.parse("2049-12-31T12:00:00Z"), new SecureRandom());
        assertThat(made.certificate().getNotAfter().toInstant()).isEqualTo("2052-04-04T12:00:00Z");
        assertThat(made.certificate().getSubjectAlternativeNames())
                .anySatisfy(name -> assertThat(name.get(1)).isEqualTo(host));
    }
}
