package dev.tradewind.accept.submission;

import dev.tradewind.mail.Domain;
import dev.tradewind.settings.ListenAddress;
import dev.tradewind.smtp.server.BufferBudget;
import dev.tradewind.smtp.server.SmtpServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import javax.net.ssl.SSLContext;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** The submission server: its listeners and sessions. Thread-safe. */
public final class SubmissionServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SubmissionServer.class);

    private final SmtpServer server;
    private final InetSocketAddress bound;
    private final Optional<InetSocketAddress> tlsBound;

    /**
     * Opens the listeners and begins to serve.
     *
     * @param hostname   the name it goes by
     * @param settings   where it listens, limits
     * @param service    what it decides
     * @param sslContext its certificate
     * @param ticker     monotonic nanoseconds
     * @throws IOException if an address cannot be bound; the message says which
     */
    public SubmissionServer(
            Domain hostname,
            SubmissionSettings settings,
            SubmissionService service,
            SSLContext sslContext,
            LongSupplier ticker)
            throws IOException {
        BufferBudget budget = new BufferBudget(settings.bufferMemory().octets());
        server = new SmtpServer(hostname, settings.limits(), service, budget, sslContext, ticker);
        try {
            bound = listen(settings.listen(), SmtpServer.Security.STARTTLS, "smtp.submission.listen");
            tlsBound = settings.tlsListen().isPresent()
                    ? Optional.of(listen(
                            settings.tlsListen().get(), SmtpServer.Security.IMPLICIT, "smtp.submission.tls_listen"))
                    : Optional.empty();
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
        LOG.atInfo()
                .addKeyValue("at", bound)
                .addKeyValue("implicitTls", tlsBound.map(Object::toString).orElse("none"))
                .log("smtp submission listens");
    }

    private InetSocketAddress listen(ListenAddress address, SmtpServer.Security security, String key)
            throws IOException {
        try {
            return server.listen(address, security);
        } catch (IOException e) {
            throw new IOException(e.getMessage() + ": choose another address with -c " + key + "=HOST:PORT", e);
        }
    }

    /** Where it listens, with STARTTLS. */
    public InetSocketAddress address() {
        return bound;
    }

    /** Where it listens with TLS from the first octet. */
    public Optional<InetSocketAddress> tlsAddress() {
        return tlsBound;
    }

    /** Sessions open now. */
    public int sessions() {
        return server.sessions();
    }

    /** Numbers for metrics. */
    public Map<String, Double> gauges() {
        return server.gauges("tradewind_submission");
    }

    /** Stops accepting, lets transactions under way end for so long at most, and closes. */
    public void drain(Duration longest) {
        server.drain(longest);
    }

    /** Stops at once. */
    @Override
    public void close() {
        server.close();
    }
}
