/**
 * Days of traffic in seconds: the engine's core (queues, lanes, limits, retries) between a model of the disk and a seeded world of mail hosts,
 * in virtual time. The same seed does the same again.
 */
@NullMarked
package dev.tradewind.simulation;

import org.jspecify.annotations.NullMarked;
