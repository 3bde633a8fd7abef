package dev.tradewind.engine;

import dev.tradewind.event.MessageFacts;
import dev.tradewind.mail.MessageId;
import dev.tradewind.spool.Recipient;
import dev.tradewind.spool.Transmission;

import java.time.Instant;

/** Makes the message of a recipient. The same inputs give the same octets, so that a retry sends what the first attempt sent. */
public interface MessageMaker {
    /**
     * Makes a message. What is wrong with the content, or content that is no longer stored, is {@link Made.Failed}.
     *
     * @param injected when it was generated: Date and Message-ID derive from it and from the id
     */
    Made make(Transmission transmission, MessageId id, Recipient recipient, Instant injected);

    /** Takes in the content of a transmission that has just been committed, so that it need not be read back. */
    void remember(Transmission transmission, byte[] content);

    /** What is known of a message without making it. */
    MessageFacts facts(Transmission transmission, MessageId id, Recipient recipient);
}
