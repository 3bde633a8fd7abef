package dev.tradewind.shaping;

import java.util.function.Function;

/**
 * Between which values adaptation may move one, written {@code 1..50} or {@code 1/m..500/s}.
 *
 * @param low  least
 * @param high greatest
 */
public record Bounds<T extends Comparable<T>>(T low, T high) {
    private static final String BETWEEN = "..";

    /** @throws IllegalArgumentException if the lower one is greater */
    public Bounds {
        if (low.compareTo(high) > 0) {
            throw new IllegalArgumentException(low + BETWEEN + high + " ends below its beginning");
        }
    }

    /** The value, or the bound that it is beyond. */
    public T clamp(T value) {
        if (value.compareTo(low) < 0) {
            return low;
        }
        return value.compareTo(high) > 0 ? high : value;
    }

    /**
     * Reads the written form.
     *
     * @throws IllegalArgumentException if it is none
     */
    static <T extends Comparable<T>> Bounds<T> parse(String written, Function<String, T> value) {
        int at = written.indexOf(BETWEEN);
        if (at < 0) {
            throw new IllegalArgumentException("'" + written + "' is not LOW..HIGH");
        }
        return new Bounds<>(
                value.apply(written.substring(0, at).strip()),
                value.apply(written.substring(at + 2).strip()));
    }

    @Override
    public String toString() {
        return low + BETWEEN + high;
    }
}
