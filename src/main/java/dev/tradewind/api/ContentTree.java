package dev.tradewind.api;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads {@code content} into a tree of bounded size: the fields that mean something, their strings, and nothing else, so that 40 MB of
 * brackets do not become 4 GB of nodes. What the fields must be is for {@code ContentRules}; a value of a wrong shape is left as a stump
 * of that shape.
 */
final class ContentTree {
    private static final int HEADERS = 200;
    private static final int PARTS = 1000;
    private static final int STRING_OCTETS = 40_000_000;

    private ContentTree() {}

    /** Reads the object at whose start the parser stands. */
    static ObjectNode read(JsonParser parser) throws Refusal {
        JsonIn.requireObject(parser);
        ObjectNode content = Json.object();
        for (String field = parser.nextName(); field != null; field = parser.nextName()) {
            JsonToken token = parser.nextToken();
            switch (field) {
                case "subject", "text", "html", "amp_html", "reply_to", "email_rfc822", "template_id", "ab_test_id" ->
                    scalar(parser, content, field);
                case "from" -> {
                    if (token == JsonToken.START_OBJECT) {
                        known(parser, content.putObject(field), "email", "name");
                    } else {
                        scalar(parser, content, field);
                    }
                }
                case "headers" -> {
                    if (token == JsonToken.START_OBJECT) {
                        headers(parser, content.putObject(field));
                    } else {
                        scalar(parser, content, field);
                    }
                }
                case "attachments", "inline_images" -> {
                    if (token == JsonToken.START_ARRAY) {
                        parts(parser, content.putArray(field));
                    } else {
                        scalar(parser, content, field);
                    }
                }
                default -> parser.skipChildren();
            }
        }
        return content;
    }

    private static void headers(JsonParser parser, ObjectNode headers) throws Refusal {
        for (String field = parser.nextName(); field != null; field = parser.nextName()) {
            parser.nextToken();
            if (headers.size() == HEADERS) {
                throw Refusal.format(JsonIn.here(parser) + ": more than " + HEADERS + " headers");
            }
            scalar(parser, headers, field);
        }
    }

    private static void parts(JsonParser parser, ArrayNode parts) throws Refusal {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parts.size() == PARTS) {
                throw Refusal.format(JsonIn.here(parser) + ": more than " + PARTS + " parts");
            }
            if (parser.currentToken() == JsonToken.START_OBJECT) {
                known(parser, parts.addObject(), "name", "type", "data");
            } else {
                parser.skipChildren();
                parts.addNull();
            }
        }
    }

    private static void known(JsonParser parser, ObjectNode target, String... names) throws Refusal {
        for (String field = parser.nextName(); field != null; field = parser.nextName()) {
            parser.nextToken();
            boolean wanted = false;
            for (String name : names) {
                wanted |= name.equals(field);
            }
            if (wanted) {
                scalar(parser, target, field);
            } else {
                parser.skipChildren();
            }
        }
    }

    private static void scalar(JsonParser parser, ObjectNode target, String field) throws Refusal {
        switch (parser.currentToken()) {
            case VALUE_STRING -> target.put(field, JsonIn.string(parser, STRING_OCTETS));
            case START_OBJECT -> {
                parser.skipChildren();
                target.putObject(field);
            }
            case START_ARRAY -> {
                parser.skipChildren();
                target.putArray(field);
            }
            case VALUE_NULL -> target.putNull(field);
            case VALUE_TRUE, VALUE_FALSE -> target.put(field, parser.getBooleanValue());
            default -> target.put(field, 0);
        }
    }
}
