package dev.tradewind.mail.dsn;

import dev.tradewind.mail.Mailbox;
import dev.tradewind.mail.MessageDsn;
import dev.tradewind.mail.MessageOctets;
import dev.tradewind.mail.mime.HeaderAddress;
import dev.tradewind.mail.mime.HeaderDate;
import dev.tradewind.mail.mime.HeaderWriter;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * Writes a delivery status notification: multipart/report (RFC 6522) of a text for people, the status for programs (RFC 3464), and the
 * message or its header section as RET says, if it is known. For a sender that uses SMTPUTF8 the types of RFC 6533 are used where something is outside
 * ASCII; for others addresses outside ASCII are escaped and the notification stays 7-bit, the returned message apart.
 */
public final class DsnWriter {
    private final DeliveryReport report;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(4096);
    private final boolean failed;
    private final boolean delayed;
    private final boolean full;
    private final boolean international;
    private final boolean eightBitReturned;
    private final String boundary;

    private DsnWriter(DeliveryReport report) {
        this.report = report;
        failed = any(Action.FAILED);
        delayed = !failed && any(Action.DELAYED);
        // RFC 3461 section 4.3: only a failure returns the whole message
        full = failed && report.dsn().ret().filter(MessageDsn.Ret.FULL::equals).isPresent();
        MessageOctets original = report.original();
        boolean eightBitHeader = hasEightBit(original.octets(), original.bodyOffset());
        eightBitReturned = full ? hasEightBit(original.octets(), original.size()) : eightBitHeader;
        international = report.smtpUtf8() && (eightBitHeader || anyAddressOutsideAscii());
        boundary = boundary();
    }

    /** The whole message; the same for the same report. */
    public static MessageOctets write(DeliveryReport report) {
        return new DsnWriter(report).message();
    }

    private MessageOctets message() {
        header();
        int bodyOffset = out.size();
        line("--" + boundary);
        text();
        line("");
        line("--" + boundary);
        status();
        if (report.original().size() > 0) {
            line("--" + boundary);
            original();
            line("");
        }
        line("--" + boundary + "--");
        return new MessageOctets(out.toByteArray(), bodyOffset);
    }

    private void header() {
        String host = report.reportingMta().name();
        HeaderWriter header = new HeaderWriter(512)
                .addresses(
                        "From",
                        List.of(new HeaderAddress(
                                "Mail Delivery System", new Mailbox("MAILER-DAEMON", report.reportingMta()))))
                .addresses("To", List.of(HeaderAddress.of(report.to())))
                .text("Subject", subject())
                .text("Date", HeaderDate.format(report.date()))
                .text("Message-ID", "<dsn." + report.id() + "@" + host + ">")
                .text("Auto-Submitted", "auto-replied")
                .text("MIME-Version", "1.0")
                .parameters("Content-Type", "multipart/report", "report-type", "delivery-status", "boundary", boundary);
        if (eightBitReturned || international) {
            header.text("Content-Transfer-Encoding", "8bit");
        }
        octets(header.octets());
        line("");
    }

    private String subject() {
        return failed
                ? "Your message could not be delivered"
                : delayed ? "Your message has not been delivered yet" : "Your message has been delivered";
    }

    private void text() {
        line("Content-Type: text/plain; charset=" + (international ? "utf-8" : "us-ascii"));
        if (international) {
            line("Content-Transfer-Encoding: 8bit");
        }
        line("");
        line("This is the mail server " + report.reportingMta().name() + ".");
        for (Action action : Action.values()) {
            if (any(action)) {
                line("");
                line(sentence(action));
                line("");
                for (RecipientStatus recipient : report.recipients()) {
                    if (recipient.action() == action) {
                        recipientText(recipient);
                    }
                }
            }
        }
        if (report.original().size() > 0) {
            line("");
            line(full ? "Your message is attached." : "The header section of your message is attached.");
        }
    }

    private static String sentence(Action action) {
        return switch (action) {
            case FAILED -> "Your message could not be delivered to these recipients, and no further attempt is made:";
            case DELAYED -> "Your message could not be delivered to these recipients yet. You need not send it again:";
            case DELIVERED -> "Your message was delivered to:";
            case RELAYED -> "Your message was handed to the next server, which sends no confirmations, for:";
            case EXPANDED -> "Your message was delivered to a list, and sent on to its members, for:";
        };
    }

    private void recipientText(RecipientStatus recipient) {
        line("  " + shown(recipient.finalRecipient().address()));
        recipient.diagnostic().ifPresent(reply -> {
            wrapped("    "
                    + recipient
                            .remoteMta()
                            .map(host -> "The server " + ascii(host))
                            .orElse("The server") + " said:");
            wrapped("    " + ascii(reply.inOneLine()));
        });
        recipient.willRetryUntil().ifPresent(until -> line("    Attempts go on until " + HeaderDate.format(until)));
    }

