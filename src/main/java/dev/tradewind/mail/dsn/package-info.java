/**
 * Delivery status notifications (RFC 3461, RFC 3464, RFC 6533). What became of recipients enters, a message to the reverse-path leaves, the
 * same octets for the same input. Whether one is due is a rule of its own. Pure; depends on mail and mail.mime alone.
 */
@org.jspecify.annotations.NullMarked
package dev.tradewind.mail.dsn;
