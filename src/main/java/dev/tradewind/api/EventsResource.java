package dev.tradewind.api;

import dev.tradewind.account.Grant;
import dev.tradewind.account.TenantScope;
import dev.tradewind.event.EventFilter;
import dev.tradewind.event.EventPage;
import dev.tradewind.event.EventQuery;
import dev.tradewind.event.EventType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** {@code /api/v1/events/message} (API facts §2.17): what happened to messages; and what its fields mean. */
final class EventsResource {
    private static final String PATH = "/api/v1/events/message";
    private static final String TAG = "Events";

    /** Types of SparkPost's that do not happen here yet: asked for, they find nothing. */
    private static final Set<String> LATER_TYPES = Set.of(
            "open",
            "initial_open",
            "click",
            "amp_open",
            "amp_initial_open",
            "amp_click",
            "list_unsubscribe",
            "link_unsubscribe",
            "relay_injection",
            "relay_rejection",
            "relay_delivery",
            "relay_tempfail",
            "relay_permfail",
            "ab_test_completed",
            "ab_test_cancelled");

    private static final Set<EventFilter> LOWER_CASE = Set.of(
            EventFilter.RECIPIENTS,
            EventFilter.RECIPIENT_DOMAINS,
            EventFilter.FROM_ADDRESSES,
            EventFilter.SENDING_DOMAINS);

    private final Function<EventQuery, EventPage> events;
    private final InstantSource clock;
    private final JsonNode reference;

    EventsResource(Function<EventQuery, EventPage> events, InstantSource clock) {
        this.events = events;
        this.clock = clock;
        this.reference = Json.ours(OpenApi.resource("events.json"));
    }

    List<Endpoint> endpoints() {
        Endpoint.Builder search = Endpoint.of("GET", PATH)
                .grant(Grant.MESSAGE_EVENTS_VIEW)
                .doc(
                        TAG,
                        "Search events",
                        "Newest first. Lists are separated by `delimiter`. Follow `links.next` until it is missing. Events appear within a second.")
                .query(
                        "from",
                        "string",
                        "Begin, inclusive, ISO 8601, UTC unless it has an offset; 24 h ago by default.")
                .query("to", "string", "End, exclusive; now by default.")
                .query("cursor", "string", "`initial`, or the cursor in `links.next`.")
                .query("per_page", "integer", "1 to 10000, 1000 by default.")
                .query("delimiter", "string", "What separates the values of a list, `,` by default.");
        for (EventFilter filter : EventFilter.values()) {
            search.query(filter.wireName(), "string", filter.description());
        }
        return List.of(
                search.answers(200, "EventPage", "A page of events.").by(this::search),
                Endpoint.of("GET", PATH + "/documentation")
                        .doc(TAG, "Fields of events", "For each type of event its fields, with description and sample.")
                        .answers(200, "EventDocumentation", "The fields.")
                        .by(call -> Answer.results(documentation())),
                Endpoint.of("GET", PATH + "/samples")
                        .doc(TAG, "Samples of events", "An event of each type as the search gives it.")
                        .query("events", "string", "Types, separated by commas; all by default.")
                        .answers(200, "EventSamples", "The samples.")
                        .by(this::samples));
    }

    private Answer search(Call call) throws Refusal {
        Query query = call.query();
        Instant now = clock.instant();
        Instant from = time(query, "from").orElse(now.minus(Duration.ofDays(1)));
        Instant to = time(query, "to").orElse(now);
        int perPage = query.number("per_page", 1000, 1, 10_000);
        String delimiter = query.first("delimiter").filter(d -> !d.isEmpty()).orElse(",");
        Map<EventFilter, List<String>> filters = filters(query, delimiter);
        if (filters.containsKey(EventFilter.AB_TEST_VERSIONS) && !filters.containsKey(EventFilter.AB_TESTS)) {
            throw Refusal.parameter("'ab_test_versions' needs 'ab_tests'");
        }
        Optional<String> cursor = query.first("cursor").filter(c -> !c.isEmpty() && !c.equals("initial"));
        EventQuery wanted = new EventQuery(scope(call, filters), from, to, filters, perPage, cursor);
        return switch (events.apply(wanted)) {
            case EventPage.BadCursor bad ->
                throw Refusal.parameter("'cursor' is none of this search: begin again with cursor=initial");
            case EventPage.Found page -> answer(query, from, to, page);
        };
    }

    /** The primary may ask for subaccounts by number whatever its header says: for events the parameter counts (API facts §1.2). */
    private static TenantScope scope(Call call, Map<EventFilter, List<String>> filters) {
        TenantScope scope = call.scope();
        boolean primary = scope.subaccount().orElse(0) == 0;
        return primary && filters.containsKey(EventFilter.SUBACCOUNTS) ? TenantScope.whole(scope.account()) : scope;
    }

