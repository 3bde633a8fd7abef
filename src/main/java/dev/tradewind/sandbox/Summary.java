package dev.tradewind.sandbox;

import dev.tradewind.account.Tenant;
import dev.tradewind.mail.MessageId;

import java.time.Instant;
import java.util.Optional;

/**
 * A message in the inbox as the list shows it.
 *
 * @param id          number in the inbox, growing with arrival
 * @param received    when it came
 * @param tenant      whose
 * @param messageId   which message of this server it is, if known
 * @param reversePath envelope sender; empty for the null path
 * @param forwardPath envelope recipient
 * @param digest      what its content says of itself
 * @param octets      size with signatures
 */
public record Summary(
        long id,
        Instant received,
        Tenant tenant,
        Optional<MessageId> messageId,
        String reversePath,
        String forwardPath,
        Digest digest,
        int octets) {
    /**
     * The first look at a message; every text is for people, decoded and cut to a bounded length.
     *
     * @param from        From field
     * @param to          To field
     * @param subject     Subject field
     * @param preview     how the text begins
     * @param attachments how many
     */
    public record Digest(String from, String to, String subject, String preview, int attachments) {}
}
