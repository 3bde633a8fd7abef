/** Tests of SMTP submission. */
@org.jspecify.annotations.NullMarked
package dev.tradewind.accept.submission;
