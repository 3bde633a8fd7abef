/**
 * Mail comes in by SMTP submission (RFC 6409). A client's session enters; a transmission whose recipients share one stored content leaves
 * through {@link dev.tradewind.accept.Intake}. Nothing is taken from a stranger: the client is in a trusted network or has shown an API
 * key. 250 is said after the commit has returned and not before. How a client of REST says what {@code X-MSYS-API} says here is the same
 * in the transmission.
 */
@org.jspecify.annotations.NullMarked
package dev.tradewind.accept.submission;