    private void status() {
        line("Content-Type: message/" + (international ? "global-delivery-status" : "delivery-status"));
        if (international) {
            line("Content-Transfer-Encoding: 8bit");
        }
        line("");
        HeaderWriter message = new HeaderWriter()
                .text("Reporting-MTA", "dns; " + report.reportingMta().name());
        report.dsn().envid().ifPresent(id -> message.text("Original-Envelope-Id", ascii(id)));
        message.text("Arrival-Date", HeaderDate.format(report.arrival()));
        octets(message.octets());
        line("");
        for (RecipientStatus recipient : report.recipients()) {
            recipient.originalRecipient().ifPresent(this::originalRecipient);
            String address = recipient.finalRecipient().address();
            line(
                    isAscii(address)
                            ? "Final-Recipient: rfc822; " + address
                            : "Final-Recipient: utf-8; " + shown(address));
            HeaderWriter fields = new HeaderWriter()
                    .text("Action", recipient.action().wireName())
                    .text("Status", recipient.status().toString());
            recipient.remoteMta().ifPresent(host -> fields.text("Remote-MTA", "dns; " + ascii(host)));
            recipient
                    .diagnostic()
                    .ifPresent(reply -> fields.text("Diagnostic-Code", "smtp; " + ascii(reply.inOneLine())));
            recipient.lastAttempt().ifPresent(at -> fields.text("Last-Attempt-Date", HeaderDate.format(at)));
            recipient.willRetryUntil().ifPresent(at -> fields.text("Will-Retry-Until", HeaderDate.format(at)));
            octets(fields.octets());
            line("");
        }
    }

    private void originalRecipient(String orcpt) {
        int semicolon = orcpt.indexOf(';');
        String type = ascii(orcpt.substring(0, Math.max(0, semicolon)));
        String address = orcpt.substring(semicolon + 1);
        line("Original-Recipient: " + type + "; " + (isAscii(address) ? ascii(address) : shown(clean(address))));
    }

    private void original() {
        MessageOctets original = report.original();
        boolean global = international && hasEightBit(original.octets(), original.bodyOffset());
        if (full) {
            line(global ? "Content-Type: message/global" : "Content-Type: message/rfc822");
        } else {
            line(global ? "Content-Type: message/global-headers" : "Content-Type: text/rfc822-headers");
        }
        if (eightBitReturned) {
            line("Content-Transfer-Encoding: 8bit");
        }
        line("");
        int end = full ? original.size() : original.bodyOffset();
        out.write(original.octets(), 0, end);
        if (end < 2 || original.octets()[end - 1] != '\n') {
            line("");
        }
    }

    /** A boundary that no line of what is returned begins with. */
    private String boundary() {
        for (int n = 0; ; n++) {
            String candidate = "=_dsn-" + report.id() + (n == 0 ? "" : "-" + n);
            if (!contains(report.original().octets(), candidate.getBytes(StandardCharsets.US_ASCII))) {
                return candidate;
            }
        }
    }

    private static boolean contains(byte[] octets, byte[] word) {
        outer:
        for (int i = 0; i <= octets.length - word.length; i++) {
            for (int n = 0; n < word.length; n++) {
                if (octets[i + n] != word[n]) {
                    continue outer;
                }
            }
            return true;
        }
        return false;
    }

    private boolean any(Action action) {
        for (RecipientStatus recipient : report.recipients()) {
            if (recipient.action() == action) {
                return true;
            }
        }
        return false;
    }

    private boolean anyAddressOutsideAscii() {
        boolean found = !isAscii(report.to().toString());
        for (RecipientStatus recipient : report.recipients()) {
            found |= !isAscii(recipient.finalRecipient().address())
                    || !isAscii(recipient.originalRecipient().orElse(""));
        }
        return found;
    }

    private static boolean hasEightBit(byte[] octets, int end) {
        int bits = 0;
        for (int i = 0; i < end; i++) {
            bits |= octets[i];
        }
        return bits < 0;
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /** Text as the notification can show it: as it is for a sender with SMTPUTF8, else escaped (RFC 6533 §3). */
    private String shown(String address) {
        if (international || isAscii(address)) {
            return address;
        }
        StringBuilder escaped = new StringBuilder(address.length() + 16);
        address.codePoints().forEach(character -> {
            if (character < 0x80) {
                escaped.append((char) character);
            } else {
                escaped.append("\\x{")
                        .append(Integer.toHexString(character).toUpperCase(Locale.ROOT))
                        .append('}');
            }
        });
        return escaped.toString();
    }

    /** A remote server's words: what is not printable ASCII becomes a question mark. */
    private static String ascii(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            clean.append(c == '\t' ? ' ' : c < ' ' || c > '~' ? '?' : c);
        }
        return clean.toString();
    }

    private static String clean(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints()
                .forEach(c ->
                        clean.appendCodePoint(Character.isISOControl(c) || (c >= 0xd800 && c <= 0xdfff) ? '?' : c));
        return clean.toString();
    }

    /** Lines of at most 76 characters where there are blanks, of 900 where there are none. */
    private void wrapped(String text) {
        String rest = text;
        while (rest.length() > 76) {
            int cut = rest.lastIndexOf(' ', 76);
            if (cut <= 8) {
                cut = rest.indexOf(' ', 76);
                cut = cut < 0 ? rest.length() : cut;
            }
            cut = Math.min(cut, 900);
            line(rest.substring(0, cut));
            rest = "      " + rest.substring(cut).strip();
            if (rest.isBlank()) {
                return;
            }
        }
        line(rest);
    }

    private void line(String text) {
        octets(text.getBytes(StandardCharsets.UTF_8));
        out.write('\r');
        out.write('\n');
    }

    private void octets(byte[] octets) {
        out.write(octets, 0, octets.length);
    }
}
