package dev.tradewind.deliver;

import dev.tradewind.settings.Setting;

import java.time.Duration;
import java.util.List;

/**
 * When a deferred message is tried again.
 *
 * @param retry       {@code delivery.retry}
 * @param expireAfter {@code delivery.expire_after}
 */
public record RetrySettings(
        @Setting(
                key = "delivery.retry",
                doc =
                        "Waits between attempts: after the first failure the first, and so on; the last one repeats. Each is varied by up to a"
                                + " tenth either way.",
                def = "20m, 40m, 80m, 160m, 320m, 640m, 1280m",
                min = "1s",
                max = "7d")
        List<Duration> retry,

        @Setting(
                key = "delivery.expire_after",
                doc =
                        "A message that could not be delivered for so long, counted from its injection, is bounced. The last attempt is made at"
                                + " that time.",
                def = "72h",
                min = "1s",
                max = "30d")
        Duration expireAfter) {
    /** The defaults. */
    public static final RetrySettings DEFAULT = new RetrySettings(
            List.of(
                    Duration.ofMinutes(20),
                    Duration.ofMinutes(40),
                    Duration.ofMinutes(80),
                    Duration.ofMinutes(160),
                    Duration.ofMinutes(320),
                    Duration.ofMinutes(640),
                    Duration.ofMinutes(1280)),
            Duration.ofDays(3));

    /** @throws IllegalArgumentException if there is no wait or one is not positive */
    public RetrySettings {
        retry = List.copyOf(retry);
        if (retry.isEmpty()) {
            throw new IllegalArgumentException("delivery.retry: at least one wait");
        }
        for (Duration wait : retry) {
            if (wait.isNegative() || wait.isZero()) {
                throw new IllegalArgumentException("delivery.retry: a wait is longer than nothing");
            }
        }
    }
}
