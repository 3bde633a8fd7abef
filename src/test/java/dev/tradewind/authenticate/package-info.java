/** Tests of verifying. */
@org.jspecify.annotations.NullMarked
package dev.tradewind.authenticate;
