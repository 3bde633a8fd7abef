package dev.tradewind.adapt;

/**
 * Finds and holds the highest rate that a provider takes, from its answers alone. The provider is thought of as a token bucket of unknown
 * rate and size; it says "too fast" when the bucket is empty, and perhaps stays closed for a while after that.
 *
 * <p><b>What is measured.</b> At two moments of "too fast" the bucket is empty. What was accepted between them, over the time between
 * them, is therefore the provider's rate, whatever the size of its bucket; or less than that, if we sent so slowly in between that the
 * bucket overflowed. This <em>goodput</em> is exact for a large bucket and a lower bound for a small one, and is used only if we were
 * waiting for permission most of the time.
 *
 * <p><b>One signal.</b> Answers come late. "Too fast" to an attempt that was started before the last cut is the same signal again.
 * Signals that follow each other with hardly anything accepted in between form an <em>episode</em>.
 *
 * <p><b>Cut.</b> The first signal sets the ceiling to the goodput, or just below the rate if there is no measure, and the rate to
 * {@value #MARGIN} below the ceiling. Further signals of an episode cut by 5, 10, 15, 20 %, or at once to the most that the episode's own
 * counts allow: a accepted and t refused in a time s hardly come from a rate above (a + 2) / s · (1 + a / t); the 2 is for chance, the last
 * factor because a bucket of one loses what comes too early.
 *
 * <p><b>Probe.</b> From below the ceiling the rate comes back along a cubic curve (as CUBIC does, RFC 9438): soon near the ceiling, long on
 * it, then gently above it, by at most {@value #MOST_ABOVE}. How long it takes is bounded from below in time ({@link #PROBE_NANOS}) and in
 * messages: {@value #PROBE_COST} accepted for each one that was refused in the last episode, which is what keeps deferrals far under 2 %.
 * After a cut that was new information the first probes come sooner, each three times as long as the one before.
 *
 * <p><b>Moved.</b> More accepted above the ceiling than any burst met so far could explain means that the provider's rate has grown:
 * the rate is raised in steps of 6 to 25 % until the next signal. At the very beginning, with a rate from a profile, steps double.
 *
 * <p><b>Closed.</b> Nothing accepted of what was sent after the first signal of an episode, and three refused: the rate falls to two
 * attempts in the time since, so attempts come at growing distances. At the first one accepted the old rate is come back to by doubling. A
 * provider that closed for long is probed so rarely that being closed costs a twentieth of the time.
 *
 * <p>Times in nanoseconds, rates in messages a nanosecond.
 */
final class RateSearch {
    static final double SECOND = 1e9;
    static final double MARGIN = 0.05;
    static final double MOST_ABOVE = 0.15;
    static final double PROBE_NANOS = 180 * SECOND;
    static final double PROBE_COST = 120;

    /** Above the ceiling the same excess is met sooner or later, so going there slowly would save nothing. */
    private static final double ABOVE_NANOS = 120 * SECOND;

    private static final double ABOVE_MESSAGES = 1000;
    private static final double ABOVE_SHARE = 9;

    private static final double FIRST_PROBE_NANOS = 30 * SECOND;
    private static final double FIRST_PROBE_MESSAGES = 12;
    private static final double STEP_NANOS = 30 * SECOND;
    private static final double FIRST_STEP = 1.06;
    private static final double LARGEST_STEP = 1.25;
    private static final double UNKNOWN_STEP = 2;
    private static final double GREATEST_CUT = 0.2;

    /** Accepted since a cut before another signal opens a new episode. */
    private static final int FRESH = 6;
    /** Accepted between two signals before their distance is a measure. */
    private static final int MEASURABLE = 20;

    private static final double UNKNOWN_BURST_NANOS = 90 * SECOND;
    private static final double LEAST_BURST = 5;
    private static final double SMALL_BURST = 3;
    private static final double SMALL_BURST_NANOS = 2 * SECOND;

    private static final double CLOSED_NANOS = 60 * SECOND;
    private static final double CLOSED_MESSAGES = 10;
    private static final double CLOSED_SHARE = 20;
    private static final double LONG_RUN_NANOS = 300 * SECOND;
    private static final double FORGETTING_NANOS = 6 * 3600 * SECOND;
    private static final int CAREFUL = 4;

