package dev.tradewind.api;

import dev.tradewind.account.TenantScope;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Port: the search of events, newest first. */
@FunctionalInterface
public interface EventQueries {
    /**
     * What is looked for: events that fit every filter; a filter fits if one of its values does.
     *
     * @param scope   whose events
     * @param from    inclusive
     * @param to      exclusive
     * @param filters values by filter, never empty; recipients and domains in lower case
     * @param perPage 1..10000
     * @param cursor  place to go on from, of an earlier page; empty: the first page
     */
    record EventQuery(
            TenantScope scope,
            Instant from,
            Instant to,
            Map<EventFilter, Set<String>> filters,
            int perPage,
            Optional<String> cursor) {
        public EventQuery {
            filters = Map.copyOf(filters);
        }
    }

    /** What was found. */
    sealed interface Found {
        /**
         * A page.
         *
         * @param events       flat JSON objects as stored
         * @param totalCount   events that fit, on all pages
         * @param totalIsExact false if there are at least so many
         * @param nextCursor   place of the next page; empty on the last one
         */
        record Page(List<byte[]> events, long totalCount, boolean totalIsExact, Optional<String> nextCursor)
                implements Found {}

        /** The cursor is none of this search. */
        record BadCursor() implements Found {}
    }

    /** Looks for events. May block for a moment. */
    Found search(EventQuery query);
}
