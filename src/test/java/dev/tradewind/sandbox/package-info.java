/** Tests of the sandbox inbox. */
@org.jspecify.annotations.NullMarked
package dev.tradewind.sandbox;