    /** Where the rate is on its way. */
    enum Phase {
        SEARCHING,
        CLOSED,
        RETURNING,
        BELOW,
        ABOVE
    }

    private double lowest;
    private double highest;
    private double rate;
    private double ceiling = Double.NaN;
    private final BurstMeter burst = new BurstMeter();
    private long total;

    // The search for an unknown ceiling.
    private boolean searching;
    private double step;
    private int raises;

    // Since the last signal.
    private long signalAt;
    private long signalAccepted;
    private double idle;

    // The episode: since its first signal.
    private long episodeAt;
    private long episodeAccepted;
    private long episodeThrottled;
    private long episodeAnswered;
    private long episodeRefused;
    private double episodeCeiling;
    private int signals;
    private int repeats;

    // A provider that closes.
    private double closedFor;
    private int closures;
    private boolean reopened;
    private boolean trusted;

    // Progress since the last cut.
    private long cutAt = Long.MIN_VALUE;
    private long raisedAt;
    private long acceptedSinceCut;
    private long accepted;
    private double limited;
    private long acceptedBelow = -1;
    private double limitedBelow;
    private int probes;

    // For those who ask.
    private double cutFrom = Double.NaN;
    private double goodput = Double.NaN;
    private long cuts;

    /** A search that begins at a rate about which nothing is known, but that {@code total} were accepted between {@code since} and now. */
    RateSearch(double lowest, double highest, double rate, long now, long total, long since) {
        this.lowest = lowest;
        this.highest = highest;
        this.rate = rate;
        this.total = total;
        signalAt = now;
        burst.reset(since, 0);
        search(now, UNKNOWN_STEP);
    }

    /** A ceiling that was learned before, as if it had been confirmed at {@code cutAt}. */
    void restore(
            double knownCeiling, double knownBurst, int knownProbes, double wasClosedFor, long learnedAt, long now) {
        ceiling = knownCeiling;
        burst.restore(knownBurst);
        rate = clamp(ceiling * (1 - MARGIN));
        probes = knownProbes;
        closedFor = wasClosedFor;
        closures = wasClosedFor > 0 ? CAREFUL : 0;
        trusted = true;
        searching = false;
        cutAt = learnedAt;
        raisedAt = now;
    }

    /** Other bounds from now on. */
    void bounds(double low, double high) {
        lowest = low;
        highest = high;
        rate = clamp(rate);
    }

    double rate() {
        return rate;
    }

    double interval() {
        return 1 / rate;
    }

    /** An attempt was started as soon as it was allowed, {@code nanos} after the one before. */
    void limitedFor(double nanos) {
        limited += nanos;
    }

    /** An attempt was started {@code nanos} later than was allowed, for want of mail. */
    void idleFor(double nanos) {
        idle += nanos;
    }

    /** An attempt that was started at {@code sent} was accepted. */
    void accepted(long sent, long now) {
        total++;
        signalAccepted++;
        if (signals > 0) {
            episodeAccepted++;
            if (sent >= episodeAt) {
                episodeAnswered++;
            }
        }
        if (!Double.isNaN(ceiling)) {
            burst.accepted(now, total, ceiling);
        }
        if (sent < cutAt) {
            return; // says nothing about the present rate
        }
        if (signals > 2 && episodeAnswered == 1) {
            reopen(now);
        }
        accepted++;
        acceptedSinceCut++;
        if (searching) {
            raise(sent, now);
        } else if (isReturning()) {
            if (sent >= raisedAt) {
                rate = clamp(Math.min(2 * rate, ceiling * (1 - MARGIN)));
                startProgress(now);
            }
        } else {
            grow(now);
        }
    }

    private void reopen(long now) {
        // From the last refusal on we know only that it was closed then; perhaps there was no mail to try it with.
        closedFor = Math.min(now - (double) episodeAt, 1.5 * (cutAt - episodeAt));
        if (!closes()) {
            return; // a rate so low that our own waits were the pause
        }
        closures++;
        reopened = true;
        if (!trusted) {
            ceiling /= 2;
        }
        trusted = true;
        rate = clamp(Math.max(rate, ceiling / 16));
        raisedAt = now;
    }

