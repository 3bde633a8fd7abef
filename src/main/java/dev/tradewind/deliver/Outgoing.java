package dev.tradewind.deliver;

import dev.tradewind.account.Tenant;
import dev.tradewind.classify.Cause;
import dev.tradewind.mail.Envelope;
import dev.tradewind.mail.MessageId;
import dev.tradewind.mail.MessageOctets;

import java.util.Optional;

/** A message on its way out. Asked once a host and its capabilities are known, so that conversion and signature fit the host. */
public interface Outgoing {
    /** What the host gets. */
    sealed interface Prepared {
        /**
         * Ready to send.
         *
         * @param envelope  paths and parameters
         * @param signature DKIM-Signature fields to send in front of the message, each ended by CRLF; may be empty
         * @param message   the message
         */
        record Ready(Envelope envelope, byte[] signature, MessageOctets message) implements Prepared {}

        /** Cannot be sent to this host, ever. */
        record Impossible(Cause cause) implements Prepared {}
    }

    /** Which message it is and whose, for a hop that keeps it rather than sends it. No part of it goes over the wire. */
    record Origin(MessageId id, Tenant tenant) {}

    /** Where the message comes from; empty for mail that no transmission stands behind. */
    default Optional<Origin> origin() {
        return Optional.empty();
    }

    /** Prepares for a host. Pure computation (rendering, conversion, signature); may take a millisecond. */
    Prepared prepare(HopCapabilities host);
}
