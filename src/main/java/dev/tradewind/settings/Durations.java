package dev.tradewind.settings;

import java.time.Duration;
import java.util.Locale;

/** How durations are written in settings: a whole number and {@code ms}, {@code s}, {@code m}, {@code h} or {@code d}. */
public final class Durations {
    private static final String[] UNITS = {"ms", "s", "m", "h", "d"};
    private static final long[] MILLIS = {1, 1_000, 60_000, 3_600_000, 86_400_000};

    private Durations() {}

    /**
     * Reads a duration.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Duration parse(String written) {
        String text = written.strip().toLowerCase(Locale.ROOT);
        for (int i = 0; i < UNITS.length; i++) {
            if (text.endsWith(UNITS[i])) {
                String number = text.substring(0, text.length() - UNITS[i].length());
                if (!number.isEmpty() && number.chars().allMatch(c -> c >= '0' && c <= '9')) {
                    try {
                        return Duration.ofMillis(Math.multiplyExact(Long.parseLong(number), MILLIS[i]));
                    } catch (ArithmeticException | NumberFormatException e) {
                        throw new IllegalArgumentException("'" + written + "' is too long a duration", e);
                    }
                }
            }
        }
        throw new IllegalArgumentException(
                "'" + written + "' is not a duration: write a whole number and ms, s, m, h or d, such as 500ms or 4h");
    }

    /** The shortest exact form of a duration of whole milliseconds. */
    public static String format(Duration duration) {
        long millis = duration.toMillis();
        for (int i = UNITS.length - 1; i >= 0; i--) {
            if (millis != 0 && millis % MILLIS[i] == 0) {
                return millis / MILLIS[i] + UNITS[i];
            }
        }
        return millis + (millis == 0 ? "s" : "ms");
    }
}
