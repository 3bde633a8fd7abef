/** Tests of the server. */
@org.jspecify.annotations.NullMarked
package dev.tradewind.smtp.server;
