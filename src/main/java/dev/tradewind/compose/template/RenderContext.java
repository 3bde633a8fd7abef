package dev.tradewind.compose.template;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

import java.util.Optional;

/**
 * The data of one message and what is left of its limits. One message, one thread at a time: all parts of the message are
 * rendered with the same context, so that the limits hold for them together. Made again for each rendering of the message.
 *
 * <p>The data are layers; a name is looked up in recipient substitution data, recipient metadata, transmission substitution
 * data, transmission metadata, in this order, and the first layer that has the key decides, even with null. Layers are not
 * merged below their top-level keys. Objects are shared with other messages and never changed.
 */
public final class RenderContext {
    private static final ObjectNode NOTHING = JsonNodeFactory.instance.objectNode();

    private final ObjectNode transmissionMetadata;
    private final ObjectNode transmissionData;
    private final ObjectNode recipientMetadata;
    private final ObjectNode recipientData;
    private final JsonNode email;
    private final JsonNode name;
    private final JsonNode envFrom;
    private final JsonNode returnPath;
    private final Snippets snippets;
    private final TemplateCache cache;
    private final RenderLimits limits;

    private @Nullable ObjectNode address;
    private int outputLeft;
    private int iterationsLeft;
    private long stepsLeft;

    private RenderContext(Builder builder) {
        transmissionMetadata = builder.transmissionMetadata;
        transmissionData = builder.transmissionData;
        recipientMetadata = builder.recipientMetadata;
        recipientData = builder.recipientData;
        email = StringNode.valueOf(builder.email);
        name = node(builder.name);
        envFrom = node(builder.envFrom);
        returnPath = node(builder.returnPath);
        snippets = builder.snippets;
        cache = builder.cache == null ? new TemplateCache() : builder.cache;
        limits = builder.limits;
        outputLeft = limits.outputCharacters();
        iterationsLeft = limits.loopIterations();
        stepsLeft = limits.steps();
    }

    private static JsonNode node(Optional<String> text) {
        return text.isPresent() ? StringNode.valueOf(text.get()) : MissingNode.getInstance();
    }

    /** Starts the context of a message to that address; all else is empty or standard until set. */
    public static Builder forRecipient(String email) {
        return new Builder(email);
    }

    /** The first layer, from the recipient down, that has the name. */
    JsonNode lookup(String key) {
        JsonNode value = recipientData.get(key);
        if (value == null) value = recipientMetadata.get(key);
        if (value == null) value = transmissionData.get(key);
        if (value == null) value = transmissionMetadata.get(key);
        return value == null ? MissingNode.getInstance() : value;
    }

    /** A value of the transmission's substitution data, which the recipient's data does not reach. */
    JsonNode transmissionValue(String key) {
        return transmissionData.path(key);
    }

    /** The data's {@code address} with the supplied name and email, which win over the data's. */
    JsonNode address() {
        ObjectNode known = address;
        if (known != null) return known;
        ObjectNode made = JsonNodeFactory.instance.objectNode();
        if (lookup("address") instanceof ObjectNode data) made.setAll(data);
        if (!name.isMissingNode()) made.set("name", name);
        made.set("email", email);
        address = made;
        return made;
    }

    JsonNode email() {
        return email;
    }

    JsonNode envFrom() {
        return envFrom;
    }

    JsonNode returnPath() {
        return returnPath;
    }

    Snippets snippets() {
        return snippets;
    }

    TemplateCache cache() {
        return cache;
    }

    RenderLimits limits() {
        return limits;
    }

    int outputLeft() {
        return outputLeft;
    }

    void countOutput(int characters) {
        outputLeft = Math.max(0, outputLeft - characters);
    }

    /** Counts one pass of a loop; false if it is one too many. */
    boolean countIteration() {
        return iterationsLeft-- > 0;
    }

    /** Takes steps from the budget; false if it does not have them. */
    boolean spend(int steps) {
        stepsLeft -= steps;
        return stepsLeft >= 0;
    }

    /** Collects the data of a message. The objects are kept, not copied: they must not change any more. */
    public static final class Builder {
        private final String email;
        private ObjectNode transmissionMetadata = NOTHING;
        private ObjectNode transmissionData = NOTHING;
        private ObjectNode recipientMetadata = NOTHING;
        private ObjectNode recipientData = NOTHING;
        private Optional<String> name = Optional.empty();
        private Optional<String> envFrom = Optional.empty();
        private Optional<String> returnPath = Optional.empty();
        private Snippets snippets = Snippets.NONE;
        private @Nullable TemplateCache cache;
        private RenderLimits limits = RenderLimits.STANDARD;

        private Builder(String email) {
            this.email = email;
        }

        public Builder transmissionMetadata(ObjectNode metadata) {
            transmissionMetadata = metadata;
            return this;
        }

        /** Also the only place that dynamic content is taken from. */
        public Builder transmissionSubstitutionData(ObjectNode data) {
            transmissionData = data;
            return this;
        }

        public Builder recipientMetadata(ObjectNode metadata) {
            recipientMetadata = metadata;
            return this;
        }

        public Builder recipientSubstitutionData(ObjectNode data) {
            recipientData = data;
            return this;
        }

        /** The recipient's display name: {@code address.name}. */
        public Builder name(String name) {
            this.name = Optional.of(name);
            return this;
        }

        /** The reverse-path of the message: {@code env_from}. */
        public Builder envFrom(String envFrom) {
            this.envFrom = Optional.of(envFrom);
            return this;
        }

        /** The return path as submitted: {@code return_path}. */
        public Builder returnPath(String returnPath) {
            this.returnPath = Optional.of(returnPath);
            return this;
        }

        public Builder snippets(Snippets snippets) {
            this.snippets = snippets;
            return this;
        }

        /** Where compiled dynamic content and snippets are kept from message to message: one per transmission. */
        public Builder cache(TemplateCache cache) {
            this.cache = cache;
            return this;
        }

        public Builder limits(RenderLimits limits) {
            this.limits = limits;
            return this;
        }

        public RenderContext build() {
            return new RenderContext(this);
        }
    }
}
