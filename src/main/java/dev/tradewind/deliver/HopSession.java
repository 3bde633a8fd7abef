package dev.tradewind.deliver;

import dev.tradewind.route.Host;

import java.util.List;

/**
 * An open SMTP session with a host, past EHLO (and TLS). Used by one virtual thread at a time; kept and reused for further messages.
 */
public interface HopSession extends AutoCloseable {
    /** Whom we talk to. */
    Host host();

    /** {@code outbound_tls} of events: 1 used, 0 not offered, -1 offered but failed. */
    int tls();

    /** What the host offers. */
    HopCapabilities capabilities();

    /**
     * One mail transaction: one result per recipient in envelope order. Never throws for what the peer does; a lost connection is in the
     * results and makes the session unusable.
     */
    List<AttemptResult> transact(Outgoing message);

    /** Whether another transaction can follow. */
    boolean isUsable();

    /** Transactions so far. */
    int transactions();

    /** Says QUIT, without waiting long for the answer, and closes. */
    @Override
    void close();
}
