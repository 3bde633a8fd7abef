/** Tests of the wire. */
@org.jspecify.annotations.NullMarked
package dev.tradewind.smtp;
