package dev.tradewind.settings;

import java.util.Locale;

/**
 * A number of octets, written {@code 512}, {@code 64KiB}, {@code 10MB}, {@code 1GiB}.
 *
 * @param octets 0 or more
 */
public record ByteSize(long octets) implements Comparable<ByteSize> {
    private static final String[] UNITS = {"KIB", "MIB", "GIB", "TIB", "KB", "MB", "GB", "TB", "B"};
    private static final long[] FACTORS = {
        1L << 10, 1L << 20, 1L << 30, 1L << 40, 1_000L, 1_000_000L, 1_000_000_000L, 1_000_000_000_000L, 1L
    };

    /** @throws IllegalArgumentException if negative */
    public ByteSize {
        if (octets < 0) {
            throw new IllegalArgumentException("size " + octets + " is negative");
        }
    }

    /**
     * Reads a size.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static ByteSize parse(String written) {
        String text = written.strip().toUpperCase(Locale.ROOT);
        long factor = 1;
        for (int i = 0; i < UNITS.length; i++) {
            if (text.endsWith(UNITS[i])) {
                factor = FACTORS[i];
                text = text.substring(0, text.length() - UNITS[i].length()).strip();
                break;
            }
        }
        try {
            return new ByteSize(Math.multiplyExact(Long.parseLong(text), factor));
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException(
                    "'" + written + "' is not a size: write a whole number and B, KB, KiB, MB, MiB, GB, GiB, TB or TiB",
                    e);
        }
    }

    /** The size as an array length. */
    public int asInt() {
        return (int) Math.min(Integer.MAX_VALUE - 8, octets);
    }

    @Override
    public int compareTo(ByteSize other) {
        return Long.compare(octets, other.octets);
    }

    /** Shortest exact form. */
    @Override
    public String toString() {
        for (int i : new int[] {3, 7, 2, 6, 1, 5, 0, 4}) {
            if (octets >= FACTORS[i] && octets % FACTORS[i] == 0) {
                String unit = UNITS[i];
                String written = switch (unit.length()) {
                    case 3 -> unit.charAt(0) + "iB";
                    default -> unit;
                };
                return octets / FACTORS[i] + written;
            }
        }
        return octets + "B";
    }
}
