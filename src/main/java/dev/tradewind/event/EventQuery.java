package dev.tradewind.event;

import dev.tradewind.account.TenantScope;

import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A search for events.
 *
 * @param scope   whose events
 * @param from    earliest time, inclusive
 * @param to      latest time, exclusive
 * @param filters values as they were written, any of which may match; all filters must. A value that no event can have, such as the type
 *                of a later version or an id of another form, matches nothing
 * @param perPage 1..{@value #MAX_PER_PAGE}
 * @param cursor  where to go on, as an earlier page said; empty for the first page
 */
public record EventQuery(
        TenantScope scope,
        Instant from,
        Instant to,
        Map<EventFilter, List<String>> filters,
        int perPage,
        Optional<String> cursor) {
    /** Most events of a page. */
    public static final int MAX_PER_PAGE = 10_000;

    /** @throws IllegalArgumentException if {@code perPage} is out of range */
    public EventQuery {
        if (perPage < 1 || perPage > MAX_PER_PAGE) {
            throw new IllegalArgumentException("per_page " + perPage + " is not 1.." + MAX_PER_PAGE);
        }
        Map<EventFilter, List<String>> copy = new EnumMap<>(EventFilter.class);
        filters.forEach((filter, values) -> {
            if (!values.isEmpty()) {
                copy.put(filter, List.copyOf(values));
            }
        });
        filters = copy;
    }

    /** The values of a filter; none if it is not used. */
    List<String> values(EventFilter filter) {
        return filters.getOrDefault(filter, List.of());
    }
}
