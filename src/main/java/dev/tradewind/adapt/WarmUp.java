package dev.tradewind.adapt;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How much a new source may send to one provider today. A source without a past is believed little by little, so its daily volume grows in
 * stages, and only on evidence: a stage is passed when more than 90 % of its volume was <em>delivered</em> in one day. What exceeds the day's
 * volume overflows to the warm sources of the pool, which is the caller's business.
 *
 * <p><b>The table</b> is the one that SparkPost published for its automatic warm-up ("Getting Started with Automated IP Warmup", in its
 * support documentation): messages a day from 200 in stage 1 to 10,000,000 in stage 29. Of its stage 28, printed as "7,50,000", 7,500,000 is
 * the reading that keeps the order.
 *
 * <p><b>Days</b> are UTC days of the times that are passed in. A delivery counts on the day on which it is told.
 *
 * <p><b>Bad signals</b> (a block, complaints, a listing) pause it: nothing goes until the pause is over, and that day passes no stage.
 *
 * <p><b>End.</b> It is finished after the last stage. It is off, which also lifts the limit, after ten days with mail in one stage that did
 * not bring enough mail to pass it: then the source already sends what it ever will. Days without mail do not count. Ten days with mail
 * enough of which too little was delivered are another matter: it stays in its stage and says so.
 *
 * <p>Pure. Not thread-safe.
 */
public final class WarmUp {
    private static final long[] VOLUMES = {
        200,
        500,
        1_000,
        2_000,
        5_000,
        10_000,
        20_000,
        40_000,
        50_000,
        75_000,
        100_000,
        150_000,
        200_000,
        250_000,
        325_000,
        400_000,
        500_000,
        600_000,
        750_000,
        1_000_000,
        1_250_000,
        1_750_000,
        2_000_000,
        3_000_000,
        4_250_000,
        5_000_000,
        6_000_000,
        7_500_000,
        10_000_000,
    };
    private static final int STAGNANT_DAYS = 10;
    private static final Duration DAY = Duration.ofDays(1);

    /** Number of stages. */
    public static final int STAGES = VOLUMES.length;

    /** What it does. */
    public enum Phase {
        /** Limits the day's volume. */
        WARMING,
        /** Every stage was passed: no limit. */
        FINISHED,
        /** Switched off for want of mail: no limit. */
        OFF
    }

    /** All but today's counts, which change with every message. */
    private State state;

    private long attempted;
    private long delivered;

    private WarmUp(State state) {
        this.state = state;
        attempted = state.attempted;
        delivered = state.delivered;
    }

    /** A source that has never sent to the provider: stage 1. */
    public static WarmUp from(Instant now) {
        return from(1, now);
    }

    /**
     * A source that begins at a stage.
     *
     * @throws IllegalArgumentException unless the stage is 1 to 29
     */
    public static WarmUp from(int stage, Instant now) {
        return new WarmUp(
                new State(Phase.WARMING, stage, day(now), 0, 0, 0, 0, false, Optional.empty(), Optional.empty()));
    }

    /** A warm-up as it was before a restart. */
    public static WarmUp of(State before) {
        return new WarmUp(before);
    }

    /**
     * Messages a day in a stage.
     *
     * @throws IllegalArgumentException unless the stage is 1 to 29
     */
    public static long volume(int stage) {
        if (stage < 1 || stage > STAGES) {
            throw new IllegalArgumentException("warm-up stage " + stage + ": must be 1 to " + STAGES);
        }
        return VOLUMES[stage - 1];
    }

    /** How many more messages may be attempted today; {@link Long#MAX_VALUE} if there is no limit, 0 while paused. */
    public long remaining(Instant now) {
        advance(now);
        if (state.phase != Phase.WARMING) {
            return Long.MAX_VALUE;
        }
        return isPaused(now) ? 0 : Math.max(0, volume(state.stage) - attempted);
    }

    private boolean isPaused(Instant now) {
        return state.pausedUntil.isPresent() && now.isBefore(state.pausedUntil.get());
    }

    /** One message is attempted from the source. To be told before the attempt, of first attempts and retries alike. */
    public void attempted(Instant now) {
        advance(now);
        attempted++;
    }

    /** One message was delivered from the source. */
    public void delivered(Instant now) {
        advance(now);
        delivered++;
    }

    /** Nothing goes until then; the later end holds. */
    public void pause(Instant until, String reason, Instant now) {
        advance(now);
        boolean later = state.pausedUntil.isEmpty() || until.isAfter(state.pausedUntil.get());
        state = new State(
                state.phase,
                state.stage,
                state.day,
                state.attempted,
                state.delivered,
                state.wanting,
                state.refused,
                true,
                later ? Optional.of(until) : state.pausedUntil,
                later ? Optional.of(reason) : state.pauseReason);
    }

    /** An operator lifts the pause. The day still passes no stage. */
    public void resume(Instant now) {
        advance(now);
        state = new State(
                state.phase,
                state.stage,
                state.day,
                state.attempted,
                state.delivered,
                state.wanting,
                state.refused,
                state.spoilt,
                Optional.empty(),
                Optional.empty());
    }

