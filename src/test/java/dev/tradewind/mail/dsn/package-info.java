/** Tests of delivery status notifications. */
@org.jspecify.annotations.NullMarked
package dev.tradewind.mail.dsn;
