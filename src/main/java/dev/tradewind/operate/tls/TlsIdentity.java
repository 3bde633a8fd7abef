package dev.tradewind.operate.tls;

import dev.tradewind.operate.DataDirectory;
import dev.tradewind.operate.TlsSettings;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;

/**
 * The certificate the listeners show, and the {@code SSLContext} made of it. The files are looked at every {@value #LOOK_SECONDS} s; a pair
 * that changed and is good serves the next handshake, one that is not good is logged and the old one stays. Thread-safe.
 */
public final class TlsIdentity implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TlsIdentity.class);
    private static final long LOOK_SECONDS = 10;
    private static final Duration RENEW_BEFORE = Duration.ofDays(30);

    private record Loaded(List<X509Certificate> chain, PrivateKey key, List<FileTime> times) {}

    private final Path certificateFile;
    private final Path keyFile;
    private final SSLContext context;
    private final Thread watcher;
    private volatile Loaded loaded;
    private volatile boolean closed;

    private TlsIdentity(Path certificateFile, Path keyFile) throws IOException, GeneralSecurityException {
        this.certificateFile = certificateFile;
        this.keyFile = keyFile;
        this.loaded = load(certificateFile, keyFile);
        this.context = SSLContext.getInstance("TLS");
        context.init(new X509ExtendedKeyManager[] {new Current()}, null, null);
        this.watcher = Thread.ofVirtual().name("tls-files").unstarted(this::watch);
    }

    /**
     * Loads the configured pair, or the self-made one, which is made if it is missing, is for another host or ends soon.
     *
     * @param hostname the name the node goes by
     * @throws IOException if a file cannot be read, or key and certificate do not belong together; the message names the file
     */
    public static TlsIdentity open(TlsSettings settings, DataDirectory data, String hostname, InstantSource clock)
            throws IOException {
        try {
            TlsIdentity identity;
            if (settings.certificate().isPresent() && settings.key().isPresent()) {
                identity = new TlsIdentity(
                        settings.certificate().get(), settings.key().get());
            } else {
                Path certificate = data.tls().resolve("self-made.crt");
                Path key = data.tls().resolve("self-made.key");
                if (!isGoodFor(certificate, key, hostname, clock.instant())) {
                    make(certificate, key, hostname, clock.instant());
                }
                identity = new TlsIdentity(certificate, key);
            }
            identity.watcher.start();
            return identity;
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS cannot be set up", e);
        }
    }

    private static boolean isGoodFor(Path certificate, Path key, String hostname, Instant now) {
        try {
            Loaded found = load(certificate, key);
            X509Certificate first = found.chain().getFirst();
            boolean lasts = first.getNotAfter().toInstant().isAfter(now.plus(RENEW_BEFORE));
            Collection<List<?>> names = first.getSubjectAlternativeNames();
            return lasts && names != null && names.stream().anyMatch(name -> hostname.equals(name.get(1)));
        } catch (IOException | GeneralSecurityException e) {
            LOG.atDebug().setCause(e).log("no usable self-made certificate");
            return false;
        }
    }

    private static void make(Path certificate, Path key, String hostname, Instant now)
            throws IOException, GeneralSecurityException {
        SelfSigned made = SelfSigned.make(hostname, now, new SecureRandom());
        Files.createDirectories(certificate.toAbsolutePath().getParent());
        DataDirectory.writeDurably(key, Pem.write("PRIVATE KEY", made.key().getEncoded()));
        DataDirectory.writeDurably(
                certificate, Pem.write("CERTIFICATE", made.certificate().getEncoded()));
        LOG.atInfo()
                .addKeyValue("host", hostname)
                .addKeyValue("file", certificate)
                .log("made a self-signed certificate");
    }

    private static Loaded load(Path certificate, Path key) throws IOException, GeneralSecurityException {
        List<FileTime> times = List.of(Files.getLastModifiedTime(certificate), Files.getLastModifiedTime(key));
        List<X509Certificate> chain = Pem.certificates(certificate);
        PublicKey owner = chain.getFirst().getPublicKey();
        PrivateKey secret = Pem.privateKey(key, owner);
        if (!belongTogether(owner, secret)) {
            throw new IOException(key + " is not the key of the first certificate in " + certificate);
        }
        return new Loaded(chain, secret, times);
    }

    private static boolean belongTogether(PublicKey owner, PrivateKey secret) throws GeneralSecurityException {
        String algorithm = switch (owner.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> owner.getAlgorithm(); // EdDSA signs by its own name
        };
        byte[] probe = {1, 2, 3};
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(secret);
        signature.update(probe);
        byte[] signed = signature.sign();
        signature.initVerify(owner);
        signature.update(probe);
        return signature.verify(signed);
    }

    /** For every listener; one for the life of the process, so that sessions can be resumed. */
    public SSLContext context() {
        return context;
    }

    /** The certificate shown now. */
    public X509Certificate certificate() {
        return loaded.chain().getFirst();
    }

    /** Whether the files had changed and are now served. A pair that is not good is logged and not taken. */
    public boolean reloadIfChanged() {
        try {
            Loaded old = loaded;
            List<FileTime> times =
                    List.of(Files.getLastModifiedTime(certificateFile), Files.getLastModifiedTime(keyFile));
            if (times.equals(old.times())) {
                return false;
            }
            loaded = load(certificateFile, keyFile);
            LOG.atInfo()
                    .addKeyValue("file", certificateFile)
                    .addKeyValue("until", certificate().getNotAfter().toInstant())
                    .log("loaded a new certificate");
            return true;
        } catch (IOException | GeneralSecurityException e) {
            LOG.atError()
                    .addKeyValue("file", certificateFile)
                    .setCause(e)
                    .log("certificate not reloaded, the old one stays");
            return false;
        }
    }

    private void watch() {
        try {
            while (!closed) {
                Thread.sleep(Duration.ofSeconds(LOOK_SECONDS));
                reloadIfChanged();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    /** Stops looking at the files. */
    @Override
    public void close() {
        closed = true;
        watcher.interrupt();
    }

    /** Shows what is loaded at the moment of the handshake. */
    private final class Current extends X509ExtendedKeyManager {
        private static final String ALIAS = "tradewind";

        private @Nullable String alias(String keyType) {
            String algorithm = loaded.key().getAlgorithm();
            return keyType.equals(algorithm) || (keyType.startsWith("Ed") && algorithm.startsWith("Ed")) ? ALIAS : null;
        }

        @Override
        public @Nullable String chooseEngineServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return alias(keyType);
        }

        @Override
        public @Nullable String chooseServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return alias(keyType);
        }

        @Override
        public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
            String alias = alias(keyType);
            return alias == null ? null : new String[] {alias};
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return loaded.chain().toArray(X509Certificate[]::new);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return loaded.key();
        }

        @Override
        public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseClientAlias(
                String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }
    }
}
