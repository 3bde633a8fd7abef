package dev.tradewind;

import dev.tradewind.account.Tenant;
import dev.tradewind.account.TenantScope;
import dev.tradewind.api.EventQueries;
import dev.tradewind.event.EventFilter;
import dev.tradewind.event.EventPage;
import dev.tradewind.event.EventSearch;
import dev.tradewind.event.EventStream;
import dev.tradewind.event.EventType;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The events search of the API over the stream of this node. */
final class StreamedEvents implements EventQueries {
    private final EventSearch search;

    StreamedEvents(EventStream stream) {
        search = new EventSearch(stream);
    }

    /** Whether any event can have a value: types of later versions and ids of another form match nothing, beside those that do. */
    private static boolean mayMatch(EventFilter filter, String value) {
        return switch (filter) {
            case EVENTS -> EventType.ofWireName(value).isPresent();
            case MESSAGES -> value.length() == 32 && isHex(value);
            case TRANSMISSIONS ->
                !value.isEmpty() && value.length() <= 19 && value.chars().allMatch(c -> c >= '0' && c <= '9');
            default -> true;
        };
    }

    private static boolean isHex(String value) {
        return value.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'));
    }

    @Override
    public Found search(EventQueries.EventQuery query) {
        Map<EventFilter, List<String>> filters = new EnumMap<>(EventFilter.class);
        for (Map.Entry<dev.tradewind.api.EventFilter, Set<String>> asked :
                query.filters().entrySet()) {
            Optional<EventFilter> filter = EventFilter.ofWireName(asked.getKey().wireName());
            if (filter.isEmpty()) {
                return new Found.Page(
                        List.of(), 0, true, Optional.empty()); // no event has such a field in this version
            }
            List<String> values = asked.getValue().stream()
                    .filter(value -> mayMatch(filter.get(), value))
                    .toList();
            if (values.isEmpty()) {
                return new Found.Page(List.of(), 0, true, Optional.empty());
            }
            filters.put(filter.get(), values);
        }
        TenantScope scope = query.scope();
        int subaccount = scope.subaccount().orElse(0);
        if (scope.subaccount().isPresent() && subaccount == 0) {
            filters.putIfAbsent(EventFilter.SUBACCOUNTS, List.of("0"));
        }
        EventPage page = search.search(new dev.tradewind.event.EventQuery(
                new Tenant(scope.account(), subaccount),
                query.from(),
                query.to(),
                filters,
                query.perPage(),
                query.cursor()));
        return switch (page) {
            case EventPage.Found found ->
                new Found.Page(found.events(), found.totalCount(), found.totalIsExact(), found.next());
            case EventPage.Refused refused when refused.parameter().equals("cursor") -> new Found.BadCursor();
            // Ids that are none, for instance: nothing has them.
            case EventPage.Refused refused -> new Found.Page(List.of(), 0, true, Optional.empty());
        };
    }
}
