package dev.tradewind.shaping;

import java.time.Duration;

/**
 * How many in how long.
 *
 * @param count  at most so many in any period; 1 or more
 * @param period more than zero
 * @param burst  of these, so many may come at once in front of the steady flow of the others; 0 to count − 1
 */
public record Rate(int count, Duration period, int burst) {
    /** @throws IllegalArgumentException if a number is out of range */
    public Rate {
        if (count < 1 || period.isNegative() || period.isZero() || burst < 0 || burst >= count) {
            throw new IllegalArgumentException("rate " + count + " per " + period + ", burst " + burst);
        }
    }

    /** A rate whose burst is a fiftieth, so that a caller that is late by a little loses nothing. */
    public static Rate of(int count, Duration period) {
        return new Rate(count, period, count / 50);
    }
}
