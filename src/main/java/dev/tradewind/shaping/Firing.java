package dev.tradewind.shaping;

import java.time.Instant;

/**
 * A reaction whose replies have been heard often enough.
 *
 * @param reaction what is to be done
 * @param scope    to what
 * @param at       when the last of the replies was heard
 * @param times    how many were heard, within the time of its trigger
 */
public record Firing(Reaction reaction, Scope scope, Instant at, int times) {}