    private static Map<EventFilter, List<String>> filters(Query query, String delimiter) throws Refusal {
        Map<EventFilter, List<String>> filters = new EnumMap<>(EventFilter.class);
        for (EventFilter filter : EventFilter.values()) {
            Optional<String> written = query.first(filter.wireName());
            if (written.isEmpty() && filter.legacyName().isPresent()) {
                written = query.first(filter.legacyName().get());
            }
            Set<String> values = new LinkedHashSet<>();
            for (String value : written.orElse("").split(java.util.regex.Pattern.quote(delimiter), -1)) {
                String bare = value.strip();
                if (!bare.isEmpty()) {
                    values.add(LOWER_CASE.contains(filter) ? bare.toLowerCase(Locale.ROOT) : bare);
                }
            }
            if (!values.isEmpty()) {
                filters.put(filter, List.copyOf(values));
            }
        }
        for (String type : filters.getOrDefault(EventFilter.EVENTS, List.of())) {
            if (EventType.ofWireName(type).isEmpty() && !LATER_TYPES.contains(type)) {
                throw Refusal.parameter("'events': there is no type '" + Json.clip(type) + "'");
            }
        }
        for (String number : filters.getOrDefault(EventFilter.SUBACCOUNTS, List.of())) {
            if (!number.chars().allMatch(c -> c >= '0' && c <= '9') || number.length() > 9) {
                throw Refusal.parameter("'subaccounts' must be numbers");
            }
        }
        return filters;
    }

    private static Optional<Instant> time(Query query, String name) throws Refusal {
        Optional<String> written = query.first(name).filter(t -> !t.isEmpty());
        if (written.isEmpty()) {
            return Optional.empty();
        }
        String text = written.get();
        if (text.length() > 16 && text.charAt(text.length() - 6) == ' ') {
            text = text.substring(0, text.length() - 6) + '+' + text.substring(text.length() - 5); // an unescaped '+'
        }
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException noOffset) {
            try {
                return Optional.of(LocalDateTime.parse(text).toInstant(ZoneOffset.UTC));
            } catch (DateTimeException e) {
                throw Refusal.parameter("'" + name + "' must be a time such as 2026-01-31T09:00:00Z");
            }
        }
    }

    /** The events are copied as they are stored. */
    private static Answer answer(Query query, Instant from, Instant to, EventPage.Found page) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(64 + page.events().size() * 512);
        out.writeBytes(JsonIn.utf8("{\"results\":["));
        boolean first = true;
        for (byte[] event : page.events()) {
            if (!first) {
                out.write(',');
            }
            first = false;
            out.writeBytes(event);
        }
        ObjectNode links = Json.object();
        page.next().ifPresent(cursor -> links.put("next", next(query, from, to, cursor)));
        out.writeBytes(JsonIn.utf8("],\"total_count\":" + page.totalCount() + ",\"total_count_exact\":"
                + page.totalIsExact() + ",\"links\":"));
        out.writeBytes(Json.bytes(links));
        out.write('}');
        return Answer.json(200, out.toByteArray());
    }

    /** All parameters again, with the times pinned, so that pages do not shift. */
    private static String next(Query query, Instant from, Instant to, String cursor) {
        StringBuilder uri = new StringBuilder(PATH).append("?cursor=").append(encode(cursor));
        uri.append("&from=").append(encode(from.toString())).append("&to=").append(encode(to.toString()));
        query.values().forEach((name, values) -> {
            if (!Set.of("cursor", "from", "to").contains(name)) {
                uri.append('&').append(encode(name)).append('=').append(encode(values.getFirst()));
            }
        });
        return uri.toString();
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    // ---- what events look like

    private ArrayNode documentation() {
        ArrayNode all = Json.array();
        for (EventType type : EventType.values()) {
            ObjectNode fields = all.addObject();
            for (JsonNode name : reference.path("types").path(type.wireName())) {
                fields.set(name.stringValue(), reference.path("fields").path(name.stringValue()));
            }
            fields.putObject("type")
                    .put(
                            "description",
                            reference.path("descriptions").path(type.wireName()).stringValue(""))
                    .put("sampleValue", type.wireName());
        }
        return all;
    }

    private Answer samples(Call call) throws Refusal {
        Set<String> wanted = new LinkedHashSet<>();
        for (String name : call.query().first("events").orElse("").split(",", -1)) {
            if (!name.isBlank()) {
                wanted.add(name.strip());
            }
        }
        ArrayNode all = Json.array();
        for (EventType type : EventType.values()) {
            if (wanted.isEmpty() || wanted.contains(type.wireName())) {
                ObjectNode event = all.addObject().put("type", type.wireName());
                for (JsonNode name : reference.path("types").path(type.wireName())) {
                    event.set(
                            name.stringValue(),
                            reference.path("fields").path(name.stringValue()).path("sampleValue"));
                }
            }
        }
        if (all.isEmpty()) {
            throw Refusal.parameter("'events' names no type of event");
        }
        return Answer.results(all);
    }
}
