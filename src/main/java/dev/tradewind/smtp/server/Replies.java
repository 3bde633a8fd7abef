package dev.tradewind.smtp.server;

import dev.tradewind.mail.SmtpReply;

/** The fixed replies of the protocol; docs/smtp.md lists all of them with what causes them. */
final class Replies {
    static final SmtpReply OK = SmtpReply.of(250, "2.0.0 OK");
    static final SmtpReply BYE = SmtpReply.of(221, "2.0.0 Bye");
    static final SmtpReply HELP = SmtpReply.of(
            214,
            "2.0.0 EHLO HELO STARTTLS AUTH MAIL RCPT DATA BDAT RSET NOOP VRFY HELP QUIT",
            "2.0.0 See RFC 5321 and RFC 6409");
    static final SmtpReply VRFY = SmtpReply.of(252, "2.5.0 Cannot verify; send mail and see");
    static final SmtpReply EXPN = SmtpReply.of(502, "5.5.1 EXPN is not offered");
    static final SmtpReply START_TLS = SmtpReply.of(220, "2.0.0 Ready to start TLS");
    static final SmtpReply START_INPUT = SmtpReply.of(354, "End with a dot on a line by itself");

    static final SmtpReply EARLY_TALKER = SmtpReply.of(554, "5.5.1 You spoke before the greeting");
    static final SmtpReply HELLO_FIRST = SmtpReply.of(503, "5.5.1 Say EHLO first");
    static final SmtpReply MAIL_FIRST = SmtpReply.of(503, "5.5.1 MAIL first");
    static final SmtpReply NESTED_MAIL = SmtpReply.of(503, "5.5.1 A transaction is open: RSET first");
    static final SmtpReply IN_TRANSACTION = SmtpReply.of(503, "5.5.1 Not within a transaction");
    static final SmtpReply MIXED_DATA = SmtpReply.of(503, "5.5.1 DATA, RCPT and MAIL cannot follow BDAT: RSET first");
    static final SmtpReply NO_RECIPIENTS = SmtpReply.of(554, "5.5.1 No valid recipients");
    static final SmtpReply NO_CHUNK_RECIPIENTS = SmtpReply.of(503, "5.5.1 No valid recipients for BDAT");
    static final SmtpReply NO_EXTENSIONS = SmtpReply.of(555, "5.5.4 Parameters take EHLO, not HELO");
    static final SmtpReply NEEDS_UTF8 =
            SmtpReply.of(553, "5.6.7 An address outside ASCII takes the parameter SMTPUTF8 at MAIL");

    static final SmtpReply TLS_TWICE = SmtpReply.of(503, "5.5.1 TLS is on already");
    static final SmtpReply NO_TLS = SmtpReply.of(502, "5.5.1 STARTTLS is not offered");
    static final SmtpReply TLS_PIPELINED =
            SmtpReply.of(503, "5.5.1 Octets behind STARTTLS (RFC 3207 section 4.2): closing");

    static final SmtpReply AUTH_TWICE = SmtpReply.of(503, "5.5.1 Already authenticated");
    static final SmtpReply NO_AUTH = SmtpReply.of(502, "5.5.1 AUTH is not offered");
    static final SmtpReply AUTH_NEEDS_TLS = SmtpReply.of(538, "5.7.11 AUTH takes TLS: say STARTTLS first");
    static final SmtpReply AUTH_MECHANISM = SmtpReply.of(504, "5.5.4 The mechanisms are PLAIN and LOGIN");
    static final SmtpReply AUTH_CANCELLED = SmtpReply.of(501, "5.7.0 Authentication cancelled");
    static final SmtpReply AUTH_MALFORMED = SmtpReply.of(501, "5.5.2 Not the base64 of a response to this mechanism");
    static final SmtpReply AUTH_TOO_LONG = SmtpReply.of(500, "5.5.6 Authentication line too long, limit 12288 octets");
    static final SmtpReply AUTH_FAILURES = SmtpReply.of(421, "4.7.0 Too many failed authentications, closing");

    static final SmtpReply LINE_TOO_LONG = SmtpReply.of(500, "5.5.2 Line too long, limit 12288 octets");
    static final SmtpReply BARE_LINE_END =
            SmtpReply.of(500, "5.5.2 CR or LF alone in a command: lines end with CRLF; closing");
    static final SmtpReply NUL_IN_TEXT = SmtpReply.of(550, "5.6.0 The message has a NUL octet");
    static final SmtpReply UNDECLARED_8BIT =
            SmtpReply.of(554, "5.6.3 The message has 8-bit octets, but MAIL said neither BODY=8BITMIME nor SMTPUTF8");

    static final SmtpReply TOO_MANY_RECIPIENTS =
            SmtpReply.of(452, "4.5.3 Too many recipients, send the rest separately");
    static final SmtpReply NO_MEMORY = SmtpReply.of(452, "4.3.1 Too much mail at once, try again later");
    static final SmtpReply TOO_MANY_CONNECTIONS = SmtpReply.of(421, "4.7.0 Too many connections, try again later");
    static final SmtpReply TOO_MANY_FROM_NETWORK =
            SmtpReply.of(421, "4.7.0 Too many connections from your network, try again later");
    static final SmtpReply TOO_MANY_MESSAGES =
            SmtpReply.of(421, "4.7.0 Too many messages on this connection, open another");
    static final SmtpReply TOO_MANY_ERRORS = SmtpReply.of(421, "4.7.0 Too many errors, closing");
    static final SmtpReply TOO_MANY_COMMANDS = SmtpReply.of(421, "4.7.0 Too many commands without a message, closing");
    static final SmtpReply TIMED_OUT = SmtpReply.of(421, "4.4.2 Nothing heard for too long, closing");
    static final SmtpReply SESSION_OVER = SmtpReply.of(421, "4.4.2 The session has lasted too long, closing");
    static final SmtpReply SHUTTING_DOWN = SmtpReply.of(421, "4.3.2 Shutting down, try again");
    static final SmtpReply LOCAL_ERROR = SmtpReply.of(451, "4.3.0 Error on our side, try again later");
    static final SmtpReply LOCAL_ERROR_CLOSING = SmtpReply.of(421, "4.3.0 Error on our side, closing");

    private Replies() {}

    static SmtpReply tooLarge(int limit) {
        return SmtpReply.of(552, "5.3.4 Message too large, limit " + limit + " octets");
    }

    static SmtpReply bareInText(String octet, int line) {
        return SmtpReply.of(
                550, "5.6.0 " + octet + " alone in line " + line + " of the message: lines end with CRLF; closing");
    }

    static SmtpReply bareInChunks(String octet, int line) {
        return SmtpReply.of(550, "5.6.0 " + octet + " alone in line " + line + " of the message: lines end with CRLF");
    }

    static SmtpReply textLineTooLong(int line, int octets, int limit) {
        return SmtpReply.of(
                550,
                "5.6.0 Line " + line + " of the message has " + octets + " octets, limit " + limit
                        + " (RFC 5322 section 2.1.1): encode it as quoted-printable or base64");
    }

    static SmtpReply chunkTaken(long octets) {
        return SmtpReply.of(250, "2.0.0 " + octets + " octets received");
    }
}
