/**
 * {@code ./tradewind bench}: what comes in is a number of messages and the servers to measure; what leaves is a table of messages a second
 * and CPU time a message, beside the count of what was lost or came twice. Every server is given the same mail, one after the other in
 * turns, and delivers to the same {@link dev.tradewind.bench.Sink}. All traffic stays on loopback.
 */
@NullMarked
package dev.tradewind.bench;

import org.jspecify.annotations.NullMarked;
