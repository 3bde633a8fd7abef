package dev.tradewind.smtp.server;

import dev.tradewind.mail.Envelope;
import dev.tradewind.mail.MessageOctets;
import dev.tradewind.smtp.MailParameters;
import dev.tradewind.smtp.TextFacts;

/**
 * A message that a client has sent to the end and is waiting for an answer to.
 *
 * @param session    how the client is connected
 * @param envelope   the accepted paths; {@code eightBit} says whether there is an 8-bit octet, not what was declared
 * @param parameters what MAIL said
 * @param message    the message as it came, dot-stuffing undone: every line ends with CRLF, no NUL
 * @param facts      what its text is like
 */
public record ReceivedMessage(
        SessionFacts session, Envelope envelope, MailParameters parameters, MessageOctets message, TextFacts facts) {}
