package dev.tradewind.accept.submission;

import dev.tradewind.settings.ByteSize;
import dev.tradewind.settings.Cidr;
import dev.tradewind.settings.ListenAddress;
import dev.tradewind.settings.Setting;
import dev.tradewind.smtp.server.SmtpLimits;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The settings of SMTP submission. */
public record SubmissionSettings(
        @Setting(
                key = "smtp.submission.listen",
                doc = "Where SMTP submission listens; TLS by STARTTLS. AUTH PLAIN and LOGIN are offered over TLS.",
                def = "127.0.0.1:2525")
        ListenAddress listen,

        @Setting(
                key = "smtp.submission.tls_listen",
                doc = "Where SMTP submission listens with TLS from the first octet (RFC 8314), usually port 465.",
                defDoc = "off")
        Optional<ListenAddress> tlsListen,

        @Setting(
                key = "smtp.submission.trusted",
                doc = "Networks whose clients may submit for the main account without AUTH.",
                defDoc = "none")
        List<Cidr> trusted,

        @Setting(
                key = "smtp.submission.max_message_size",
                doc = "Greatest message, told to clients by SIZE.",
                def = "20MiB",
                min = "64KiB",
                max = "1GiB")
        ByteSize maxMessageSize,

        @Setting(
                key = "smtp.submission.max_line",
                doc =
                        "Greatest line of a message in octets without its CRLF. RFC 5322 allows 998: a body with a longer line"
                                + " is encoded anew (quoted-printable or base64), unless the message is signed; in the header"
                                + " section only X-MSYS-API may have one.",
                def = "65536",
                min = "998",
                max = "1000000")
        int maxLine,

        @Setting(
                key = "smtp.submission.accept_undeclared_8bit",
                doc =
                        "Whether a body may have 8-bit octets though MAIL said neither BODY=8BITMIME nor SMTPUTF8, as many"
                                + " programs send it. It is delivered as if it had been declared.",
                def = "true")
        boolean acceptUndeclared8Bit,

        @Setting(
                key = "smtp.submission.max_recipients",
                doc = "Recipients of one SMTP transaction.",
                def = "1000",
                min = "100",
                max = "100000")
        int maxRecipients,

        @Setting(
                key = "smtp.submission.max_connections",
                doc = "Connections at a time.",
                def = "2000",
                min = "1",
                max = "100000")
        int maxConnections,

        @Setting(
                key = "smtp.submission.max_network_connections",
                doc =
                        "Connections at a time from one client network (an IPv4 /24 or an IPv6 /64); trusted networks are not"
                                + " counted.",
                def = "1000",
                min = "1",
                max = "100000")
        int maxNetworkConnections,

        @Setting(
                key = "smtp.submission.max_messages",
                doc = "Messages of one connection.",
                def = "10000",
                min = "1",
                max = "10000000")
        int maxMessages,

        @Setting(
                key = "smtp.submission.max_bad_commands",
                doc = "Commands of one connection that are unknown, malformed or out of order.",
                def = "20",
                min = "1",
                max = "1000")
        int maxBadCommands,

        @Setting(
                key = "smtp.submission.max_idle_commands",
                doc = "Commands of one connection between two accepted messages, accepted recipients not counted.",
                def = "100",
                min = "20",
                max = "100000")
        int maxIdleCommands,

        @Setting(
                key = "smtp.submission.max_auth_failures",
                doc = "Failed authentications of one connection.",
                def = "3",
                min = "1",
                max = "100")
        int maxAuthFailures,

        @Setting(
                key = "smtp.submission.idle_timeout",
                doc = "Longest wait for the next command or for more of a message; RFC 5321 asks for 5 minutes.",
                def = "5m",
                min = "1s",
                max = "1h")
        Duration idleTimeout,

        @Setting(key = "smtp.submission.session_timeout", doc = "Longest session.", def = "1h", min = "10s", max = "1d")
        Duration sessionTimeout,

        @Setting(
                key = "smtp.submission.buffer_memory",
                doc = "Memory for all messages that are being received; a message counts three times its size.",
                def = "256MiB",
                min = "1MiB",
                max = "64GiB")
        ByteSize bufferMemory,

        @Setting(
                key = "smtp.submission.buffer_wait",
                doc = "How long a message waits for room in that memory before it is deferred with 452.",
                def = "10s",
                min = "0s",
                max = "5m")
        Duration bufferWait) {
    public SubmissionSettings {
        trusted = List.copyOf(trusted);
    }

    /** The limits of the protocol session. */
    public SmtpLimits limits() {
        return new SmtpLimits(
                maxMessageSize.asInt(),
                maxLine,
                acceptUndeclared8Bit,
                maxRecipients,
                maxConnections,
                maxNetworkConnections,
                maxMessages,
                maxBadCommands,
                maxIdleCommands,
                maxAuthFailures,
                Duration.ZERO,
                idleTimeout,
                sessionTimeout,
                bufferWait);
    }
}
