/**
 * The client side of SMTP on any socket: commands out, replies in, TLS in between. Envelopes, messages and time limits enter, replies or
 * an {@link java.io.IOException} leave. Knows the grammar and no policy: what a reply means for a message is decided in
 * {@code deliver}.
 */
@org.jspecify.annotations.NullMarked
package dev.tradewind.smtp.client;
