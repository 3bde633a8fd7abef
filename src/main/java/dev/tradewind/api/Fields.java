package dev.tradewind.api;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Typed reading of the fields of a small JSON object; null counts as absent.
 *
 * @param node the object
 * @param path where it stands, {@code "options."} or empty, for messages
 */
record Fields(ObjectNode node, String path) {
    Optional<String> string(String name, int mostOctets) throws Refusal {
        Optional<JsonNode> value = value(name);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (!value.get().isString()) {
            throw wrong(name, "string");
        }
        String text = value.get().stringValue();
        if (JsonIn.utf8Length(text) > mostOctets) {
            throw Refusal.format("'" + path + name + "' is longer than " + mostOctets + " bytes");
        }
        if (Json.hasLoneSurrogate(text)) {
            throw Refusal.format("'" + path + name + "' has half of a surrogate pair, which is no character");
        }
        return Optional.of(text);
    }

    String requiredString(String name, int mostOctets) throws Refusal {
        Optional<String> value = string(name, mostOctets);
        if (value.isEmpty() || value.get().isEmpty()) {
            throw Refusal.missing(path + name);
        }
        return value.get();
    }

    Optional<Boolean> bool(String name) throws Refusal {
        Optional<JsonNode> value = value(name);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (!value.get().isBoolean()) {
            throw wrong(name, "boolean");
        }
        return Optional.of(value.get().booleanValue());
    }

    Optional<Integer> integer(String name) throws Refusal {
        Optional<JsonNode> value = value(name);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (!value.get().isIntegralNumber() || !value.get().canConvertToInt()) {
            throw wrong(name, "whole number");
        }
        return Optional.of(value.get().intValue());
    }

    Optional<Fields> object(String name) throws Refusal {
        Optional<JsonNode> value = value(name);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (value.get() instanceof ObjectNode inner) {
            return Optional.of(new Fields(inner, path + name + "."));
        }
        throw wrong(name, "object");
    }

    Optional<List<String>> strings(String name, int mostItems, int mostOctets) throws Refusal {
        Optional<JsonNode> value = value(name);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (!value.get().isArray() || value.get().size() > mostItems) {
            throw wrong(name, "array of at most " + mostItems + " strings");
        }
        List<String> items = new ArrayList<>();
        for (JsonNode item : value.get()) {
            if (!item.isString() || JsonIn.utf8Length(item.stringValue()) > mostOctets) {
                throw wrong(name, "array of strings of at most " + mostOctets + " bytes");
            }
            items.add(item.stringValue());
        }
        return Optional.of(items);
    }

    private Optional<JsonNode> value(String name) {
        JsonNode value = node.get(name);
        return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
    }

    private Refusal wrong(String name, String type) {
        return Refusal.format("'" + path + name + "' must be a " + type);
    }
}
