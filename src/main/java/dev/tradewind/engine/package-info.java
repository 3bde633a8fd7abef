/**
 * The shell around the pure core: generation and dispatch, with threads, the clock and the spool. A durable transmission enters; each of
 * its messages leaves by exactly one final event. Between the two every change of a message is one write with its events.
 */
@org.jspecify.annotations.NullMarked
package dev.tradewind.engine;
