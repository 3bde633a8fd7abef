package dev.tradewind.account;

import java.util.List;

/** Port: TXT records of a name, asked now and not from a cache. Blocks on the DNS (virtual threads only). */
@FunctionalInterface
public interface TxtRecords {
    /** What the DNS said. */
    sealed interface Answer {
        /** Records, the strings of each joined. */
        record Found(List<String> texts) implements Answer {
            public Found {
                texts = List.copyOf(texts);
            }
        }

        /** No such name, or no TXT record there. */
        record None() implements Answer {}

        /** No answer. */
        record Failed(String reason) implements Answer {}
    }

    /** Asks for the TXT records of a name (without final dot). */
    Answer lookup(String name);
}
