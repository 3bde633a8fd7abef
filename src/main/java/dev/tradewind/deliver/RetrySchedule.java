package dev.tradewind.deliver;

import dev.tradewind.classify.Cause;
import dev.tradewind.classify.Phase;
import dev.tradewind.mail.EnhancedStatus;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * When a deferred message is tried again, and when it has been tried long enough. Pure.
 *
 * <p>The default waits are 20, 40, 80 … minutes, doubling; no shorter first one: greylisting hosts accept after minutes, but a first
 * retry of 5 minutes is one attempt more for every message to a host that is down. A wait is varied by a tenth either way, so that
 * messages deferred together do not come back together. The last attempt is moved to the moment of expiry: a message gets all the time
 * that was promised to it.
 */
public final class RetrySchedule {
    private static final EnhancedStatus EXPIRED = new EnhancedStatus(5, 4, 7);
    private static final double JITTER = 0.1;

    private final List<Duration> waits;
    private final Duration expireAfter;

    /** A schedule of these waits. */
    public RetrySchedule(RetrySettings settings) {
        this.waits = settings.retry();
        this.expireAfter = settings.expireAfter();
    }

    /** When a message injected at a time expires. */
    public Instant expires(Instant injected) {
        return injected.plus(expireAfter);
    }

    /**
     * When the next attempt is due.
     *
     * @param injected when the message was injected
     * @param failures attempts that have failed, 1 or more
     * @param now      time of the last failure
     * @param random   varies the wait
     * @return empty if the message has expired: bounce it
     */
    public Optional<Instant> next(Instant injected, int failures, Instant now, RandomGenerator random) {
        if (failures < 1) {
            throw new IllegalArgumentException("a retry after " + failures + " failures");
        }
        Instant expires = expires(injected);
        if (!now.isBefore(expires)) {
            return Optional.empty();
        }
        Duration wait = waits.get(Math.min(failures, waits.size()) - 1);
        double factor = 1 + JITTER * (2 * random.nextDouble() - 1);
        Instant due = now.plusMillis(Math.max(1, Math.round(wait.toMillis() * factor)));
        return Optional.of(due.isAfter(expires) ? expires : due);
    }

    /** The cause of the bounce of an expired message, with the words of its last failure if there was one. */
    public static Cause expired(Optional<Cause> last) {
        String reason = last.map(cause -> "message timeout (last transfail: " + cause.inOneLine() + ")")
                .orElse("message timeout (no attempt was made)");
        return new Cause.Internal(last.map(Cause::phase).orElse(Phase.ROUTE), EXPIRED, reason);
    }
}
