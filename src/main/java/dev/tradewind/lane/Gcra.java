package dev.tradewind.lane;

import dev.tradewind.shaping.Rate;

/**
 * Paces one scope: no half-open window of the period ever holds more than the count of its {@link Rate} (generic cell rate algorithm,
 * ITU-T I.371). Of the count, the burst may come at once and is taken from the steady flow, so that both together keep to the limit. Times in
 * microseconds. Not thread-safe.
 */
final class Gcra implements Limiter {
    /** Lanes and strands that refer to it. */
    int users;

    private long interval;
    private long tolerance;
    private long theoretical = Long.MIN_VALUE / 4;

    Gcra(Rate rate) {
        change(rate);
    }

    /** Another rate from now on; what has been sent counts on. */
    void change(Rate rate) {
        // Rounded up: a little slower never breaks the limit.
        interval = Math.max(1, Math.ceilDiv(rate.period().toNanos() / 1000, rate.count() - rate.burst()));
        tolerance = interval * rate.burst();
    }

    @Override
    public long nextAllowed(long now) {
        return Math.max(now, theoretical - tolerance);
    }

    @Override
    public void take(long now) {
        theoretical = Math.max(theoretical, now) + interval;
    }

    /** Whether forgetting it would allow no more than keeping it. */
    boolean isIdle(long now) {
        return theoretical <= now;
    }
}
