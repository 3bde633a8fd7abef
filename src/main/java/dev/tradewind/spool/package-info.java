/**
 * Durable until final. What enters is an accepted transmission with its recipients; it leaves as one final event per recipient. Meanwhile
 * no message is lost by a kill, a power cut or a full disk, and a change of state is one write with its events (design, invariants 1 to 3).
 */
@org.jspecify.annotations.NullMarked
package dev.tradewind.spool;
