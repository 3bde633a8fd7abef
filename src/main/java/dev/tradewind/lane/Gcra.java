package dev.tradewind.lane;

import dev.tradewind.shaping.Rate;

import java.util.LinkedHashMap;

/**
 * Paces one scope: no half-open window of the period ever holds more than the count of its {@link Rate} (generic cell rate algorithm,
 * ITU-T I.371). Of the count, the burst may come at once and is taken from the steady flow, so that both together keep to the limit. Times in
 * microseconds. Not thread-safe.
 *
 * <p>What is sent here evenly arrives there unevenly, so the period is taken to be longer by {@link #JITTER_MICROS}.
 */
final class Gcra {
    /** What the way to the host may differ from one message to the next. */
    static final long JITTER_MICROS = 20_000;

    /** How long a lane may let its turn wait. */
    private static final long PATIENCE_MICROS = 100_000;

    /** Lanes that wait for their turn, and when they were told to come. */
    private final LinkedHashMap<Object, Long> line = new LinkedHashMap<>(2);

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

    /** The earliest time for one more; {@code now} if it may go at once. */
    long nextAllowed(long now) {
        return Math.max(now, theoretical - tolerance);
    }

    /** One goes. */
    void take(long now) {
        theoretical = Math.max(theoretical, now) + interval;
    }

    /**
     * The earliest time for one more from a lane, where several share this limit: they take turns, since one whose clock ticks a little
     * earlier would otherwise take everything. A lane that waits gets in line, and loses its place when it does not come in time.
     */
    long nextAllowedFor(Object lane, long now) {
        long free = nextAllowed(now);
        if (users <= 1) {
            return free;
        }
        while (!line.isEmpty()
                && !line.firstEntry().getKey().equals(lane)
                && now > Math.max(line.firstEntry().getValue(), free) + PATIENCE_MICROS) {
            line.pollFirstEntry();
        }
        if (line.isEmpty() && free <= now) {
            return now;
        }
        line.putIfAbsent(lane, now);
        long before = 0;
        for (Object waiting : line.keySet()) {
            if (waiting.equals(lane)) {
                break;
            }
            before++;
        }
        long promised = before == 0 ? free : Math.max(free + before * interval, now + 1);
        line.put(lane, promised);
        return promised;
    }

    /** One goes, from a lane. */
    void takeFor(Object lane, long now) {
        take(now);
        line.remove(lane);
    }

    /** Whether forgetting it would allow no more than keeping it. */
    boolean isIdle(long now) {
        return theoretical <= now;
    }
}
