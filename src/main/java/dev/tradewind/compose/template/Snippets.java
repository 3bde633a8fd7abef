package dev.tradewind.compose.template;

import java.util.Optional;

/** The snippets that a message may include: those of its account, pinned for the transmission. Safe for many threads. */
@FunctionalInterface
public interface Snippets {
    /** No snippet at all. */
    Snippets NONE = id -> Optional.empty();

    /** The snippet of that id; empty if there is none. Called while rendering, so it must not block. */
    Optional<Snippet> find(String id);
}
