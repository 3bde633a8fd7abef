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
        public Found {
            events = List.copyOf(events);
        }
    }

    /**
     * The query makes no sense.
     *
     * @param parameter its name on the wire
     * @param reason    what is wrong with it
     */
    record Refused(String parameter, String reason) implements EventPage {}
}
