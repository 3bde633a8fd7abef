/**
 * The wire of SMTP, without policy: lines, commands, parameters and replies as octets. What enters is whatever a peer sends; what leaves
 * is a value that is well-formed, or a typed refusal that carries its reply. A line ends with CRLF and with nothing else (RFC 5321 §2.3.8).
 */
@org.jspecify.annotations.NullMarked
package dev.tradewind.smtp;
