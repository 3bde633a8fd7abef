package dev.tradewind.mail;

import java.util.Optional;
import java.util.Set;

/**
 * What a submitter asked for one recipient by the RCPT parameters of RFC 3461.
 *
 * @param notifyOn NOTIFY (§4.1); empty if not given, which means "failure, perhaps delay"; {@code NEVER} stands alone
 * @param orcpt   ORCPT (§4.2) in decoded form, {@code rfc822;user@example.com}, at most 500 characters
 */
public record RecipientDsn(Set<Notify> notifyOn, Optional<String> orcpt) {
    /** Nothing asked. */
    public static final RecipientDsn NONE = new RecipientDsn(Set.of(), Optional.empty());

    /** When to send a DSN. */
    public enum Notify {
        NEVER,
        SUCCESS,
        FAILURE,
        DELAY
    }

    /** @throws IllegalArgumentException if NEVER is combined with another keyword */
    public RecipientDsn {
        if (notifyOn.contains(Notify.NEVER) && notifyOn.size() > 1) {
            throw new IllegalArgumentException("NOTIFY=NEVER stands alone (RFC 3461 section 4.1)");
        }
        notifyOn = Set.copyOf(notifyOn);
    }
}
