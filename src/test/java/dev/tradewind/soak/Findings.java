package dev.tradewind.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a run counted, and what it found that must not be. Thread-safe. */
final class Findings {
    private static final int MOST = 50;

    private final Map<String, Long> counts = new TreeMap<>();
    private final List<String> wrong = new ArrayList<>();

    synchronized void count(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    synchronized long counted(String what) {
        return counts.getOrDefault(what, 0L);
    }

    /** All counts whose name begins so, in order of name. */
    synchronized Map<String, Long> counts(String prefix) {
        Map<String, Long> found = new TreeMap<>();
        counts.forEach((name, count) -> {
            if (name.startsWith(prefix)) {
                found.put(name.substring(prefix.length()), count);
            }
        });
        return found;
    }

    /** Something that must not be. */
    synchronized void wrong(String what) {
        if (wrong.size() < MOST) {
            wrong.add(what);
        }
    }

    /** Something that must be. */
    void require(boolean holds, String what) {
        if (!holds) {
            wrong(what);
        }
    }

    synchronized List<String> allWrong() {
        return List.copyOf(wrong);
    }
}
