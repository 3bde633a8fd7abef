package dev.tradewind.api;

import dev.tradewind.account.Grant;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.Optional;

/** {@code /api/v1/requests} (ours): what the keys of the account asked for lately, and how it was answered. */
final class RequestsResource {
    private static final String PATH = "/api/v1/requests";

    private final RequestLog log;

    RequestsResource(RequestLog log) {
        this.log = log;
    }

    List<Endpoint> endpoints() {
        return List.of(Endpoint.of("GET", PATH)
                .grant(Grant.ACCOUNT_VIEW)
                .doc(
                        "Requests",
                        "Recent requests",
                        "Ours. The latest " + RequestLog.MOST_OF_AN_ACCOUNT
                                + " requests that the keys of the account made of this API, newest first; follow `links.next` until it is missing. Query, header fields and body are not kept. Kept in memory: a restart of the server empties the list. Not in it are requests without a good key, those of a browser that is signed in, and those whose client left before the answer.")
                .query("cursor", "string", "`initial`, or the cursor in `links.next`.")
                .query("per_page", "integer", "1 to " + RequestLog.MOST_OF_AN_ACCOUNT + ", 100 by default.")
                .query("status", "integer", "Only those answered with this HTTP status.")
                .query("request_id", "string", "Only the one whose answer had this `X-Request-Id`.")
                .answers(200, "RequestPage", "A page of requests.")
                .by(this::list));
    }

    private Answer list(Call call) throws Refusal {
        Query query = call.query();
        int perPage = query.number("per_page", 100, 1, RequestLog.MOST_OF_AN_ACCOUNT);
        int status = query.number("status", 0, 100, 599);
        Optional<String> id = query.first("request_id").filter(written -> !written.isEmpty());
        RequestLog.Found found = log.find(
                call.scope(),
                entry -> (status == 0 || entry.status() == status)
                        && (id.isEmpty() || id.get().equals(entry.requestId())),
                before(query),
                perPage);
        ObjectNode root = Json.object();
        ArrayNode results = root.putArray("results");
        found.entries().forEach(entry -> results.add(describe(entry)));
        root.put("total_count", found.total());
        ObjectNode links = root.putObject("links");
        if (found.more()) {
            // with request_id there is one page only
            links.put(
                    "next",
                    PATH + "?cursor=" + found.entries().getLast().number() + "&per_page=" + perPage
                            + (status == 0 ? "" : "&status=" + status));
        }
        return Answer.json(200, root);
    }

    private static long before(Query query) throws Refusal {
        Optional<String> cursor = query.first("cursor").filter(c -> !c.isEmpty() && !c.equals("initial"));
        try {
            return cursor.isEmpty() ? Long.MAX_VALUE : Long.parseLong(cursor.get());
        } catch (NumberFormatException notOurs) {
            throw Refusal.parameter("'cursor' is none of this list: begin again with cursor=initial");
        }
    }

    private static ObjectNode describe(RequestLog.Entry entry) {
        ObjectNode node = Json.object()
                .put("request_id", entry.requestId())
                .put("timestamp", entry.time().toString())
                .put("method", entry.method())
                .put("path", entry.path())
                .put("status", entry.status());
        entry.code().ifPresent(code -> node.put("code", code));
        node.put("key_id", entry.keyId())
                .put("key_label", entry.keyLabel())
                .put("duration_ms", entry.duration().toMillis());
        if (entry.tenant().subaccount() != 0) {
            node.put("subaccount_id", entry.tenant().subaccount());
        }
        return node;
    }
}
