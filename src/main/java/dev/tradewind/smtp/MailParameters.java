package dev.tradewind.smtp;

import dev.tradewind.mail.MessageDsn;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * The parameters of a MAIL command.
 *
 * @param size     SIZE (RFC 1870): octets the client expects to send
 * @param eightBit BODY=8BITMIME (RFC 6152)
 * @param smtpUtf8 SMTPUTF8 (RFC 6531)
 * @param dsn      RET and ENVID (RFC 3461)
 * @param auth     AUTH= (RFC 4954 §5), decoded; {@code <>} as written
 */
public record MailParameters(
        OptionalLong size, boolean eightBit, boolean smtpUtf8, MessageDsn dsn, Optional<String> auth) {
    /** No parameters. */
    public static final MailParameters NONE =
            new MailParameters(OptionalLong.empty(), false, false, MessageDsn.NONE, Optional.empty());
}
