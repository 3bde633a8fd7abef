/** The wiring: the only place that knows every part of the path of a message. */
@org.jspecify.annotations.NullMarked
package dev.tradewind;
