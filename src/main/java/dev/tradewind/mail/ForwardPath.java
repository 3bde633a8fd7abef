package dev.tradewind.mail;

/**
 * Where a message goes (RFC 5321 §4.1.1.3). Source routes are parsed and ignored at the door, so none is left here.
 *
 * @param mailbox the recipient
 */
public record ForwardPath(Mailbox mailbox) {
    /**
     * Parses a mailbox without angle brackets.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static ForwardPath parse(String written) {
        return new ForwardPath(Mailbox.parse(written));
    }

    /** The path without brackets. */
    public String address() {
        return mailbox.toString();
    }

    /** {@code <local@domain>}. */
    public String inBrackets() {
        return '<' + mailbox.toString() + '>';
    }

    @Override
    public String toString() {
        return inBrackets();
    }
}
