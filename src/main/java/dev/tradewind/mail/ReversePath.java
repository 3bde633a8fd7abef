package dev.tradewind.mail;

import java.util.Optional;

/**
 * Where a report of failure goes (RFC 5321 §4.1.1.2): a mailbox, or the null path {@code <>} of mail that must never be answered.
 *
 * @param mailbox empty for the null reverse-path
 */
public record ReversePath(Optional<Mailbox> mailbox) {
    /** The null reverse-path {@code <>}. */
    public static final ReversePath NULL = new ReversePath(Optional.empty());

    /** The reverse-path of a mailbox. */
    public static ReversePath of(Mailbox mailbox) {
        return new ReversePath(Optional.of(mailbox));
    }

    /**
     * Parses a mailbox or the empty string (the null path), without angle brackets.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static ReversePath parse(String written) {
        return written.isEmpty() ? NULL : of(Mailbox.parse(written));
    }

    /** Whether this is {@code <>}. */
    public boolean isNull() {
        return mailbox.isEmpty();
    }

    /** The path without brackets; empty for the null path. */
    public String address() {
        return mailbox.map(Mailbox::toString).orElse("");
    }

    /** {@code <local@domain>} or {@code <>}. */
    public String inBrackets() {
        return '<' + address() + '>';
    }

    @Override
    public String toString() {
        return inBrackets();
    }
}
