package dev.tradewind.smtp.server;

import java.time.Duration;

/**
 * The limits of a server; each has its own reply (docs/smtp.md).
 *
 * @param maxMessageOctets       greatest message; told by SIZE
 * @param maxTextLine            greatest line of a message without CRLF; RFC 5322 §2.1.1 says 998
 * @param acceptUndeclared8Bit   whether a message may have 8-bit octets though MAIL said neither BODY=8BITMIME nor SMTPUTF8
 * @param maxRecipients          recipients of a transaction, 100 or more (RFC 5321 §4.5.3.1.8)
 * @param maxConnections         connections at a time
 * @param maxNetworkConnections  connections at a time from one client network, see {@link Peer#network}; trusted clients are not counted
 * @param maxMessages            messages of a connection
 * @param maxBadCommands         commands of a connection that are unknown, malformed or out of order
 * @param maxIdleCommands        commands between two accepted messages that are not accepted RCPTs
 * @param maxAuthFailures        failed authentications of a connection
 * @param greetingPause          how long an untrusted client must stay silent before the greeting; zero: it is looked at only
 * @param idle                   longest wait for the next command, or for more of a message
 * @param session                longest session
 * @param bufferWait             longest wait for room in the buffer budget
 */
public record SmtpLimits(
        int maxMessageOctets,
        int maxTextLine,
        boolean acceptUndeclared8Bit,
        int maxRecipients,
        int maxConnections,
        int maxNetworkConnections,
        int maxMessages,
        int maxBadCommands,
        int maxIdleCommands,
        int maxAuthFailures,
        Duration greetingPause,
        Duration idle,
        Duration session,
        Duration bufferWait) {}
