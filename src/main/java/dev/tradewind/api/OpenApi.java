package dev.tradewind.api;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code /api/openapi.json}, OpenAPI 3.1, built from the routing table and the schemas in {@code schemas.json}. It is made once, at the
 * start; a schema that an endpoint names and nobody wrote stops the start.
 */
final class OpenApi {
    static final String PATH = "/api/openapi.json";

    private static final Map<String, String> COMMON_HEADERS = Map.of(
            "X-Request-Id", "Names this request in the log.",
            "X-SparkPost-Request-Id", "The same, as SparkPost's clients read it.");

    private OpenApi() {}

    /** The endpoint of the document, to be documented in it. */
    static Endpoint endpoint() {
        return endpoint(new byte[0]);
    }

    static Endpoint endpoint(byte[] document) {
        return Endpoint.of("GET", PATH)
                .doc("Documentation", "This document", "The description of this API in OpenAPI 3.1.")
                .answers(200, "OpenApi", "The document.")
                .by(call -> Answer.json(200, document));
    }

    static byte[] document(List<Endpoint> endpoints) {
        JsonNode schemas = Json.ours(resource("schemas.json"));
        ObjectNode root = Json.object().put("openapi", "3.1.0");
        root.putObject("info")
                .put("title", "Tradewind API")
                .put("version", "1")
                .put("description", new String(resource("introduction.md"), java.nio.charset.StandardCharsets.UTF_8));
        root.putArray("servers").addObject().put("url", "/");
        ObjectNode paths = root.putObject("paths");
        Map<String, ObjectNode> byPath = new TreeMap<>();
        ArrayNode tags = root.putArray("tags");
        endpoints.stream()
                .map(Endpoint::tag)
                .distinct()
                .forEach(tag -> tags.addObject().put("name", tag));
        for (Endpoint endpoint : endpoints) {
            byPath.computeIfAbsent(endpoint.path(), p -> Json.object())
                    .set(endpoint.method().toLowerCase(java.util.Locale.ROOT), operation(endpoint, schemas));
        }
        byPath.forEach(paths::set);
        ObjectNode components = root.putObject("components");
        components.set("schemas", schemas);
        ObjectNode security = components.putObject("securitySchemes");
        security.putObject("key")
                .put("type", "apiKey")
                .put("in", "header")
                .put("name", "Authorization")
                .put("description", "The API key itself, without a scheme word.");
        security.putObject("basic")
                .put("type", "http")
                .put("scheme", "basic")
                .put("description", "The API key as user name, no password.");
        return Json.bytes(root);
    }

    private static ObjectNode operation(Endpoint endpoint, JsonNode schemas) {
        ObjectNode operation = Json.object();
        operation.putArray("tags").add(endpoint.tag());
        operation.put("summary", endpoint.summary());
        String grant =
                endpoint.grant().map(g -> "\n\nGrant: `" + g.wireName() + "`.").orElse("\n\nPublic: no key is needed.");
        operation.put("description", endpoint.description() + grant);
        operation.put("operationId", operationId(endpoint));
        ArrayNode parameters = operation.putArray("parameters");
        for (Endpoint.Parameter parameter : endpoint.parameters()) {
            parameter(parameters, parameter);
        }
        if (endpoint.grant().isPresent()) {
            parameter(
                    parameters,
                    new Endpoint.Parameter(
                            "X-MSYS-SUBACCOUNT",
                            Endpoint.In.HEADER,
                            "integer",
                            "Act for this subaccount (0: the primary only); no other can be made in this version, so any other number is refused (400, 1200). Ignored with a subaccount's own key."));
            ArrayNode security = operation.putArray("security");
            security.addObject().putArray("key");
            security.addObject().putArray("basic");
        }
        endpoint.body().ifPresent(body -> {
            ObjectNode request = operation.putObject("requestBody").put("required", body.required());
            request.putObject("content").putObject(Answer.JSON).set("schema", schema(body.schema(), schemas));
        });
        ObjectNode responses = operation.putObject("responses");
        for (Endpoint.Response response : endpoint.allResponses()) {
            responses.set(Integer.toString(response.status()), response(response, schemas));
        }
        return operation;
    }

    private static void parameter(ArrayNode parameters, Endpoint.Parameter parameter) {
        ObjectNode node = parameters.addObject();
        node.put("name", parameter.name())
                .put("in", parameter.in().wireName())
                .put("required", parameter.in() == Endpoint.In.PATH)
                .put("description", parameter.description());
        node.putObject("schema").put("type", parameter.type());
    }

    private static ObjectNode response(Endpoint.Response response, JsonNode schemas) {
        ObjectNode node = Json.object().put("description", response.description());
        Map<String, String> headers = new TreeMap<>(COMMON_HEADERS);
        headers.putAll(response.headers());
        ObjectNode headerNodes = node.putObject("headers");
        headers.forEach((name, says) -> headerNodes
                .putObject(name)
                .put("description", says)
                .putObject("schema")
                .put("type", "string"));
        if (!response.schema().isEmpty()) {
            ObjectNode content = node.putObject("content");
            if (response.schema().indexOf('/') >= 0) {
                for (String type : response.schema().split(", ", -1)) {
                    content.putObject(type).putObject("schema").put("type", "string");
                }
            } else {
                content.putObject(Answer.JSON).set("schema", schema(response.schema(), schemas));
            }
        }
        return node;
    }

    private static ObjectNode schema(String name, JsonNode schemas) {
        if (!schemas.has(name)) {
            throw new IllegalStateException("schemas.json has no schema " + name);
        }
        return Json.object().put("$ref", "#/components/schemas/" + name);
    }

    private static String operationId(Endpoint endpoint) {
        String path = endpoint.path().replace("/api/v1/", "").replace("/api/", "");
        return (endpoint.method().toLowerCase(java.util.Locale.ROOT) + "_" + path)
                .replace('{', '_')
                .replace("}", "")
                .replace('/', '_')
                .replace('-', '_')
                .replace('.', '_');
    }

    static byte[] resource(String name) {
        try (InputStream in = OpenApi.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the program lacks its resource " + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
