package dev.tradewind.api;

import java.util.Optional;

/** The filters of the events search (API facts §2.17) with the names that older clients send. */
public enum EventFilter {
    EVENT_IDS("event_ids", false, "", "Ids of events."),
    EVENTS("events", false, "", "Types of events."),
    RECIPIENTS("recipients", false, "", "Addresses of recipients."),
    RECIPIENT_DOMAINS("recipient_domains", true, "", "Domains of recipients."),
    FROM_ADDRESSES("from_addresses", false, "friendly_froms", "Addresses in From."),
    SENDING_DOMAINS("sending_domains", true, "", "Domains in From."),
    SUBJECTS("subjects", true, "", "Subjects."),
    BOUNCE_CLASSES("bounce_classes", false, "", "Bounce classification codes."),
    REASONS("reasons", true, "reason", "Texts of reasons."),
    CAMPAIGNS("campaigns", true, "campaign_ids", "Campaign ids."),
    TEMPLATES("templates", true, "template_ids", "Template ids."),
    SENDING_IPS("sending_ips", false, "", "Addresses the mail was sent from."),
    IP_POOLS("ip_pools", true, "", "Pools the mail was sent from."),
    SUBACCOUNTS("subaccounts", false, "", "Numbers of subaccounts; 0 is the primary."),
    MESSAGES("messages", false, "message_ids", "Message ids."),
    TRANSMISSIONS("transmissions", false, "transmission_ids", "Transmission ids."),
    MAILBOX_PROVIDERS("mailbox_providers", true, "", "Mailbox providers."),
    MAILBOX_PROVIDER_REGIONS("mailbox_provider_regions", true, "", "Regions of mailbox providers."),
    AB_TESTS("ab_tests", false, "", "A/B test ids."),
    AB_TEST_VERSIONS("ab_test_versions", false, "", "A/B test versions; needs `ab_tests`.");

    private final String wireName;
    private final boolean keyword;
    private final String legacyName;
    private final String description;

    EventFilter(String wireName, boolean keyword, String legacyName, String description) {
        this.wireName = wireName;
        this.keyword = keyword;
        this.legacyName = legacyName;
        this.description = description;
    }

    /** Query parameter. */
    public String wireName() {
        return wireName;
    }

    /**
     * Whether a value matches whole words of a field instead of all of it: words end at space, {@code -} and {@code _}, in the two
     * domain filters also at {@code .}; several words match in a row.
     */
    public boolean isKeyword() {
        return keyword;
    }

    /** The name that older clients send, if there is one. */
    public Optional<String> legacyName() {
        return legacyName.isEmpty() ? Optional.empty() : Optional.of(legacyName);
    }

    String description() {
        return keyword ? description + " Whole words match." : description;
    }
}