    /** Whether the last episode was a provider that closed for a time that cost more than a few messages. */
    private boolean closes() {
        return closedFor > CLOSED_NANOS && closedFor * ceiling > CLOSED_MESSAGES;
    }

    private void raise(long sent, long now) {
        boolean tried = now - raisedAt >= STEP_NANOS || interval() > STEP_NANOS;
        if (sent < raisedAt || !tried || limited <= 0 || rate >= highest) {
            return;
        }
        if (raises > 0 && step < LARGEST_STEP) {
            step = Math.min(LARGEST_STEP, step * step);
        }
        raises++;
        rate = clamp(rate * step);
        raisedAt = now;
        limited = 0;
        burst.mark(now, total);
    }

    private boolean isReturning() {
        return rate < ceiling * (1 - MARGIN) * 0.999 && rate < highest;
    }

    private void startProgress(long now) {
        raisedAt = now;
        accepted = 0;
        limited = 0;
        acceptedBelow = -1;
    }

    private void grow(long now) {
        double messages = probeMessages(now);
        double nanos = probeNanos(now);
        double x = Math.min(limited / nanos, accepted / messages);
        if (x < 1 && acceptedBelow < 0) {
            double left = 1 - x;
            rate = clamp(ceiling * (1 - MARGIN * left * left * left));
            return;
        }
        if (acceptedBelow < 0) {
            acceptedBelow = accepted;
            limitedBelow = limited;
        }
        double y = Math.min(
                (limited - limitedBelow) / Math.min(nanos, ABOVE_NANOS),
                (accepted - acceptedBelow) / (Math.min(messages, ABOVE_MESSAGES) / ABOVE_SHARE));
        rate = clamp(ceiling * (1 + Math.min(MOST_ABOVE, 0.01 * y + 0.01 * y * y)));
        if (burst.level() > proof()) {
            probes = Math.min(probes, 2);
            search(now, FIRST_STEP);
        }
    }

    /** Messages above the ceiling that no burst explains. */
    private double proof() {
        return Math.max(LEAST_BURST, Math.max(ceiling * UNKNOWN_BURST_NANOS, 1.3 * burst.known()));
    }

    private void search(long now, double firstStep) {
        searching = true;
        step = firstStep;
        raises = 0;
        ceiling = Double.NaN;
        raisedAt = now;
        limited = 0;
        burst.searching(now, total);
    }

    /** How much the ceiling is trusted: it fades when nothing confirms it for hours. */
    private int trust(long now) {
        if (cutAt == Long.MIN_VALUE) {
            return 0;
        }
        double fading = Math.max(FORGETTING_NANOS, 2 * PROBE_COST / ceiling);
        return (int) Math.max(0, Math.min(10, probes - Math.floor((now - (double) cutAt) / fading)));
    }

    /** Messages from a cut to the ceiling. */
    private double probeMessages(long now) {
        double full = PROBE_COST * Math.max(1, episodeThrottled);
        int trust = trust(now);
        return trust < CAREFUL ? Math.min(full, FIRST_PROBE_MESSAGES * Math.pow(3, trust)) : full;
    }

    /** Time from a cut to the ceiling. */
    private double probeNanos(long now) {
        if (closes()) {
            double caution = Math.min(1, 0.0625 * (1 << Math.min(closures, CAREFUL)));
            return Math.max(PROBE_NANOS, CLOSED_SHARE * closedFor * caution);
        }
        return Math.min(PROBE_NANOS, FIRST_PROBE_NANOS * (1 << trust(now)));
    }

    /** The provider said "too fast" to an attempt that was started at {@code sent}. True if the rate was cut. */
    boolean throttled(long sent, long now) {
        episodeThrottled++;
        if (sent >= episodeAt) {
            episodeRefused++;
        }
        if (sent < cutAt) {
            return false;
        }
        cutFrom = rate;
        if (signals == 0 || acceptedSinceCut >= (reopened ? 2 : FRESH)) {
            firstSignal(now);
        } else {
            furtherSignal(now);
        }
        searching = false;
        cuts++;
        cutAt = now;
        acceptedSinceCut = 0;
        reopened = false;
        startProgress(now);
        signalAt = now;
        signalAccepted = 0;
        idle = 0;
        burst.reset(now, total);
        return true;
    }

