package dev.tradewind.smtp;

import dev.tradewind.mail.ForwardPath;
import dev.tradewind.mail.RecipientDsn;
import dev.tradewind.mail.ReversePath;
import dev.tradewind.mail.SmtpReply;

import java.util.Optional;

/** One command of a client, well-formed, or what is wrong with it. */
public sealed interface SmtpCommand {
    /**
     * RFC 5321 §4.1.1.1.
     *
     * @param name what the client calls itself: 1..255 printable octets without blanks, otherwise unchecked
     */
    record Ehlo(String name) implements SmtpCommand {}

    /**
     * RFC 5321 §4.1.1.1.
     *
     * @param name as in {@link Ehlo}
     */
    record Helo(String name) implements SmtpCommand {}

    /** RFC 3207. */
    record StartTls() implements SmtpCommand {}

    /**
     * RFC 4954.
     *
     * @param mechanism       in upper case
     * @param initialResponse base64 as sent; {@code =} is the empty response and stands here as the empty string
     */
    record Auth(String mechanism, Optional<String> initialResponse) implements SmtpCommand {
        /** Leaves out the response: it holds a secret. */
        @Override
        public String toString() {
            return "Auth[" + mechanism + "]";
        }
    }

    /**
     * RFC 5321 §4.1.1.2. */
    record Mail(ReversePath reversePath, MailParameters parameters) implements SmtpCommand {}

    /** RFC 5321 §4.1.1.3.
     *
     * @param utf8 whether the command line has characters outside ASCII, which takes SMTPUTF8 at MAIL
     */
    record Rcpt(ForwardPath forwardPath, RecipientDsn dsn, boolean utf8) implements SmtpCommand {}

    /**
     * RFC 5321 §4.1.1.4. */
    record Data() implements SmtpCommand {}

    /** RFC 3030.
     *
     * @param octets what follows the command line, 0 or more
     */
    record Bdat(long octets, boolean last) implements SmtpCommand {}

    /** RFC 5321 §4.1.1.5. */
    record Rset() implements SmtpCommand {}

    /** RFC 5321 §4.1.1.6. */
    record Vrfy() implements SmtpCommand {}

    /** RFC 5321 §4.1.1.7. */
    record Expn() implements SmtpCommand {}

    /** RFC 5321 §4.1.1.8. */
    record Help() implements SmtpCommand {}

    /** RFC 5321 §4.1.1.9. */
    record Noop() implements SmtpCommand {}

    /** RFC 5321 §4.1.1.10. */
    record Quit() implements SmtpCommand {}

    /**
     * Not a command we know or not well-formed.
     *
     * @param reply    what to answer
     * @param unsynced whether it is unknown where the next command begins (BDAT without a readable size): answer and close
     */
    record Refused(SmtpReply reply, boolean unsynced) implements SmtpCommand {}
}
