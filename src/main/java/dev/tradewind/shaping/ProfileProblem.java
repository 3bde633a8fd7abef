package dev.tradewind.shaping;

/**
 * One thing that is wrong with a file of profiles.
 *
 * @param place   where
 * @param key     path of the key; empty if the text could not be read as far as a key
 * @param message what is wrong, the limit, and what to do
 */
public record ProfileProblem(Place place, String key, String message) {
    @Override
    public String toString() {
        return place + ": " + (key.isEmpty() ? "" : key + ": ") + message;
    }
}
