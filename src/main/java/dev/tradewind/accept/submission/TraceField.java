package dev.tradewind.accept.submission;

import dev.tradewind.mail.Domain;
import dev.tradewind.mail.mime.HeaderDate;
import dev.tradewind.smtp.server.SessionFacts;
import dev.tradewind.smtp.server.TlsParameters;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** The Received field (RFC 5321 §4.4). It names no key, no user and no recipient. */
final class TraceField {
    private TraceField() {}

    /** The field with its line end, 7-bit, no line over 78 characters unless a name is that long. */
    static byte[] of(SessionFacts session, boolean smtpUtf8, Domain by, String id, Instant when) {
        InetAddress address = session.peer().address();
        String literal = address.getHostAddress();
        int zone = literal.indexOf('%');
        literal = zone < 0 ? literal : literal.substring(0, zone);
        StringBuilder field = new StringBuilder(300)
                .append("Received: from ")
                .append(named(session.helloName()))
                .append(" ([")
                .append(address.getAddress().length == 4 ? "" : "IPv6:")
                .append(literal)
                .append("])\r\n\tby ")
                .append(by.name())
                .append(" (Tradewind) with ")
                .append(protocol(session, smtpUtf8))
                .append("\r\n\tid ")
                .append(id);
        if (session.tls().isPresent()) {
            TlsParameters tls = session.tls().get();
            field.append("\r\n\t(")
                    .append(tls.protocol())
                    .append(' ')
                    .append(tls.cipher())
                    .append(')');
        }
        field.append(";\r\n\t").append(HeaderDate.format(when)).append("\r\n");
        return field.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** What the client called itself, if that is a name; it may have said anything. */
    private static String named(String helloName) {
        try {
            return Domain.parse(helloName).name();
        } catch (IllegalArgumentException notAName) {
            return "unknown";
        }
    }

    /** The protocol types of RFC 3848 and RFC 6531 §4.3. */
    private static String protocol(SessionFacts session, boolean smtpUtf8) {
        if (!session.extended()) {
            return "SMTP";
        }
        String base = smtpUtf8 ? "UTF8SMTP" : "ESMTP";
        return base + (session.tls().isPresent() ? "S" : "") + (session.authenticated() ? "A" : "");
    }
}
