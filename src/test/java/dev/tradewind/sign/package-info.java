/** Tests of signing, and the messages and keys that they share with the tests of verifying. */
@org.jspecify.annotations.NullMarked
package dev.tradewind.sign;
