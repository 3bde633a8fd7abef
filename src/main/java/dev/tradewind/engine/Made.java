package dev.tradewind.engine;

import dev.tradewind.event.MessageEvents;
import dev.tradewind.event.MessageFacts;
import dev.tradewind.mail.Domain;
import dev.tradewind.mail.MessageOctets;
import dev.tradewind.spool.Recipient;
import dev.tradewind.spool.Transmission;

/** What came of making a message from its transmission, content and recipient. */
public sealed interface Made {
    /** What every event of the message repeats. */
    MessageFacts facts();

    /**
     * A message, not signed yet.
     *
     * @param fromDomain domain of the From field, whose keys sign it
     * @param smtpUtf8   a header field or path has UTF-8, so every hop must offer SMTPUTF8
     * @param eightBit   the body has octets above 127
     */
    record Message(
            Transmission transmission,
            Recipient recipient,
            MessageFacts facts,
            MessageOctets octets,
            Domain fromDomain,
            boolean smtpUtf8,
            boolean eightBit)
            implements Made {}

    /** The content could not be rendered for this recipient. */
    record Failed(MessageFacts facts, String reason, byte[] substitutionData) implements Made {}

    /** The message was rendered but may not be sent. */
    record Rejected(MessageFacts facts, MessageEvents.Reason reason, byte[] substitutionData) implements Made {}
}
