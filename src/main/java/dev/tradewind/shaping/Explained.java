package dev.tradewind.shaping;

import java.util.List;

/**
 * Where a value comes from.
 *
 * @param key    as written; {@code limits.NAME} and {@code reactions.NAME}, too
 * @param chosen what holds
 * @param over   what it lies over, the next one first
 */
public record Explained(String key, Said chosen, List<Said> over) {
    public Explained {
        over = List.copyOf(over);
    }

    /**
     * A value in one place.
     *
     * @param value as it would be written
     * @param profile {@code google}, {@code google pool news}
     * @param place file and line
     */
    public record Said(String value, String profile, Place place) {
        @Override
        public String toString() {
            return value + " (" + profile + ", " + place + ")";
        }
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder(key).append(": ").append(chosen);
        for (Said below : over) {
            out.append(", over ").append(below);
        }
        return out.toString();
    }
}
