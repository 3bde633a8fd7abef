package dev.tradewind.accept.submission;

import dev.tradewind.mail.MessageOctets;

/** Port: how an uploaded message is written as stored content, which generation reads back. Pure; any thread. */
@FunctionalInterface
public interface ContentEncoder {
    /**
     * The stored content of a message as it is to be sent, but for what is added to each copy.
     *
     * @param message  ready for delivery
     * @param smtpUtf8 whether the client said SMTPUTF8 (RFC 6531)
     */
    byte[] encode(MessageOctets message, boolean smtpUtf8);
}
