package dev.tradewind.classify;

/** Where in the path of an attempt something happened. */
public enum Phase {
    ROUTE,
    CONNECT,
    GREETING,
    EHLO,
    STARTTLS,
    TLS,
    MAIL,
    RCPT,
    DATA,
    END_OF_DATA,
    /** Before anything was sent: the message cannot be sent as it is (no 8BITMIME, no SMTPUTF8, too large for the host). */
    CONTENT
}
