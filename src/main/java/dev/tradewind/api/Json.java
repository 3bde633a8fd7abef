package dev.tradewind.api;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;

/** JSON as this door reads and writes it: UTF-8 only, no duplicate names, bounded depth and lengths, nothing after the value. */
final class Json {
    /** Levels of objects and arrays. */
    static final int MAX_DEPTH = 64;

    private static final int SMALL_BODY = 1 << 20;

    /** For bodies that come from outside; what passes is also checked by {@link RequestBody}. */
    static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .disable(JsonWriteFeature.ESCAPE_FORWARD_SLASHES)
            .rootValueSeparator("")
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(40_000_000)
                    .maxNameLength(1024)
                    .maxNumberLength(1000)
                    .maxDocumentLength(-1)
                    .maxTokenCount(-1)
                    .build())
            .build();

    private static final JsonMapper MAPPER = JsonMapper.builder(FACTORY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    static byte[] bytes(JsonNode node) {
        return MAPPER.writeValueAsBytes(node);
    }

    /** Reads JSON of our own. */
    static JsonNode ours(byte[] json) {
        return MAPPER.readTree(json);
    }

    /**
     * The body of a small request: one object of at most 1 MiB; an empty body is an empty object.
     *
     * @throws Refusal 400 if it is no JSON, 422 if it is JSON but no object
     */
    static ObjectNode readObject(RequestBody body) throws Refusal, IOException {
        byte[] octets = body.readAll(SMALL_BODY);
        if (octets.length == 0) {
            return object();
        }
        try {
            JsonNode node = MAPPER.readTree(octets);
            if (node instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException e) {
            throw unreadable(e);
        }
        throw Refusal.format("the body must be a JSON object");
    }

    /**
     * Why JSON cannot be read, with its place: 400; where reading the body itself failed, that.
     *
     * @throws IOException the failure of the body
     */
    static Refusal unreadable(JacksonException e) throws IOException {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof BodyFailure failure) {
                throw failure;
            }
        }
        TokenStreamLocation at = e.getLocation();
        String where =
                at == null || at.getLineNr() < 1 ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
        String reason = e.getOriginalMessage() == null ? "unreadable" : e.getOriginalMessage();
        int end = reason.indexOf("\n");
        String shown = end < 0 ? reason : reason.substring(0, end);
        return Refusal.of(
                400,
                1300,
                "Request body parsing failed [Attached error message: " + clip(shown) + where + "]",
                "the body must be one JSON value in UTF-8, at most " + MAX_DEPTH
                        + " levels deep, without duplicate names");
    }

    /** A text of bounded length, in which a client's own words may stand. */
    static String clip(String text) {
        StringBuilder clean = new StringBuilder();
        for (int i = 0; i < text.length() && clean.length() < 200; i++) {
            char c = text.charAt(i);
            clean.append(c < ' ' || Character.isSurrogate(c) ? '?' : c);
        }
        return text.length() > 200 ? clean + "…" : clean.toString();
    }

    /** Whether a text has half of a surrogate pair, which no UTF-8 can carry. */
    static boolean hasLoneSurrogate(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (Character.isLowSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return true;
                }
                i++;
            }
        }
        return false;
    }
}
