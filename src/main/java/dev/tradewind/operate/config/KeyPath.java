package dev.tradewind.operate.config;

import java.util.ArrayList;
import java.util.List;

/**
 * A configuration key as the parts between its dots. A name that somebody chose (of a source, a pool) is one part, whatever is in it.
 *
 * @param parts none for the root
 */
record KeyPath(List<String> parts) implements Comparable<KeyPath> {
    static final KeyPath ROOT = new KeyPath(List.of());

    KeyPath {
        parts = List.copyOf(parts);
    }

    static KeyPath of(String dotted) {
        return new KeyPath(List.of(dotted.split("\\.", -1)));
    }

    KeyPath plus(String part) {
        List<String> longer = new ArrayList<>(parts);
        longer.add(part);
        return new KeyPath(longer);
    }

    boolean startsWith(KeyPath prefix) {
        return prefix.parts.size() <= parts.size()
                && parts.subList(0, prefix.parts.size()).equals(prefix.parts);
    }

    @Override
    public int compareTo(KeyPath other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return String.join(".", parts);
    }
}
