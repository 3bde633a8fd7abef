package dev.tradewind.operate.config;

/**
 * One thing that is wrong with a configuration.
 *
 * @param origin  where it was written
 * @param key     the key it is about; empty if the text could not be read as far as a key
 * @param message what is wrong, the limit, and what to do; never the value of a secret
 */
public record Problem(Origin origin, String key, String message) {
    /** {@code place: key: message}, one line. */
    @Override
    public String toString() {
        return origin + ": " + (key.isEmpty() ? "" : key + ": ") + message;
    }
}
