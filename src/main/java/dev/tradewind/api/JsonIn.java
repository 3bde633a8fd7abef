package dev.tradewind.api;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;

import java.nio.charset.StandardCharsets;

/** Typed reading of the values at which a parser stands; every refusal says where. */
final class JsonIn {
    private JsonIn() {}

    /** Whether the value is null, which counts as absent. */
    static boolean isNull(JsonParser parser) {
        return parser.currentToken() == JsonToken.VALUE_NULL;
    }

    /** A string of at most so many octets of UTF-8. */
    static String string(JsonParser parser, int mostOctets) throws Refusal {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw wrongType(parser, "a string");
        }
        String value = parser.getString();
        if (value.length() > mostOctets || (value.length() > mostOctets / 4 && utf8Length(value) > mostOctets)) {
            throw Refusal.format(here(parser) + " is longer than " + mostOctets + " bytes");
        }
        if (Json.hasLoneSurrogate(value)) {
            throw Refusal.format(here(parser) + " has half of a surrogate pair, which is no character");
        }
        return value;
    }

    static boolean bool(JsonParser parser) throws Refusal {
        return switch (parser.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> throw wrongType(parser, "true or false");
        };
    }

    static void requireObject(JsonParser parser) throws Refusal {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw wrongType(parser, "an object");
        }
    }

    static void requireArray(JsonParser parser) throws Refusal {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw wrongType(parser, "an array");
        }
    }

    static Refusal wrongType(JsonParser parser, String wanted) {
        return Refusal.format(here(parser) + " must be " + wanted);
    }

    /** The place of the current value: JSON pointer, line and column. */
    static String here(JsonParser parser) {
        TokenStreamLocation at = parser.currentTokenLocation();
        String pointer = parser.streamReadContext().pathAsPointer().toString();
        return "'"
                + (pointer.isEmpty()
                        ? "the body"
                        : Json.clip(pointer.substring(1).replace('/', '.'))) + "' (line " + at.getLineNr() + ", column "
                + at.getColumnNr() + ")";
    }

    static int utf8Length(String text) {
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                length++;
            } else if (c < 0x800) {
                length += 2;
            } else if (Character.isHighSurrogate(c)) {
                length += 4;
                i++;
            } else {
                length += 3;
            }
        }
        return length;
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
