package dev.tradewind.event;

import java.util.Optional;

/** What events can be searched by: the list parameters of {@code GET /api/v1/events/message} (API facts §2.17). */
public enum EventFilter {
    EVENT_IDS("event_ids", "event_id", Match.EXACT, "", "Ids of events."),
    EVENTS("events", "", Match.OWN, "", "Types of events."),
    RECIPIENTS("recipients", "", Match.OWN, "", "Addresses of recipients."),
    RECIPIENT_DOMAINS("recipient_domains", "", Match.DOMAIN_WORDS, "", "Domains of recipients."),
    FROM_ADDRESSES("from_addresses", "friendly_from", Match.OWN, "friendly_froms", "Addresses in From."),
    SENDING_DOMAINS("sending_domains", "sending_domain", Match.DOMAIN_WORDS, "", "Domains in From."),
    SUBJECTS("subjects", "subject", Match.WORDS, "", "Subjects."),
    BOUNCE_CLASSES("bounce_classes", "bounce_class", Match.EXACT, "", "Bounce classification codes."),
    REASONS("reasons", "reason", Match.WORDS, "reason", "Texts of reasons."),
    CAMPAIGNS("campaigns", "campaign_id", Match.WORDS, "campaign_ids", "Campaign ids."),
    TEMPLATES("templates", "template_id", Match.WORDS, "template_ids", "Template ids."),
    SENDING_IPS("sending_ips", "sending_ip", Match.EXACT, "", "Addresses the mail was sent from."),
    IP_POOLS("ip_pools", "ip_pool", Match.WORDS, "", "Pools the mail was sent from."),
    SUBACCOUNTS("subaccounts", "", Match.OWN, "", "Numbers of subaccounts; 0 is the primary."),
    MESSAGES("messages", "", Match.OWN, "message_ids", "Message ids."),
    TRANSMISSIONS("transmissions", "", Match.OWN, "transmission_ids", "Transmission ids."),
    MAILBOX_PROVIDERS("mailbox_providers", "", Match.NEVER, "", "Mailbox providers. Whole words match."),
    MAILBOX_PROVIDER_REGIONS(
            "mailbox_provider_regions", "", Match.NEVER, "", "Regions of mailbox providers. Whole words match."),
    AB_TESTS("ab_tests", "", Match.NEVER, "", "A/B test ids."),
    AB_TEST_VERSIONS("ab_test_versions", "", Match.NEVER, "", "A/B test versions; needs `ab_tests`.");

    /** How a value is compared. */
    enum Match {
        /** In a way of its own. */
        OWN,
        /** The same text. */
        EXACT,
        /** The same words in a row; words end at space, {@code -} and {@code _}. */
        WORDS,
        /** The same words in a row, where a dot separates words too. */
        DOMAIN_WORDS,
        /** Not at all: no event has such a field in this version. */
        NEVER
    }

    private final String wireName;
    private final String field;
    private final Match match;
    private final String legacyName;
    private final String description;

    EventFilter(String wireName, String field, Match match, String legacyName, String description) {
        this.wireName = wireName;
        this.field = field;
        this.match = match;
        this.legacyName = legacyName;
        this.description = description;
    }

    /** Name of the parameter. */
    public String wireName() {
        return wireName;
    }

    /** The name that older clients send, if there is one. */
    public Optional<String> legacyName() {
        return legacyName.isEmpty() ? Optional.empty() : Optional.of(legacyName);
    }

    /** A sentence or two for who writes a search. */
    public String description() {
        boolean words = match == Match.WORDS || match == Match.DOMAIN_WORDS;
        return words ? description + " Whole words match." : description;
    }

    /** Field of the event that must be read; empty if none. */
    String field() {
        return field;
    }

    Match match() {
        return match;
    }
}
