package dev.tradewind.api;

import dev.tradewind.account.ApiKeys;
import dev.tradewind.account.ControlUnavailable;
import dev.tradewind.account.Grant;
import dev.tradewind.settings.Cidr;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** {@code /api/v1/api-keys} (API facts §1.8). A key is seen whole once, when it is made; a key makes no key that may do more than itself. */
final class ApiKeysResource {
    private static final String PATH = "/api/v1/api-keys";
    private static final String TAG = "API keys";
    private static final Set<Grant> FOR_SUBACCOUNTS = Set.copyOf(EnumSet.of(
            Grant.SMTP_INJECT,
            Grant.TEMPLATES_VIEW,
            Grant.TEMPLATES_MODIFY,
            Grant.TEMPLATES_PREVIEW,
            Grant.SENDING_DOMAINS_MANAGE,
            Grant.TRACKING_DOMAINS_VIEW,
            Grant.TRACKING_DOMAINS_MANAGE,
            Grant.MESSAGE_EVENTS_VIEW,
            Grant.SUPPRESSION_LISTS_MANAGE,
            Grant.TRANSMISSIONS_VIEW,
            Grant.TRANSMISSIONS_MODIFY,
            Grant.WEBHOOKS_VIEW,
            Grant.WEBHOOKS_MODIFY,
            Grant.DATA_PRIVACY_MANAGE));

    private final ApiKeys keys;

    ApiKeysResource(ApiKeys keys) {
        this.keys = keys;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.of("GET", PATH)
                        .grant(Grant.API_KEYS_MANAGE)
                        .doc(TAG, "List keys", "All keys, oldest first, without their secret part.")
                        .answers(200, "ApiKeyList", "The keys.")
                        .by(this::list),
                Endpoint.of("POST", PATH)
                        .grant(Grant.API_KEYS_MANAGE)
                        .doc(
                                TAG,
                                "Make a key",
                                "The answer holds the key itself; it is not shown again. A key can give only grants that it has itself.")
                        .body("ApiKeyRequest", true)
                        .answers(200, "ApiKeyCreated", "The key.")
                        .answers(
                                403,
                                "Errors",
                                "The caller lacks the grant `api_keys/manage` or a grant it wants to give (1100).")
                        .by(this::create),
                Endpoint.of("GET", PATH + "/{id}")
                        .grant(Grant.API_KEYS_MANAGE)
                        .doc(TAG, "Look at a key", "One key, without its secret part.")
                        .path("id", "Id of the key.")
                        .answers(200, "ApiKeyOne", "The key.")
                        .answers(404, "Errors", "No such key (1600).")
                        .by(this::get),
                Endpoint.of("DELETE", PATH + "/{id}")
                        .grant(Grant.API_KEYS_MANAGE)
                        .doc(TAG, "Revoke a key", "From now on the key is unknown.")
                        .path("id", "Id of the key.")
                        .answers(204, "", "Revoked.")
                        .answers(404, "Errors", "No such key (1600).")
                        .by(this::delete));
    }

    private Answer list(Call call) throws ControlUnavailable {
        ArrayNode results = Json.array();
        for (ApiKeys.ApiKey key : keys.list(call.scope())) {
            results.add(describe(key));
        }
        return Answer.results(results);
    }

    private Answer get(Call call) throws Refusal, ControlUnavailable {
        return Answer.results(
                describe(keys.find(call.scope(), call.parameter("id")).orElseThrow(() -> unknown(call))));
    }

    private Answer delete(Call call) throws Refusal, ControlUnavailable {
        if (!keys.delete(call.scope(), call.parameter("id"))) {
            throw unknown(call);
        }
        return Answer.empty();
    }

    private Answer create(Call call) throws Refusal, IOException, ControlUnavailable {
        Fields fields = new Fields(Json.readObject(call.body()), "");
        String label = fields.requiredString("label", 1024);
        List<String> names = fields.strings("grants", 100, 64).orElseThrow(() -> Refusal.missing("grants"));
        Set<Grant> grants = EnumSet.noneOf(Grant.class);
        for (String name : names) {
            grants.add(Grant.ofWireName(name)
                    .orElseThrow(() -> Refusal.format("'grants': there is no grant '" + Json.clip(name) + "'")));
        }
        if (grants.isEmpty()) {
            throw Refusal.missing("grants");
        }
        for (Grant grant : grants) {
            if (!call.principal().may(grant)) {
                throw Refusal.of(
                        403,
                        1100,
                        "Forbidden.",
                        "this key cannot give '" + grant.wireName() + "', which it does not have");
            }
            if (call.tenant().subaccount() != 0 && !FOR_SUBACCOUNTS.contains(grant)) {
                throw Refusal.combination("a key of a subaccount cannot have '" + grant.wireName() + "'");
            }
        }
        List<Cidr> networks = new ArrayList<>();
        for (String network : fields.strings("valid_ips", 100, 64).orElse(List.of())) {
            try {
                networks.add(Cidr.parse(network));
            } catch (IllegalArgumentException e) {
                throw Refusal.format("'valid_ips': " + Json.clip(String.valueOf(e.getMessage())));
            }
        }
        ApiKeys.Created created = keys.create(new ApiKeys.NewKey(call.tenant(), label, grants, networks));
        return Answer.results(describe(created.key()).put("key", created.secret()));
    }

    private static Refusal unknown(Call call) {
        return Refusal.notFound("API key " + Json.clip(call.parameter("id")) + " does not exist");
    }

    private static ObjectNode describe(ApiKeys.ApiKey key) {
        ObjectNode node = Json.object()
                .put("id", key.id())
                .put("label", key.label())
                .put("short_key", key.shortKey())
                .put("created", key.created().toString());
        ArrayNode grants = node.putArray("grants");
        key.grants().stream().sorted().forEach(grant -> grants.add(grant.wireName()));
        ArrayNode networks = node.putArray("valid_ips");
        key.validIps().forEach(network -> networks.add(network.toString()));
        if (key.tenant().subaccount() != 0) {
            node.put("subaccount_id", key.tenant().subaccount());
        }
        return node;
    }
}
