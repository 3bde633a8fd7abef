package dev.tradewind.settings;

import java.util.Collection;
import java.util.Optional;

/** What somebody probably meant to write: the nearest of the known words by edits, or the one that ends alike. */
public final class Nearest {
    private Nearest() {}

    /** The known key most like the written one: at most a third of it edited, or else with the same last part. */
    public static Optional<String> of(String written, Collection<String> known) {
        String best = "";
        int least = Math.max(1, written.length() / 3) + 1;
        for (String candidate : known) {
            int edits = edits(written, candidate);
            if (edits < least) {
                least = edits;
                best = candidate;
            }
        }
        if (!best.isEmpty()) {
            return Optional.of(best);
        }
        String end = '.' + written.substring(written.lastIndexOf('.') + 1);
        return known.stream().filter(candidate -> candidate.endsWith(end)).findFirst();
    }

    /** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment distance). */
    static int edits(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(a, b, i, j, cost);
            }
        }
        return cost[a.length()][b.length()];
    }

    private static int cheapest(String a, String b, int i, int j, int[][] cost) {
        int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int least = Math.min(replaced, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
    }
}
