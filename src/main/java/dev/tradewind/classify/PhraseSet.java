package dev.tradewind.classify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Finds which of many phrases a text has, in one pass: a trie of their letters, entered at each word of the text. The time depends on the
 * length of the text, not on the number of phrases. Immutable.
 */
final class PhraseSet {
    private static final int ROOT = 0;
    private static final int NONE = -1;
    private static final char REST_OF_WORD = '*';
    private static final int[] NO_ENDS = {};

    /** Edges as an open-addressing table: node and letter, then where it leads; 0 is an empty place as no edge leads from the last node. */
    private long[] edges = filled(1 << 6);

    private int[] targets = new int[1 << 6];
    private int edgeCount;
    private final List<int[]> ends = new ArrayList<>(List.of(NO_ENDS));

    /** The phrases in the form of {@link Wording#phrase}; the number of each is its place. */
    PhraseSet(List<String> phrases) {
        for (int id = 0; id < phrases.size(); id++) {
            add(phrases.get(id), id);
        }
    }

    private static long[] filled(int size) {
        long[] empty = new long[size];
        Arrays.fill(empty, NONE);
        return empty;
    }

    private void add(String phrase, int id) {
        int node = ROOT;
        for (int i = 0; i < phrase.length(); i++) {
            int next = follow(node, phrase.charAt(i));
            if (next == NONE) {
                next = ends.size();
                ends.add(NO_ENDS);
                connect(node, phrase.charAt(i), next);
            }
            node = next;
        }
        int[] before = ends.get(node);
        int[] after = Arrays.copyOf(before, before.length + 1);
        after[before.length] = id;
        ends.set(node, after);
    }

    private void connect(int node, char letter, int target) {
        if (++edgeCount * 2 > edges.length) {
            long[] oldEdges = edges;
            int[] oldTargets = targets;
            edges = filled(oldEdges.length * 2);
            targets = new int[edges.length];
            for (int i = 0; i < oldEdges.length; i++) {
                if (oldEdges[i] != NONE) {
                    put(oldEdges[i], oldTargets[i]);
                }
            }
        }
        put(key(node, letter), target);
    }

    private void put(long key, int target) {
        int place = place(key);
        edges[place] = key;
        targets[place] = target;
    }

    private int follow(int node, char letter) {
        int place = place(key(node, letter));
        return edges[place] == NONE ? NONE : targets[place];
    }

    private static long key(int node, char letter) {
        return (long) node << 16 | letter;
    }

    private int place(long key) {
        int mask = edges.length - 1;
        long mixed = key * 0x9e3779b97f4a7c15L;
        int place = (int) (mixed >>> 32) & mask;
        while (edges[place] != NONE && edges[place] != key) {
            place = place + 1 & mask;
        }
        return place;
    }

    /** The numbers of the phrases that a text has, the text in the form of {@link Wording#of}. */
    BitSet in(String words) {
        BitSet found = new BitSet();
        for (int at = 1; at < words.length(); at++) {
            if (words.charAt(at - 1) == ' ') {
                walk(ROOT, words, at, found);
            }
        }
        return found;
    }

    private void walk(int from, String words, int start, BitSet found) {
        int node = from;
        for (int at = start; ; at++) {
            for (int id : ends.get(node)) {
                found.set(id);
            }
            if (at >= words.length()) {
                return;
            }
            int rest = follow(node, REST_OF_WORD);
            if (rest != NONE) {
                walk(rest, words, words.indexOf(' ', at), found);
            }
            node = follow(node, words.charAt(at));
            if (node == NONE) {
                return;
            }
        }
    }
}