    public int stage(Instant now) {
        advance(now);
        return state.stage;
    }

    public Phase phase(Instant now) {
        advance(now);
        return state.phase;
    }

    /** Settles the day that is over, if one is. Days in between had no mail. */
    private void advance(Instant now) {
        long today = day(now);
        if (today <= state.day) {
            return;
        }
        boolean paused =
                state.pausedUntil.isPresent() && state.pausedUntil.get().isAfter(startOf(today));
        State next = new State(
                state.phase,
                state.stage,
                today,
                0,
                0,
                state.wanting,
                state.refused,
                paused,
                paused ? state.pausedUntil : Optional.empty(),
                paused ? state.pauseReason : Optional.empty());
        state = state.phase == Phase.WARMING && !state.spoilt ? settle(next) : next;
        attempted = 0;
        delivered = 0;
    }

    private State settle(State next) {
        long enough = volume(state.stage) * 9 / 10; // more than this
        if (delivered > enough) {
            return state.stage == STAGES
                    ? next.at(Phase.FINISHED, STAGES, 0, 0)
                    : next.at(Phase.WARMING, state.stage + 1, 0, 0);
        }
        if (attempted == 0) {
            return next;
        }
        if (attempted > enough) {
            return next.at(Phase.WARMING, state.stage, 0, state.refused + 1);
        }
        int wanting = state.wanting + 1;
        return next.at(wanting >= STAGNANT_DAYS ? Phase.OFF : Phase.WARMING, state.stage, wanting, 0);
    }

    private static long day(Instant at) {
        return Math.floorDiv(at.getEpochSecond(), DAY.toSeconds());
    }

    private static Instant startOf(long day) {
        return Instant.ofEpochSecond(day * DAY.toSeconds());
    }

    /** To be kept over a restart. */
    public State state(Instant now) {
        advance(now);
        return state.counted(attempted, delivered);
    }

    /** What it is and why, in one line. */
    public String explain(Instant now) {
        advance(now);
        if (state.phase == Phase.FINISHED) {
            return "warm: all " + STAGES + " stages were passed";
        }
        if (state.phase == Phase.OFF) {
            return "off: stage " + state.stage + " of " + STAGES + " was not filled on " + STAGNANT_DAYS
                    + " days with mail; no limit";
        }
        StringBuilder text = new StringBuilder(160)
                .append("stage ")
                .append(state.stage)
                .append(" of ")
                .append(STAGES)
                .append(": ")
                .append(attempted)
                .append(" of today's ")
                .append(volume(state.stage))
                .append(" attempted, ")
                .append(delivered)
                .append(" delivered");
        if (isPaused(now)) {
            text.append("; paused until ").append(state.pausedUntil.orElseThrow());
            state.pauseReason.ifPresent(reason -> text.append(": ").append(reason));
        } else if (remaining(now) == 0) {
            text.append("; used up until ").append(startOf(state.day + 1));
        }
        if (state.spoilt) {
            text.append("; after a bad signal this day passes no stage");
        } else {
            text.append("; the next stage needs more than ").append(volume(state.stage) * 9 / 10);
        }
        if (state.wanting > 0) {
            text.append("; not filled on ")
                    .append(state.wanting)
                    .append(" days, off after ")
                    .append(STAGNANT_DAYS);
        }
        if (state.refused > 0) {
            text.append("; too little delivered on ").append(state.refused).append(" days in a row");
        }
        return text.toString();
    }

    /**
     * All that a warm-up remembers.
     *
     * @param phase       what it does
     * @param stage       1 to 29
     * @param day         the UTC day of the counts, days since 1970
     * @param attempted   on that day
     * @param delivered   on that day
     * @param wanting     days with too little mail in this stage
     * @param refused     days in a row with mail enough of which too little was delivered
     * @param spoilt      whether there was a bad signal on that day
     * @param pausedUntil end of the pause
     * @param pauseReason why
     * @throws IllegalArgumentException if the stage is not 1 to 29 or a count is below 0
     */
    public record State(
            Phase phase,
            int stage,
            long day,
            long attempted,
            long delivered,
            int wanting,
            int refused,
            boolean spoilt,
            Optional<Instant> pausedUntil,
            Optional<String> pauseReason) {
        public State {
            volume(stage);
            if (attempted < 0 || delivered < 0 || wanting < 0 || refused < 0) {
                throw new IllegalArgumentException("warm-up with " + attempted + " attempted, " + delivered
                        + " delivered, " + wanting + " and " + refused + " days");
            }
        }

        private State counted(long attempts, long deliveries) {
            return new State(
                    phase, stage, day, attempts, deliveries, wanting, refused, spoilt, pausedUntil, pauseReason);
        }

        private State at(Phase newPhase, int newStage, int newWanting, int newRefused) {
            return new State(
                    newPhase,
                    newStage,
                    day,
                    attempted,
                    delivered,
                    newWanting,
                    newRefused,
                    spoilt,
                    pausedUntil,
                    pauseReason);
        }
    }
}
