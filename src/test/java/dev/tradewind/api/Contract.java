package dev.tradewind.api;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

/** Holds answers against an OpenAPI document: status, media type, headers and body must be described there. */
public final class Contract {
    private static final Set<String> OF_HTTP = Set.of(
            "date",
            "content-length",
            "content-type",
            "content-encoding",
            "connection",
            "vary",
            "transfer-encoding",
            "x-content-type-options",
            ":status");

    /** The paragraph of the introduction that describes refusals that any request may get. */
    private static final Pattern EVERYWHERE =
            Pattern.compile("^\\*\\*Refusals of the server as a whole,\\*\\*.*$", Pattern.MULTILINE);

    private static final Pattern REFUSAL = Pattern.compile("\\b[45]\\d\\d\\b");

    final JsonNode document;
    private final Set<Integer> everywhere = new TreeSet<>();
    private final Map<String, Schema> schemas = new ConcurrentHashMap<>();

    /** @param openApi the document in JSON */
    public Contract(byte[] openApi) {
        this.document = Json.ours(openApi);
        Matcher paragraph =
                EVERYWHERE.matcher(document.path("info").path("description").asString());
        assertThat(paragraph.find())
                .as("the introduction names refusals of the server")
                .isTrue();
        REFUSAL.matcher(paragraph.group()).results().forEach(status -> everywhere.add(Integer.valueOf(status.group())));
    }

    /** Holds one answer against the document. */
    public void check(String method, String rawPath, Reply reply) {
        String path = RoutingTable.withoutTrailingSlashes(rawPath);
        String what = method + " " + rawPath + " -> " + reply.status();
        assertThat(reply.header("x-request-id")).as(what).isPresent();
        assertThat(reply.header("x-sparkpost-request-id")).isEqualTo(reply.header("x-request-id"));
        JsonNode operation = operation(method.equals("HEAD") ? "GET" : method, path);
        if (operation.isMissingNode()) {
            if (reply.status() != 200 && !(method.equals("OPTIONS") && reply.status() == 204)) {
                assertThat(everywhere).as(what).contains(reply.status());
                requireErrors(reply, what);
            }
            return;
        }
        JsonNode response = operation.path("responses").path(Integer.toString(reply.status()));
        assertThat(response.isObject())
                .as(what + " is documented; body " + reply.text())
                .isTrue();
        Set<String> documented = new java.util.HashSet<>();
        response.path("headers").propertyNames().forEach(n -> documented.add(n.toLowerCase(Locale.ROOT)));
        for (String name : reply.headers().keySet()) {
            assertThat(documented.contains(name) || OF_HTTP.contains(name))
                    .as(what + ": header " + name + " is documented")
                    .isTrue();
        }
        if (method.equals("HEAD")) {
            return;
        }
        JsonNode content = response.path("content");
        if (content.isMissingNode()) {
            assertThat(reply.body()).as(what).isEmpty();
            assertThat(reply.header("content-type")).as(what).isEmpty();
            return;
        }
        String type = reply.header("content-type").orElse("").split(";", 2)[0];
        assertThat(content.has(type)).as(what + " has type " + type).isTrue();
        if (type.equals("application/json") && reply.header("content-encoding").isEmpty()) {
            String name = content.path(type).path("schema").path("$ref").stringValue("");
            assertThat(schema(name).validate(reply.json()))
                    .as(what + " fits " + name + ": " + reply.text())
                    .isEmpty();
        }
    }

    /** Every status that some request may be answered with. */
    public Set<Integer> statuses() {
        Set<Integer> all = new TreeSet<>(everywhere);
        for (JsonNode path : document.path("paths").values()) {
            for (JsonNode operation : path.values()) {
                for (String status : operation.path("responses").propertyNames()) {
                    all.add(Integer.valueOf(status));
                }
            }
        }
        return all;
    }

    /** An answer that refuses has the documented body. */
    public static void requireErrors(Reply reply, String what) {
        assertThat(reply.header("content-type")).as(what).hasValue("application/json");
        assertThat(reply.json().path("errors").path(0).path("message").isString())
                .as(what)
                .isTrue();
    }

    private Schema schema(String ref) {
        return schemas.computeIfAbsent(ref, r -> {
            ObjectNode wrapped = Json.object().put("$ref", r);
            wrapped.set("components", document.path("components"));
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(wrapped);
        });
    }

    private JsonNode operation(String method, String path) {
        JsonNode exact = document.path("paths").path(path);
        if (!exact.isMissingNode()) {
            return exact.path(method.toLowerCase(Locale.ROOT));
        }
        Map<String, JsonNode> candidates = new HashMap<>();
        document.path("paths").properties().forEach(e -> candidates.put(e.getKey(), e.getValue()));
        String[] segments = path.split("/", -1);
        for (Map.Entry<String, JsonNode> candidate : candidates.entrySet()) {
            String[] template = candidate.getKey().split("/", -1);
            boolean fits = template.length == segments.length;
            for (int i = 0; fits && i < template.length; i++) {
                fits = template[i].startsWith("{") ? !segments[i].isEmpty() : template[i].equals(segments[i]);
            }
            if (fits) {
                return candidate.getValue().path(method.toLowerCase(Locale.ROOT));
            }
        }
        return document.path("nothing");
    }
}
