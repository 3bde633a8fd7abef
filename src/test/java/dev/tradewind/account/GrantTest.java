package dev.tradewind.account;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

/** The grants that keys made for SparkPost ask for. */
class GrantTest {
    @Test
    void everyGrantOfSparkPostHasItsName() {
        List<String> names = List.of(
                "smtp/inject",
                "transmissions/view",
                "transmissions/modify",
                "templates/view",
                "templates/modify",
                "templates/preview",
                "recipient_lists/manage",
                "sending_domains/view",
                "sending_domains/manage",
                "tracking_domains/view",
                "tracking_domains/manage",
                "inbound_domains/manage",
                "relay_webhooks/view",
                "relay_webhooks/modify",
                "suppression_lists/manage",
                "webhooks/view",
                "webhooks/modify",
                "message_events/view",
                "metrics/view",
                "subaccount/view",
                "subaccount/manage",
                "ip_pools/view",
                "ip_pools/manage",
                "ab-testing/manage",
                "alerts/manage",
                "signals/manage",
                "recipient-validation/preview",
                "recipient-validation/manage",
                "events/ingest",
                "account/view",
                "account/read-write",
                "account/manage",
                "api_keys/manage",
                "users/manage",
                "users/self-manage",
                "users/token-manage",
                "grants/view",
                "support/manage",
                "messaging-tools/manage");
        assertThat(names).allMatch(name -> Grant.ofWireName(name).isPresent(), "is known");
    }

    @Test
    void readWriteOfTheAccountIsItsManagement() {
        Principal key = new Principal("k", "", Tenant.MAIN, Set.of(Grant.ACCOUNT_READ_WRITE));
        assertThat(key.may(Grant.ACCOUNT_VIEW)).isTrue();
        assertThat(key.may(Grant.ACCOUNT_MANAGE)).isTrue();
        assertThat(key.may(Grant.API_KEYS_MANAGE)).isFalse();
    }
}
