package dev.tradewind.event;

import dev.tradewind.mail.MessageId;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Decides whether an event belongs to the answer of a query. What stands beside the JSON is looked at first; the JSON is parsed only if a
 * filter needs one of its fields and all else has matched.
 */
final class EventMatcher {
    private static final JsonFactory JSON = new JsonFactory();

    private final EventQuery query;
    private final Set<EventType> types = EnumSet.noneOf(EventType.class);
    private final Set<String> recipients = new HashSet<>();
    private final Set<Integer> subaccounts = new HashSet<>();
    private final Set<MessageId> messages = new HashSet<>();
    private final Set<Long> transmissions = new HashSet<>();
    private final Set<String> fromAddresses = new HashSet<>();
    private final Map<EventFilter, List<Keywords>> words = new EnumMap<>(EventFilter.class);
    private final List<EventFilter> inJson = new ArrayList<>();
    private final Set<String> fields = new HashSet<>();
    private final boolean matchesNothing;

    EventMatcher(EventQuery query) {
        this.query = query;
        boolean possible = true;
        for (Map.Entry<EventFilter, List<String>> entry : query.filters().entrySet()) {
            EventFilter filter = entry.getKey();
            boolean any = false;
            for (String value : entry.getValue()) {
                any |= prepare(filter, value);
            }
            possible &= any;
            if (!filter.field().isEmpty()) {
                inJson.add(filter);
                fields.add(filter.field());
            }
        }
        matchesNothing = !possible;
        if (fields.contains("sending_domain")) {
            fields.add("friendly_from");
        }
    }

    /** Whether some filter has only values that no event can have. */
    boolean matchesNothing() {
        return matchesNothing;
    }

    /** Notes a value; whether any event can have it. */
    private boolean prepare(EventFilter filter, String value) {
        return switch (filter) {
            case EVENTS -> EventType.ofWireName(value).map(types::add).isPresent();
            case RECIPIENTS -> noted(recipients, value.toLowerCase(Locale.ROOT));
            case FROM_ADDRESSES -> noted(fromAddresses, value.toLowerCase(Locale.ROOT));
            case SUBACCOUNTS -> {
                long number = number(value);
                yield number >= 0 && number <= Integer.MAX_VALUE && noted(subaccounts, (int) number);
            }
            case TRANSMISSIONS -> {
                long number = number(value);
                yield number >= 0 && noted(transmissions, number);
            }
            case MESSAGES -> {
                try {
                    yield noted(messages, MessageId.parse(value));
                } catch (IllegalArgumentException noId) {
                    yield false;
                }
            }
            default ->
                switch (filter.match()) {
                    case WORDS, DOMAIN_WORDS ->
                        words.computeIfAbsent(filter, f -> new ArrayList<>()).add(keywords(filter, value));
                    case EXACT, OWN -> true;
                    case NEVER -> false;
                };
        };
    }

    private static <T> boolean noted(Set<T> values, T value) {
        values.add(value);
        return true;
    }

    /** A number as an id is written: decimal digits only; -1 if this is none or beyond 2^63. */
    private static long number(String value) {
        if (value.isEmpty() || !value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException tooLarge) {
            return -1;
        }
    }

    private static Keywords keywords(EventFilter filter, String text) {
        return Keywords.of(text, filter.match() == EventFilter.Match.DOMAIN_WORDS);
    }

    Set<MessageId> messages() {
        return messages;
    }

    Set<Long> transmissions() {
        return transmissions;
    }

    Set<String> recipients() {
        return recipients;
    }

    boolean matches(Event event) {
        if (!query.scope().includes(event.tenant())
                || event.timestamp().isBefore(query.from())
                || !event.timestamp().isBefore(query.to())) {
            return false;
        }
        if ((!types.isEmpty() && !types.contains(event.type()))
                || (!recipients.isEmpty() && !recipients.contains(event.recipient()))
                || (!messages.isEmpty() && !messages.contains(event.message()))
                || (!transmissions.isEmpty()
                        && !transmissions.contains(event.message().transmission()))
                || (!subaccounts.isEmpty()
                        && !subaccounts.contains(event.tenant().subaccount()))) {
            return false;
        }
        String recipientDomain = event.recipient().substring(event.recipient().lastIndexOf('@') + 1);
        return haveWords(EventFilter.RECIPIENT_DOMAINS, recipientDomain)
                && (inJson.isEmpty() || fieldsMatch(fieldsOf(event.json())));
    }

    private boolean haveWords(EventFilter filter, String text) {
        List<Keywords> wanted = words.get(filter);
        if (wanted == null) {
            return true;
        }
        Keywords found = keywords(filter, text);
        for (Keywords one : wanted) {
            if (one.areIn(found)) {
                return true;
            }
        }
        return false;
    }

    private boolean fieldsMatch(Map<String, String> values) {
        for (EventFilter filter : inJson) {
            String value = values.get(filter.field());
            boolean matches = switch (filter) {
                case FROM_ADDRESSES -> value != null && fromAddresses.contains(address(value));
                case SENDING_DOMAINS -> haveWords(filter, sendingDomain(value, values.get("friendly_from")));
                default ->
                    value != null
                            && (filter.match() == EventFilter.Match.EXACT
                                    ? query.values(filter).contains(value)
                                    : haveWords(filter, value));
            };
            if (!matches) {
                return false;
            }
        }
        return true;
    }

    private static String sendingDomain(@Nullable String sendingDomain, @Nullable String friendlyFrom) {
        if (sendingDomain != null) {
            return sendingDomain;
        }
        String address = friendlyFrom == null ? "" : address(friendlyFrom);
        return address.substring(address.lastIndexOf('@') + 1);
    }

    /** The address of {@code Name <address>}, or the whole. */
    private static String address(String from) {
        int open = from.lastIndexOf('<');
        int close = from.lastIndexOf('>');
        String address = open >= 0 && close > open ? from.substring(open + 1, close) : from;
        return address.strip().toLowerCase(Locale.ROOT);
    }

    /** The wanted scalar fields of the outermost object. */
    private Map<String, String> fieldsOf(byte[] json) {
        Map<String, String> values = new HashMap<>();
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return values;
            }
            while (values.size() < fields.size() && parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (value.isStructStart()) {
                    parser.skipChildren();
                } else if (fields.contains(name) && value != JsonToken.VALUE_NULL) {
                    values.put(name, parser.getString());
                }
            }
        } catch (JacksonException e) {
            throw new IllegalStateException("a stored event is not JSON", e);
        }
        return values;
    }
}
