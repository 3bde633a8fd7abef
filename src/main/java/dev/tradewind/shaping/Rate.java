package dev.tradewind.shaping;

import java.time.Duration;

/**
 * So many in a period, written {@code 100/s}, {@code 10/m}, {@code 5000/h}, {@code 50000/d}, with {@code burst N} behind it if up to N may go
 * at once; or {@code unlimited}. No window as long as the period ever holds more than {@code count}, the burst included.
 *
 * @param count 1..1,000,000,000
 * @param per   the period
 * @param burst 1..count, or 1 where no burst was written: evenly spaced
 */
public record Rate(long count, Per per, long burst) implements Comparable<Rate> {
    /** Greatest count. */
    public static final long MOST = 1_000_000_000;

    /** More than any machine does. */
    public static final Rate UNLIMITED = new Rate(MOST, Per.SECOND, MOST);

    private static final String UNLIMITED_WORD = "unlimited";
    private static final String BURST = "burst";

    /** Periods. */
    public enum Per {
        SECOND('s', 1),
        MINUTE('m', 60),
        HOUR('h', 3_600),
        DAY('d', 86_400);

        private final char letter;
        private final long seconds;

        Per(char letter, long seconds) {
            this.letter = letter;
            this.seconds = seconds;
        }

        /** How long it is. */
        public Duration length() {
            return Duration.ofSeconds(seconds);
        }
    }

    /** @throws IllegalArgumentException if a number is out of range */
    public Rate {
        if (count < 1 || count > MOST) {
            throw new IllegalArgumentException("a rate of " + count + " is not 1.." + MOST);
        }
        if (burst < 1 || burst > count) {
            throw new IllegalArgumentException("a burst of " + burst + " is not 1.." + count);
        }
    }

    /** Evenly spaced. */
    public static Rate of(long count, Per per) {
        return new Rate(count, per, 1);
    }

    /** The nearest rate to so many a second, in the shortest period that gives it within a hundredth; never less than 1 a day. */
    public static Rate ofPerSecond(double perSecond) {
        if (perSecond >= MOST) {
            return UNLIMITED;
        }
        for (Per per : Per.values()) {
            double exact = perSecond * per.seconds;
            long count = Math.round(exact);
            if (count >= 1 && Math.abs(count - exact) <= exact / 100) {
                return of(Math.min(MOST, count), per);
            }
        }
        return of(Math.max(1, Math.round(Math.min(MOST, perSecond * Per.DAY.seconds))), Per.DAY);
    }

    /** Whether it limits nothing. */
    public boolean isUnlimited() {
        return equals(UNLIMITED);
    }

    /** The mean. */
    public double perSecond() {
        return (double) count / per.seconds;
    }

    /** Multiplied, without burst. */
    public Rate times(double factor) {
        return ofPerSecond(perSecond() * factor);
    }

    /**
     * Nanoseconds between two when no burst is left, so that a meter with a tolerance of {@code (burst - 1) × interval} lets no more than
     * {@code count} through in any half-open window of the period: {@code period ÷ (count - burst + 1)}, rounded up.
     */
    public long intervalNanos() {
        long period = per.seconds * 1_000_000_000L;
        long steps = count - burst + 1;
        return Math.ceilDiv(period, steps);
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
        long count = number(main.substring(0, slash).strip(), written);
        Per per = per(main.substring(slash + 1).strip(), written);
        long burst = at < 0 ? 1 : number(text.substring(at + BURST.length()).strip(), written);
        return new Rate(count, per, burst);
    }

    private static Per per(String word, String written) {
        for (Per one : Per.values()) {
            if (word.length() == 1 && word.charAt(0) == one.letter) {
                return one;
            }
        }
        throw notARate(written);
    }

    private static long number(String digits, String written) {
        boolean good =
                !digits.isEmpty() && digits.length() <= 10 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!good) {
            throw notARate(written);
        }
        return Long.parseLong(digits);
    }

    private static IllegalArgumentException notARate(String written) {
        return new IllegalArgumentException(
                "'" + written
                        + "' is not a rate: write a whole number, / and s, m, h or d, such as 100/s or 5000/h burst 20, or unlimited");
    }

    /** The slower is less; of two as fast the one with the longer period, which allows more at once, is more. */
    @Override
    public int compareTo(Rate other) {
        int byMean = Double.compare(perSecond(), other.perSecond());
        if (byMean != 0) {
            return byMean;
        }
        int byPeriod = per.compareTo(other.per);
        return byPeriod != 0 ? byPeriod : Long.compare(burst, other.burst);
    }

    @Override
    public String toString() {
        if (isUnlimited()) {
            return UNLIMITED_WORD;
        }
        return count + "/" + per.letter + (burst == 1 ? "" : " " + BURST + " " + burst);
    }
}
