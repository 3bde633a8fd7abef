package dev.tradewind.api;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a handler answers.
 *
 * @param status      HTTP status
 * @param contentType media type; empty if there is no body
 * @param headers     further headers
 * @param body        octets, never written to again
 */
public record Answer(int status, String contentType, Map<String, String> headers, byte[] body) {
    private static final byte[] NOTHING = {};
    private static final byte[] ERRORS = "{\"errors\":[{".getBytes(StandardCharsets.UTF_8);
    /** Media type of nearly all. */
    public static final String JSON = "application/json";

    public Answer {
        headers = Map.copyOf(headers);
    }

    /** {@code {"results": …}}. */
    public static Answer results(JsonNode results) {
        ObjectNode root = Json.object();
        root.set("results", results);
        return json(200, root);
    }

    /** Any JSON. */
    public static Answer json(int status, JsonNode root) {
        return new Answer(status, JSON, Map.of(), Json.bytes(root));
    }

    /** JSON that is octets already. */
    public static Answer json(int status, byte[] body) {
        return new Answer(status, JSON, Map.of(), body);
    }

    /** {@code {"errors": […]}}. */
    public static Answer errors(int status, List<Problem> problems) {
        ObjectNode root = Json.object();
        ArrayNode errors = root.putArray("errors");
        problems.forEach(problem -> errors.add(problem.toJson()));
        return json(status, root);
    }

    /** The code of the first of its {@code errors}; empty if it has none. */
    Optional<String> code() {
        if (!contentType.equals(JSON) || !startsWith(body, ERRORS)) {
            return Optional.empty();
        }
        try (JsonParser parser = Json.FACTORY.createParser(ObjectReadContext.empty(), body)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.END_OBJECT) {
                    return Optional.empty();
                }
                if (token == JsonToken.PROPERTY_NAME && parser.currentName().equals("code")) {
                    parser.nextToken();
                    return Optional.of(parser.getString());
                }
            }
        }
        return Optional.empty();
    }

    private static boolean startsWith(byte[] octets, byte[] beginning) {
        return octets.length >= beginning.length
                && Arrays.equals(octets, 0, beginning.length, beginning, 0, beginning.length);
    }

    /** A page or file of text. */
    public static Answer text(int status, String contentType, String body) {
        return new Answer(status, contentType, Map.of(), body.getBytes(StandardCharsets.UTF_8));
    }

    /** 204. */
    public static Answer empty() {
        return new Answer(204, "", Map.of(), NOTHING);
    }

    /** The same with one more header. */
    public Answer with(String header, String value) {
        return withAll(Map.of(header, value));
    }

    Answer withAll(Map<String, String> more) {
        if (more.isEmpty()) {
            return this;
        }
        Map<String, String> all = new HashMap<>(headers);
        all.putAll(more);
        return new Answer(status, contentType, all, body);
    }
}
