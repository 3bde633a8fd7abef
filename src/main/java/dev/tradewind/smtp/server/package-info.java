/**
 * SMTP as a server: connections enter, well-formed transactions leave through {@link dev.tradewind.smtp.server.SmtpService}, and the
 * client hears what that decided. No policy: who may send what is asked. Promised: the positive reply to the end of data is written only
 * after the service gave it; nothing that stands outside a transaction is ever taken for a command; memory is bounded by
 * {@link dev.tradewind.smtp.server.BufferBudget} and by the limits, each of which has its own reply (docs/smtp.md).
 */
@org.jspecify.annotations.NullMarked
package dev.tradewind.smtp.server;
