package dev.tradewind.smtp.client;

import dev.tradewind.mail.Envelope;
import dev.tradewind.mail.RecipientDsn;
import dev.tradewind.smtp.Xtext;

import java.io.IOException;

/** Writes the commands of a mail transaction, with the parameters that the server offers and no others. */
public final class Commands {
    private Commands() {}

    /** Whether the message or a path of the envelope needs a server that offers SMTPUTF8. */
    public static boolean needsSmtpUtf8(Envelope envelope) {
        if (envelope.smtpUtf8()
                || (!envelope.reversePath().isNull()
                        && envelope.reversePath().mailbox().get().needsSmtpUtf8())) {
            return true;
        }
        for (Envelope.Recipient recipient : envelope.recipients()) {
            if (recipient.path().mailbox().needsSmtpUtf8()) {
                return true;
            }
        }
        return false;
    }

    /**
     * {@code MAIL FROM} with SIZE (RFC 1870), BODY (RFC 6152), SMTPUTF8 (RFC 6531), RET and ENVID (RFC 3461).
     *
     * @param size octets of the message, before dot-stuffing
     */
    public static void mail(FlightWriter out, Envelope envelope, EhloReply offered, long size) throws IOException {
        out.text("MAIL FROM:<").text(envelope.reversePath().address()).text(">");
        if (offered.size().isPresent()) {
            out.text(" SIZE=").number(size);
        }
        if (offered.eightBit() && envelope.eightBit()) {
            out.text(" BODY=8BITMIME");
        }
        if (offered.smtpUtf8() && needsSmtpUtf8(envelope)) {
            out.text(" SMTPUTF8");
        }
        if (offered.dsn()) {
            if (envelope.dsn().ret().isPresent()) {
                out.text(" RET=").text(envelope.dsn().ret().get().name());
            }
            if (envelope.dsn().envid().isPresent()) {
                out.text(" ENVID=").text(Xtext.encode(envelope.dsn().envid().get()));
            }
        }
        out.crlf();
    }

    /** {@code RCPT TO} with NOTIFY and ORCPT (RFC 3461). */
    public static void rcpt(FlightWriter out, Envelope.Recipient recipient, EhloReply offered) throws IOException {
        out.text("RCPT TO:<").text(recipient.path().mailbox().localPart()).text("@");
        out.text(recipient.path().mailbox().domain().name()).text(">");
        RecipientDsn dsn = recipient.dsn();
        if (offered.dsn()) {
            if (!dsn.notifyOn().isEmpty()) {
                out.text(" NOTIFY=");
                String separator = "";
                for (RecipientDsn.Notify on : RecipientDsn.Notify.values()) {
                    if (dsn.notifyOn().contains(on)) {
                        out.text(separator).text(on.name());
                        separator = ",";
                    }
                }
            }
            if (dsn.orcpt().isPresent()) {
                out.text(" ORCPT=").text(Xtext.encodeOrcpt(dsn.orcpt().get()));
            }
        }
        out.crlf();
    }

    /** {@code BDAT n LAST} (RFC 3030); exactly so many octets follow. */
    public static void bdatLast(FlightWriter out, long octets) throws IOException {
        out.text("BDAT ").number(octets).text(" LAST").crlf();
    }
}
