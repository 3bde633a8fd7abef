package dev.tradewind.deliver;

import dev.tradewind.classify.Cause;
import dev.tradewind.classify.Phase;
import dev.tradewind.deliver.AttemptResult.Failed;
import dev.tradewind.mail.EnhancedStatus;
import dev.tradewind.mail.Envelope;
import dev.tradewind.mail.MessageOctets;
import dev.tradewind.route.Host;
import dev.tradewind.smtp.client.ClientConnection;
import dev.tradewind.smtp.client.ClientConnection.Silence;
import dev.tradewind.smtp.client.Commands;
import dev.tradewind.smtp.client.EhloReply;

import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** An SMTP session past EHLO; each message is an {@link SmtpTransaction} of its own. For one thread at a time. */
final class SmtpHopSession implements HopSession {
    private static final Duration QUIT = Duration.ofSeconds(1);

    private static final EnhancedStatus TOO_LARGE = new EnhancedStatus(5, 3, 4);
    private static final EnhancedStatus NO_CONVERSION = new EnhancedStatus(5, 6, 3);
    private static final EnhancedStatus NO_UTF8 = new EnhancedStatus(5, 6, 7);

    private final Host host;
    private final ClientConnection connection;
    private final EhloReply offered;
    private final HopCapabilities capabilities;
    private final int tls;
    private final DeliverSettings settings;
    /** Until the session is over, for whatever reason; also set by the transactions. */
    boolean usable = true;
    /** Whether RSET must come before the next MAIL; set by the transactions. */
    boolean resetNeeded;

    private int transactions;

    SmtpHopSession(Host host, ClientConnection connection, EhloReply offered, int tls, DeliverSettings settings) {
        this.host = host;
        this.connection = connection;
        this.offered = offered;
        this.tls = tls;
        this.settings = settings;
        this.capabilities = new HopCapabilities(
                offered.pipelining(),
                offered.chunking(),
                offered.eightBit(),
                offered.smtpUtf8(),
                offered.dsn(),
                offered.size());
    }

    @Override
    public Host host() {
        return host;
    }

    @Override
    public int tls() {
        return tls;
    }

    @Override
    public HopCapabilities capabilities() {
        return capabilities;
    }

    @Override
    public int transactions() {
        return transactions;
    }

    /** Also notices what the host said or did since the last transaction (421, hang-up), so that no message is wasted on it. */
    @Override
    public boolean isUsable() {
        if (usable && !(connection.listen() instanceof Silence.Kept)) {
            usable = false;
        }
        return usable;
    }

    /** If the message is impossible for this host, there is one result, which holds for all its recipients. */
    @Override
    public List<AttemptResult> transact(Outgoing message) {
        return switch (message.prepare(capabilities)) {
            case Outgoing.Prepared.Impossible(Cause cause) -> List.of(new Failed(cause));
            case Outgoing.Prepared.Ready(Envelope envelope, byte[] signature, MessageOctets octets) -> {
                Optional<Cause> obstacle = obstacle(envelope, (long) signature.length + octets.size());
                yield obstacle.isPresent()
                        ? Collections.nCopies(envelope.recipients().size(), new Failed(obstacle.get()))
                        : new SmtpTransaction(this, connection, offered, settings, envelope, signature, octets.octets())
                                .run();
            }
        };
    }

    /** Why the host cannot take the message at all. */
    private Optional<Cause> obstacle(Envelope envelope, long size) {
        if (offered.size().isPresent() && size > offered.size().getAsLong()) {
            return internal(
                    TOO_LARGE,
                    "message of " + size + " octets, the host takes "
                            + offered.size().getAsLong());
        }
        if (!offered.smtpUtf8() && Commands.needsSmtpUtf8(envelope)) {
            return internal(NO_UTF8, "the message needs SMTPUTF8, which the host does not offer");
        }
        if (!offered.eightBit() && envelope.eightBit()) {
            return internal(NO_CONVERSION, "the message needs 8BITMIME, which the host does not offer");
        }
        return Optional.empty();
    }

    private static Optional<Cause> internal(EnhancedStatus status, String reason) {
        return Optional.of(new Cause.Internal(Phase.CONTENT, status, reason));
    }

    /** A transaction has begun on the wire. */
    void begun() {
        transactions++;
    }

    @Override
    public void close() {
        if (usable) {
            usable = false;
            try {
                connection.begin(QUIT);
                connection.out().text("QUIT").crlf();
                connection.exchange(QUIT);
            } catch (IOException e) {
                // It is over either way.
                usable = false;
            }
        }
        connection.close();
    }
}
