/**
 * Acceptance runs against the real program as a process of its own: a world on loopback and a load go in, the process is killed, starved
 * of disk or shouted at, and what was promised to clients is compared with what a receiving host got and with what the events say.
 */
@org.jspecify.annotations.NullMarked
package dev.tradewind.soak;
