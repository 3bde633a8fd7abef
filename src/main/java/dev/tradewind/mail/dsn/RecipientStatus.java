package dev.tradewind.mail.dsn;

import dev.tradewind.mail.EnhancedStatus;
import dev.tradewind.mail.ForwardPath;
import dev.tradewind.mail.SmtpReply;

import java.time.Instant;
import java.util.Optional;

/**
 * What became of one recipient (RFC 3464 §2.3).
 *
 * @param finalRecipient    where the message was to go
 * @param originalRecipient ORCPT in decoded form, {@code rfc822;user@example.com}
 * @param action            what was done
 * @param status            enhanced status code
 * @param remoteMta         host that gave the diagnostic
 * @param diagnostic        its reply
 * @param lastAttempt       when it was last tried
 * @param willRetryUntil    for {@link Action#DELAYED}: how long attempts go on
 */
public record RecipientStatus(
        ForwardPath finalRecipient,
        Optional<String> originalRecipient,
        Action action,
        EnhancedStatus status,
        Optional<String> remoteMta,
        Optional<SmtpReply> diagnostic,
        Optional<Instant> lastAttempt,
        Optional<Instant> willRetryUntil) {}
