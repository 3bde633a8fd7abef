package dev.tradewind.api;

import tools.jackson.databind.node.ObjectNode;

import java.util.Optional;

/**
 * One item of {@code errors} (API facts §1.3).
 *
 * @param message     what is wrong, in a few words that do not change
 * @param code        extended code, digits (§1.5)
 * @param description what exactly, where, and what to do
 */
public record Problem(String message, Optional<String> code, Optional<String> description) {
    /** A problem with all parts. */
    public static Problem of(String message, int code, String description) {
        return new Problem(message, Optional.of(Integer.toString(code)), Optional.of(description));
    }

    /** A problem that its message says whole. */
    public static Problem of(String message, int code) {
        return new Problem(message, Optional.of(Integer.toString(code)), Optional.empty());
    }

    /** As JSON. */
    ObjectNode toJson() {
        ObjectNode node = Json.object().put("message", message);
        code.ifPresent(c -> node.put("code", c));
        description.ifPresent(d -> node.put("description", d));
        return node;
    }
}
