package dev.tradewind.shaping;

import dev.tradewind.settings.Durations;

import java.time.Duration;

/**
 * How often within how long a reply must be heard, written {@code 3 in 1h}, or {@code 1}.
 *
 * @param times  1..1000
 * @param within longer than nothing where {@code times} is more than 1
 */
public record Trigger(int times, Duration within) {
    /** At once. */
    public static final Trigger ONCE = new Trigger(1, Duration.ZERO);

    /** Most times. */
    public static final int MOST = 1_000;

    /** @throws IllegalArgumentException if a value is out of range */
    public Trigger {
        if (times < 1 || times > MOST) {
            throw new IllegalArgumentException(times + " times is not 1.." + MOST);
        }
        if (times == 1
                ? !within.isZero()
                : within.isZero() || within.isNegative() || within.compareTo(Action.LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "within how long is more than nothing and at most " + Durations.format(Action.LONGEST));
        }
    }

    /**
     * Reads the written form.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Trigger parse(String written) {
        String[] words = written.strip().split("\\s+");
        boolean number =
                words[0].length() < 6 && !words[0].isEmpty() && words[0].chars().allMatch(c -> c >= '0' && c <= '9');
        boolean good = number && (words.length == 1 || (words.length == 3 && words[1].equals("in")));
        if (!good) {
            throw new IllegalArgumentException("'" + written + "' is not 1, or a number and a time such as 3 in 1h");
        }
        int times = Integer.parseInt(words[0]);
        if (words.length == 1) {
            if (times != 1) {
                throw new IllegalArgumentException("'" + written + "' does not say within how long: 3 in 1h");
            }
            return ONCE;
        }
        return times == 1 ? ONCE : new Trigger(times, Durations.parse(words[2]));
    }

    @Override
    public String toString() {
        return times == 1 ? "1" : times + " in " + Durations.format(within);
    }
}
