package dev.tradewind.smtp.server;

import dev.tradewind.mail.Envelope;
import dev.tradewind.mail.ReversePath;
import dev.tradewind.mail.SmtpReply;
import dev.tradewind.smtp.MailParameters;

/** Port: what a server is for. Implementations may block; they are called by the thread of the session. */
public interface SmtpService {
    /** Begins with a client. */
    Conversation open(Peer peer);

    /**
     * What is decided about one client. Replies go to the client as they are; 421 ends the session. A {@link RuntimeException} is
     * answered 451 4.3.0 and logged. Used by one thread.
     */
    interface Conversation {
        /** Whether the client is known to be ours: not counted by network, not held to silence before the greeting. */
        boolean isTrusted();

        /** Whether AUTH is offered (over TLS). */
        boolean offersAuth();

        /** Judges credentials; 235 accepts. */
        SmtpReply authenticate(Credentials credentials);

        /** Judges a MAIL command; 2yz opens a transaction. */
        SmtpReply mail(SessionFacts session, ReversePath reversePath, MailParameters parameters);

        /** Judges a recipient; 2yz takes it. */
        SmtpReply recipient(Envelope.Recipient recipient);

        /** Takes a message: 2yz says that it is durable and that we answer for it from now on. */
        SmtpReply message(ReceivedMessage message);
    }

    /**
     * What AUTH brought.
     *
     * @param authorization identity to act as; empty if not given
     * @param user          who it claims to be
     * @param password      the proof
     */
    record Credentials(String authorization, String user, String password) {
        /** Leaves out the password. */
        @Override
        public String toString() {
            return "credentials of " + user;
        }
    }
}
