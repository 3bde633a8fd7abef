package dev.tradewind.compose;

import dev.tradewind.mail.Mailbox;
import dev.tradewind.mail.ReversePath;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What one message has of its own.
 *
 * @param recipient  forward-path
 * @param name       display name for the To field; empty if none
 * @param headerTo   value of the To field instead of the address, as it is; empty if none
 * @param returnPath reverse-path of the message
 * @param layers     substitution data and metadata
 */
public record MessageData(Mailbox recipient, String name, String headerTo, ReversePath returnPath, Layers layers) {
    private static final ObjectNode NOTHING = JsonNodeFactory.instance.objectNode();

    /**
     * The JSON layers that names are looked up in. Shared with other messages, never changed.
     *
     * @param transmissionMetadata         lowest
     * @param transmissionSubstitutionData above it
     * @param recipientMetadata            above these
     * @param recipientSubstitutionData    highest
     */
    public record Layers(
            ObjectNode transmissionMetadata,
            ObjectNode transmissionSubstitutionData,
            ObjectNode recipientMetadata,
            ObjectNode recipientSubstitutionData) {
        /** No data at all. */
        public static final Layers NONE = new Layers(NOTHING, NOTHING, NOTHING, NOTHING);
    }

    /** A recipient with nothing but an address. */
    public static MessageData of(Mailbox recipient) {
        return new MessageData(recipient, "", "", ReversePath.NULL, Layers.NONE);
    }

    /**
     * Reads a layer as it is stored.
     *
     * @param json a JSON object in UTF-8; an empty array is an empty object
     * @throws IllegalArgumentException if it is not a JSON object
     */
    public static ObjectNode layer(byte[] json) {
        if (json.length == 0) {
            return NOTHING;
        }
        JsonNode read;
        try {
            read = JsonMapper.shared().readTree(json);
        } catch (tools.jackson.core.JacksonException e) {
            throw new IllegalArgumentException("a data layer of " + json.length + " octets is not JSON", e);
        }
        if (read instanceof ObjectNode object) {
            return object;
        }
        throw new IllegalArgumentException("a data layer of " + json.length + " octets is not a JSON object");
    }

    /** Address only. */
    @Override
    public String toString() {
        return "message to " + recipient;
    }
}
