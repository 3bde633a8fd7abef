package dev.tradewind.account;

import java.util.Optional;

/** What an API key may do, by its name on the wire (API facts §1.8). */
public enum Grant {
    SMTP_INJECT("smtp/inject"),
    TRANSMISSIONS_VIEW("transmissions/view"),
    TRANSMISSIONS_MODIFY("transmissions/modify"),
    TEMPLATES_VIEW("templates/view"),
    TEMPLATES_MODIFY("templates/modify"),
    TEMPLATES_PREVIEW("templates/preview"),
    RECIPIENT_LISTS_MANAGE("recipient_lists/manage"),
    SENDING_DOMAINS_VIEW("sending_domains/view"),
    SENDING_DOMAINS_MANAGE("sending_domains/manage"),
    TRACKING_DOMAINS_VIEW("tracking_domains/view"),
    TRACKING_DOMAINS_MANAGE("tracking_domains/manage"),
    INBOUND_DOMAINS_MANAGE("inbound_domains/manage"),
    RELAY_WEBHOOKS_VIEW("relay_webhooks/view"),
    RELAY_WEBHOOKS_MODIFY("relay_webhooks/modify"),
    SUPPRESSION_LISTS_MANAGE("suppression_lists/manage"),
    WEBHOOKS_VIEW("webhooks/view"),
    WEBHOOKS_MODIFY("webhooks/modify"),
    MESSAGE_EVENTS_VIEW("message_events/view"),
    METRICS_VIEW("metrics/view"),
    SUBACCOUNT_VIEW("subaccount/view"),
    SUBACCOUNT_MANAGE("subaccount/manage"),
    IP_POOLS_VIEW("ip_pools/view"),
    IP_POOLS_MANAGE("ip_pools/manage"),
    AB_TESTING_MANAGE("ab-testing/manage"),
    ALERTS_MANAGE("alerts/manage"),
    SIGNALS_MANAGE("signals/manage"),
    RECIPIENT_VALIDATION_PREVIEW("recipient-validation/preview"),
    RECIPIENT_VALIDATION_MANAGE("recipient-validation/manage"),
    EVENTS_INGEST("events/ingest"),
    ACCOUNT_VIEW("account/view"),
    /** Another name of {@link #ACCOUNT_MANAGE}: the names vary by source. */
    ACCOUNT_READ_WRITE("account/read-write"),
    ACCOUNT_MANAGE("account/manage"),
    API_KEYS_MANAGE("api_keys/manage"),
    USERS_MANAGE("users/manage"),
    USERS_SELF_MANAGE("users/self-manage"),
    USERS_TOKEN_MANAGE("users/token-manage"),
    GRANTS_VIEW("grants/view"),
    SUPPORT_MANAGE("support/manage"),
    MESSAGING_TOOLS_MANAGE("messaging-tools/manage"),
    DATA_PRIVACY_MANAGE("data_privacy/manage"),
    SANDBOX_VIEW("sandbox/view"),
    SANDBOX_MANAGE("sandbox/manage"),
    OPERATE("operate/manage");

    private final String wireName;

    Grant(String wireName) {
        this.wireName = wireName;
    }

    /** The name in JSON. */
    public String wireName() {
        return wireName;
    }

    /** The grant of a name, if there is one. */
    public static Optional<Grant> ofWireName(String name) {
        for (Grant grant : values()) {
            if (grant.wireName.equals(name)) {
                return Optional.of(grant);
            }
        }
        return Optional.empty();
    }
}
