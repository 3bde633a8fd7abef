package dev.tradewind.event;

import java.util.Optional;

/** What events can be searched by: the list parameters of {@code GET /api/v1/events/message} (API facts §2.17). */
public enum EventFilter {
    EVENTS("events", "", Match.OWN),
    RECIPIENTS("recipients", "", Match.OWN),
    RECIPIENT_DOMAINS("recipient_domains", "", Match.DOMAIN_WORDS),
    FROM_ADDRESSES("from_addresses", "friendly_from", Match.OWN),
    SENDING_DOMAINS("sending_domains", "sending_domain", Match.DOMAIN_WORDS),
    SUBJECTS("subjects", "subject", Match.WORDS),
    BOUNCE_CLASSES("bounce_classes", "bounce_class", Match.EXACT),
    REASONS("reasons", "reason", Match.WORDS),
    CAMPAIGNS("campaigns", "campaign_id", Match.WORDS),
    TEMPLATES("templates", "template_id", Match.WORDS),
    IP_POOLS("ip_pools", "ip_pool", Match.WORDS),
    SENDING_IPS("sending_ips", "sending_ip", Match.EXACT),
    SUBACCOUNTS("subaccounts", "", Match.OWN),
    MESSAGES("messages", "", Match.OWN),
    TRANSMISSIONS("transmissions", "", Match.OWN),
    EVENT_IDS("event_ids", "event_id", Match.EXACT);

    /** How a value is compared. */
    enum Match {
        /** In a way of its own. */
        OWN,
        /** The same text. */
        EXACT,
        /** The same words in a row. */
        WORDS,
        /** The same words in a row, where a dot separates words too. */
        DOMAIN_WORDS
    }

    private final String wireName;
    private final String field;
    private final Match match;

    EventFilter(String wireName, String field, Match match) {
        this.wireName = wireName;
        this.field = field;
        this.match = match;
    }

    /** Name of the parameter. */
    public String wireName() {
        return wireName;
    }

    /** Field of the event that must be read; empty if none. */
    String field() {
        return field;
    }

    Match match() {
        return match;
    }

    /** The filter of a parameter, if there is one. */
    public static Optional<EventFilter> ofWireName(String name) {
        for (EventFilter filter : values()) {
            if (filter.wireName.equals(name)) {
                return Optional.of(filter);
            }
        }
        return Optional.empty();
    }
}
