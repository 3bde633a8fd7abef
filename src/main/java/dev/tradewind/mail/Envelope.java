package dev.tradewind.mail;

import java.util.List;

/**
 * The envelope of one mail transaction (RFC 5321 §2.3.1).
 *
 * @param reversePath where failure is reported
 * @param recipients  1..n forward-paths with what the submitter asked for each
 * @param dsn         RET and ENVID
 * @param smtpUtf8    whether the message or a path needs SMTPUTF8 (RFC 6531)
 * @param eightBit    whether the body has octets above 127 (BODY=8BITMIME, RFC 6152)
 */
public record Envelope(
        ReversePath reversePath, List<Recipient> recipients, MessageDsn dsn, boolean smtpUtf8, boolean eightBit) {
    /** One forward-path and its DSN parameters. */
    public record Recipient(ForwardPath path, RecipientDsn dsn) {}

    /** @throws IllegalArgumentException if there is no recipient */
    public Envelope {
        if (recipients.isEmpty()) {
            throw new IllegalArgumentException("an envelope without recipients");
        }
        recipients = List.copyOf(recipients);
    }

    /** An envelope for one recipient that asks for nothing special. */
    public static Envelope of(ReversePath from, ForwardPath to) {
        return new Envelope(from, List.of(new Recipient(to, RecipientDsn.NONE)), MessageDsn.NONE, false, false);
    }
}
