/**
 * What happened: immutable, typed events, the only thing that leaves the engine. They enter here as values from every step of the path
 * and leave as a stream (log, search, later webhooks and analytics). Each is written once, in order for its message.
 */
@org.jspecify.annotations.NullMarked
package dev.tradewind.event;
