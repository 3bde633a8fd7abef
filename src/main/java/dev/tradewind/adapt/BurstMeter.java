package dev.tradewind.adapt;

import org.jspecify.annotations.Nullable;

/**
 * How many messages a provider takes above its rate before it answers "too fast": the size of its bucket, as far as we met it. While the
 * ceiling is known it is a leaky bucket of our own that leaks at the ceiling. While the rate is searched for, the ceiling is known only
 * afterwards, so the moments at which the rate was raised are kept until then. Times in nanoseconds, sizes in messages.
 */
final class BurstMeter {
    private static final int MARKS = 8;
    private static final double MOST_SECONDS = 600;
    private static final double FADING = 0.99;

    private double level;
    private long levelAt;
    private long emptyAt;
    private long emptyTotal;
    private double known;

    private long @Nullable [] marks;
    private int marked;
    private long endAt;
    private long endTotal;
    private boolean ended;

    /** One was accepted, the {@code total}-th, while {@code ceiling} messages a nanosecond were thought to be the limit. */
    void accepted(long now, long total, double ceiling) {
        level -= ceiling * (now - levelAt);
        levelAt = now;
        if (level <= 0) {
            level = 0;
            emptyAt = now;
            emptyTotal = total - 1;
        }
        level++;
    }

    /** Messages above the ceiling since it was last kept to. */
    double level() {
        return level;
    }

    /** The largest burst met; 0 if none. */
    double known() {
        return known;
    }

    void restore(double burst) {
        known = burst;
    }

    /** The provider has just said "too fast" at a ceiling that was known. */
    void exhausted() {
        known = Math.max(known * FADING, level);
    }

    void reset(long now, long total) {
        level = 0;
        levelAt = now;
        emptyAt = now;
        emptyTotal = total;
    }

    /** The ceiling is no longer known; a search for it begins. */
    void searching(long now, long total) {
        marks = new long[2 * MARKS];
        marked = 0;
        ended = false;
        mark(emptyAt, emptyTotal);
        mark(now, total);
    }

    /** The rate is raised. Of many marks the oldest is dropped: rates grow, so the last few hold most of what was sent. */
    void mark(long now, long total) {
        if (marks == null) {
            return;
        }
        if (marked == MARKS) {
            System.arraycopy(marks, 2, marks, 0, 2 * (MARKS - 1));
            marked--;
        }
        marks[2 * marked] = now;
        marks[2 * marked + 1] = total;
        marked++;
    }

    /** The search ended with "too fast". */
    void found(long now, long total) {
        endAt = now;
        endTotal = total;
        ended = true;
    }

    /** The ceiling was measured, so that what the search got through above it is now known. */
    void measured(double ceiling) {
        if (marks == null || !ended) {
            return;
        }
        double most = 0;
        for (int i = 0; i < marked; i++) {
            most = Math.max(most, endTotal - marks[2 * i + 1] - ceiling * (endAt - marks[2 * i]));
        }
        known = Math.max(known, Math.min(most, MOST_SECONDS * 1e9 * ceiling));
        marks = null;
    }
}
