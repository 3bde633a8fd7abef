package dev.tradewind.event;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Whole words of a text, in any case, separated by space, {@code -} and {@code _}, for domains also by {@code .} (API facts §2.17). A
 * value of several words matches where they stand in a row.
 */
record Keywords(List<String> words) {
    Keywords {
        words = List.copyOf(words);
    }

    static Keywords of(String text, boolean dots) {
        List<String> words = new ArrayList<>();
        String lower = text.toLowerCase(Locale.ROOT);
        int start = 0;
        for (int i = 0; i <= lower.length(); i++) {
            if (i == lower.length() || isSeparator(lower.charAt(i), dots)) {
                if (i > start) {
                    words.add(lower.substring(start, i));
                }
                start = i + 1;
            }
        }
        return new Keywords(words);
    }

    private static boolean isSeparator(char c, boolean dots) {
        return c == ' ' || c == '-' || c == '_' || c == '\t' || (dots && c == '.');
    }

    /** Whether these words stand in a row in {@code text}. No words are found nowhere. */
    boolean areIn(Keywords text) {
        for (int at = 0; !words.isEmpty() && at + words.size() <= text.words.size(); at++) {
            if (text.words.subList(at, at + words.size()).equals(words)) {
                return true;
            }
        }
        return false;
    }
}