    private void firstSignal(long now) {
        double span = now - (double) signalAt;
        boolean busy = idle < span / 10;
        double measure = busy && signalAccepted >= MEASURABLE ? signalAccepted / span : 0;
        boolean measuredLong = measure > 0 && span > LONG_RUN_NANOS;
        boolean closing = closes();
        boolean small = !Double.isNaN(ceiling) && burst.level() < Math.max(SMALL_BURST, SMALL_BURST_NANOS * ceiling);
        double top = Double.isNaN(ceiling) ? rate : Math.min(rate, ceiling);
        if (searching) {
            burst.found(now, total);
            if (raises > 0) {
                top = Math.min(top, closing ? rate / step : rate * (1 + 1 / step) / 2);
            }
        } else {
            if (measure > 0) {
                burst.measured(measure);
            }
            burst.exhausted();
        }
        if (signals > 0 || !searching) {
            probes++;
        }
        double margin = MARGIN / 2;
        if (closing) {
            top = measuredLong ? Math.max(measure, 0.85 * top) : 0.7 * top;
        } else if (small) {
            // A bucket of next to nothing is empty as soon as its rate is passed: the limit is between the two.
            top = (top + rate) / 2;
            margin = MARGIN / 4;
        }
        trusted = closing || measuredLong;
        episodeCeiling = top;
        episodeAt = now;
        episodeAccepted = 0;
        episodeThrottled = 1;
        episodeAnswered = 0;
        episodeRefused = 0;
        signals = 1;
        repeats = 0;
        goodput = measure > 0 ? measure : Double.NaN;
        ceiling = Math.min(rate, Math.max(measure, top * (1 - margin)));
        rate = clamp(ceiling * (1 - MARGIN));
    }

    private void furtherSignal(long now) {
        signals++;
        repeats = acceptedSinceCut < 3 ? repeats + 1 : 0;
        double span = Math.max(1e6, now - (double) episodeAt);
        if (episodeAnswered == 0) {
            double wait = episodeRefused >= 3 ? 2 / span : rate;
            rate = clamp(Math.min(rate * (1 - MARGIN), wait));
            return;
        }
        double measure = episodeAccepted / span;
        double share = (double) episodeAccepted / (episodeAccepted + episodeThrottled);
        double most = (episodeAccepted + 2) / (span * (1 - share));
        double cut = Math.min(GREATEST_CUT, MARGIN * Math.max(1, repeats));
        double top = Math.min(rate, ceiling);
        ceiling = Math.max(measure, Math.min(top * (1 - cut), most));
        rate = clamp(ceiling * (1 - MARGIN));
        goodput = measure;
        if (ceiling < 0.75 * episodeCeiling) {
            probes = 0; // not the limit that we knew
        }
    }

    private double clamp(double wanted) {
        return Math.max(lowest, Math.min(highest, wanted));
    }

    Phase phase() {
        if (searching) {
            return Phase.SEARCHING;
        }
        if (signals > 2 && episodeAnswered == 0) {
            return Phase.CLOSED;
        }
        if (isReturning()) {
            return Phase.RETURNING;
        }
        return acceptedBelow < 0 ? Phase.BELOW : Phase.ABOVE;
    }

    /** Messages a nanosecond; not a number while it is searched for. */
    double ceiling() {
        return ceiling;
    }

    double burst() {
        return burst.known();
    }

    /** The last measure, messages a nanosecond; not a number if there was none. */
    double goodput() {
        return goodput;
    }

    int probes() {
        return probes;
    }

    double closedFor() {
        return closes() ? closedFor : 0;
    }

    long cuts() {
        return cuts;
    }

    long cutAt() {
        return cutAt;
    }

    double cutFrom() {
        return cutFrom;
    }

    int signals() {
        return signals;
    }

    /** Nanoseconds until the rate passes the ceiling, if there is mail enough; 0 if it has. */
    double untilProbe(long now) {
        if (acceptedBelow >= 0 || searching) {
            return 0;
        }
        return Math.max(0, Math.max(probeNanos(now) - limited, (probeMessages(now) - accepted) / rate));
    }
}
