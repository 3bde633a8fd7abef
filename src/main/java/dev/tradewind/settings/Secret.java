package dev.tradewind.settings;

/**
 * A setting that must not be shown: a key or password. Its text form is never the value.
 *
 * @param value the secret itself; 1 or more characters without white space or control characters
 */
public record Secret(String value) {
    /** @throws IllegalArgumentException if empty, or with white space or control characters */
    public Secret {
        if (value.isEmpty() || value.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
            throw new IllegalArgumentException(
                    "a secret has at least one character, and none is white space or control");
        }
    }

    /** Reads a secret. */
    public static Secret parse(String written) {
        return new Secret(written);
    }

    @Override
    public String toString() {
        return "(secret)";
    }
}
