package dev.tradewind.lane;

import dev.tradewind.shaping.Rate;

/**
 * Paces one scope: no half-open window of the period ever holds more than the count of its {@link Rate} (generic cell rate algorithm,
 * ITU-T I.371). Of the count, the burst may come at once and is taken from the steady flow, so that both together keep to the limit. Times in
 * microseconds. Not thread-safe.
 *
 * <p>What is sent here evenly arrives there unevenly, so the period is taken to be longer by {@link #JITTER_MICROS}.
 */
final class Gcra implements Limiter {
    /** What the way to the host may differ from one message to the next. */
    static final long JITTER_MICROS = 20_000;

    /** Lanes and strands that refer to it. */
    int users;

    private long interval;
    private long tolerance;
    private long theoretical;

    /**
     * A fresh one.
     *
     * @param since when counting began, for instance at the start of the program: what was sent before is not known, so the burst and two
     *              messages count as sent then
     */
    Gcra(Rate rate, long since) {
        change(rate);
        theoretical = since + tolerance + 2 * interval;
    }

    /** Another rate from now on; what has been sent counts on. */
    void change(Rate rate) {
        // Rounded up: a little slower never breaks the limit.
        interval =
                Math.max(1, Math.ceilDiv(rate.period().toNanos() / 1000 + JITTER_MICROS, rate.count() - rate.burst()));
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
