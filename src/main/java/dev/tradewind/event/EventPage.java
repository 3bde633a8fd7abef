package dev.tradewind.event;

import java.util.List;
import java.util.Optional;

/** The answer to an {@link EventQuery}. */
public sealed interface EventPage {
    /**
     * What was found.
     *
     * @param events       the stored JSON objects in UTF-8, newest first
     * @param totalCount   events that match on all pages, as counted for the first
     * @param totalIsExact false if counting was given up: then there are at least {@code totalCount}
     * @param next         cursor of the next page; empty on the last. A page may have fewer events than asked for and still have a
     *                     next one, when too many had to be looked at
     */
    record Found(List<byte[]> events, long totalCount, boolean totalIsExact, Optional<String> next)
            implements EventPage {
        /** Nothing, and no more pages. */
        public static final Found NOTHING = new Found(List.of(), 0, true, Optional.empty());

        public Found {
            events = List.copyOf(events);
        }
    }

    /** The cursor is none that an earlier page of this search gave. */
    record BadCursor() implements EventPage {}
}
