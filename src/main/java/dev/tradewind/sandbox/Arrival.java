package dev.tradewind.sandbox;

import dev.tradewind.account.Tenant;
import dev.tradewind.mail.MessageId;
import dev.tradewind.mail.MessageOctets;

import java.util.Optional;

/**
 * A message on its way into the inbox.
 *
 * @param tenant      whose
 * @param id          which message it is here; empty if unknown
 * @param reversePath of the envelope; empty for the null path
 * @param forwardPath of the envelope
 * @param message     as it would have gone over the wire, signatures in front
 */
public record Arrival(
        Tenant tenant, Optional<MessageId> id, String reversePath, String forwardPath, MessageOctets message) {}
