package dev.tradewind.shaping;

/**
 * Where something was written.
 *
 * @param file file, or what the program calls the shipped one
 * @param line from 1
 */
public record Place(String file, int line) {
    @Override
    public String toString() {
        return file + ":" + line;
    }
}
