package dev.tradewind.event;

import java.util.Optional;

/** Types of events with their names on the wire (API facts §3.1, §3.2). */
public enum EventType {
    INJECTION("injection", "message_event", false),
    DELIVERY("delivery", "message_event", true),
    DELAY("delay", "message_event", false),
    BOUNCE("bounce", "message_event", true),
    POLICY_REJECTION("policy_rejection", "message_event", true),
    OUT_OF_BAND("out_of_band", "message_event", false),
    SPAM_COMPLAINT("spam_complaint", "message_event", false),
    GENERATION_FAILURE("generation_failure", "gen_event", true),
    GENERATION_REJECTION("generation_rejection", "gen_event", true);

    private final String wireName;
    private final String category;
    private final boolean isFinal;

    EventType(String wireName, String category, boolean isFinal) {
        this.wireName = wireName;
        this.category = category;
        this.isFinal = isFinal;
    }

    /** {@code type} in JSON. */
    public String wireName() {
        return wireName;
    }

    /** The wrapper in a webhook, {@code msys.<category>}. */
    public String category() {
        return category;
    }

    /** Whether a message ends with it (invariant 2). */
    public boolean isFinal() {
        return isFinal;
    }

    /** The type of a name, if there is one. */
    public static Optional<EventType> ofWireName(String name) {
        for (EventType type : values()) {
            if (type.wireName.equals(name)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
