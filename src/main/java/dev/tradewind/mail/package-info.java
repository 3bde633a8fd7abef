/**
 * The vocabulary of mail: values of RFC 5321, 3461, 3463 and 5322 that cannot be wrong once they exist. No I/O, no clock, and no
 * dependency on any other package of the product; everything else speaks in these words.
 */
@org.jspecify.annotations.NullMarked
package dev.tradewind.mail;
