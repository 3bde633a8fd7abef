package dev.tradewind.shaping;

import dev.tradewind.settings.Durations;

import java.time.Duration;

/**
 * So many in a period, written {@code 100/s}, {@code 10/m}, {@code 5000/h}, {@code 50000/d}, {@code 20/90s}, with {@code burst N} behind it
 * where N of them may come at once in front of the steady flow of the others; or {@code unlimited}. No window as long as the period ever holds
 * more than {@code count}, the burst included.
 *
 * @param count  1..1,000,000,000
 * @param period whole milliseconds, more than nothing and at most 31 days
 * @param burst  0..count − 1; where none is written a fiftieth of the count, so that who is late by a little loses nothing
 */
public record Rate(int count, Duration period, int burst) implements Comparable<Rate> {
    /** Greatest count. */
    public static final int MOST = 1_000_000_000;

    private static final String UNLIMITED_WORD = "unlimited";
    private static final String BURST = "burst";
    private static final String LETTERS = "smhd";
    private static final Duration[] PERIODS = {
        Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofHours(1), Duration.ofDays(1)
    };
    private static final Duration LONGEST = Duration.ofDays(31);

    /** More than any machine does. */
    public static final Rate UNLIMITED = of(MOST, Duration.ofSeconds(1));

    /** @throws IllegalArgumentException if a value is out of range */
    public Rate {
        if (count < 1 || count > MOST) {
            throw new IllegalArgumentException("a rate of " + count + " is not 1.." + MOST);
        }
        if (burst < 0 || burst >= count) {
            throw new IllegalArgumentException("a burst of " + burst + " is not 0.." + (count - 1));
        }
        boolean good = !period.isNegative()
                && !period.isZero()
                && period.compareTo(LONGEST) <= 0
                && period.toNanosPart() % 1_000_000 == 0;
        if (!good) {
            throw new IllegalArgumentException("a period of " + period + " is not 1ms.." + Durations.format(LONGEST));
        }
    }

    /** With the usual burst. */
    public static Rate of(int count, Duration period) {
        return new Rate(count, period, usualBurst(count));
    }

    private static int usualBurst(int count) {
        return count / 50;
    }

    /**
     * The nearest rate to so many a second, in the shortest of second, minute, hour and day that gives it within a hundredth; never less than
     * 1 a day.
     */
    public static Rate ofPerSecond(double perSecond) {
        if (perSecond >= MOST) {
            return UNLIMITED;
        }
        for (Duration period : PERIODS) {
            double exact = perSecond * period.toSeconds();
            long count = Math.round(exact);
            if (count >= 1 && Math.abs(count - exact) <= exact / 100) {
                return of((int) Math.min(MOST, count), period);
            }
        }
        double day = perSecond * PERIODS[3].toSeconds();
        return of(Math.clamp(Math.round(day), 1, MOST), PERIODS[3]);
    }

    /** Whether it limits nothing. */
    public boolean isUnlimited() {
        return equals(UNLIMITED);
    }

    /** The mean. */
    public double perSecond() {
        return count * 1000.0 / period.toMillis();
    }

    /** Multiplied, with the usual burst. */
    public Rate times(double factor) {
        return ofPerSecond(perSecond() * factor);
    }

    /**
     * Reads the written form; white space is allowed around {@code /}.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Rate parse(String written) {
        String text = written.strip();
        if (text.equals(UNLIMITED_WORD)) {
            return UNLIMITED;
        }
        int at = text.indexOf(BURST);
        String main = at < 0 ? text : text.substring(0, at).strip();
        int slash = main.indexOf('/');
        if (slash < 0) {
            throw notARate(written);
        }
        int count = number(main.substring(0, slash).strip(), written);
        Duration period = period(main.substring(slash + 1).strip(), written);
        return at < 0
                ? of(count, period)
                : new Rate(
                        count,
                        period,
                        number(text.substring(at + BURST.length()).strip(), written));
    }

    private static Duration period(String word, String written) {
        int letter = word.length() == 1 ? LETTERS.indexOf(word.charAt(0)) : -1;
        if (letter >= 0) {
            return PERIODS[letter];
        }
        try {
            return Durations.parse(word);
        } catch (IllegalArgumentException e) {
            throw notARate(written);
        }
    }

    private static int number(String digits, String written) {
        boolean good = !digits.isEmpty()
                && digits.length() <= 10
                && digits.chars().allMatch(c -> c >= '0' && c <= '9')
                && Long.parseLong(digits) <= MOST;
        if (!good) {
            throw notARate(written);
        }
        return Integer.parseInt(digits);
    }

    private static IllegalArgumentException notARate(String written) {
        return new IllegalArgumentException("'" + written + "' is not a rate: write a whole number up to " + MOST
                + ", / and s, m, h or d, such as 100/s or 5000/h burst 20, or unlimited");
    }

    /** The slower is less; of two as fast the one with the longer period, which allows more at once, is more. */
    @Override
    public int compareTo(Rate other) {
        int byMean = Long.compare(count * other.period.toMillis(), other.count * period.toMillis());
        if (byMean != 0) {
            return byMean;
        }
        int byPeriod = period.compareTo(other.period);
        return byPeriod != 0 ? byPeriod : Integer.compare(burst, other.burst);
    }

    @Override
    public String toString() {
        if (isUnlimited()) {
            return UNLIMITED_WORD;
        }
        String length = Durations.format(period);
        String per = length.startsWith("1") && length.length() == 2 ? length.substring(1) : length;
        return count + "/" + per + (burst == usualBurst(count) ? "" : " " + BURST + " " + burst);
    }
}
