package dev.tradewind.mail.dsn;

import dev.tradewind.mail.Domain;
import dev.tradewind.mail.Mailbox;
import dev.tradewind.mail.MessageDsn;
import dev.tradewind.mail.MessageOctets;

import java.time.Instant;
import java.util.List;

/**
 * All that a delivery status notification is made from. It is sent with the null reverse-path.
 *
 * @param reportingMta name of this server
 * @param to           the reverse-path of the message
 * @param date         when the notification is made
 * @param id           unique, letters, digits, {@code .} and {@code -}: for Message-ID and the MIME boundary
 * @param arrival      when the message came in
 * @param dsn          RET and ENVID; without RET the header section is returned
 * @param smtpUtf8     whether the message came with SMTPUTF8, so that its sender can read the types of RFC 6533
 * @param recipients   1 or more
 * @param original     the message; of no octets if it is not known, which returns nothing
 */
public record DeliveryReport(
        Domain reportingMta,
        Mailbox to,
        Instant date,
        String id,
        Instant arrival,
        MessageDsn dsn,
        boolean smtpUtf8,
        List<RecipientStatus> recipients,
        MessageOctets original) {
    /** @throws IllegalArgumentException if there is no recipient, or the id has other characters */
    public DeliveryReport {
        if (recipients.isEmpty()) {
            throw new IllegalArgumentException("a delivery report about nobody");
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '.' && c != '-') {
                throw new IllegalArgumentException("id of a delivery report: '" + id + "'");
            }
        }
        if (id.isEmpty() || id.length() > 60) {
            throw new IllegalArgumentException("the id of a delivery report has 1 to 60 characters");
        }
        recipients = List.copyOf(recipients);
    }
}
