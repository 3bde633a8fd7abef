package dev.tradewind.event;

import java.util.Optional;

/** Types of events with their names on the wire (API facts §3.1, §3.2). */
public enum EventType {
    INJECTION(1, "injection", "message_event", false),
    DELIVERY(2, "delivery", "message_event", true),
    DELAY(3, "delay", "message_event", false),
    BOUNCE(4, "bounce", "message_event", true),
    POLICY_REJECTION(5, "policy_rejection", "message_event", true),
    OUT_OF_BAND(6, "out_of_band", "message_event", false),
    SPAM_COMPLAINT(7, "spam_complaint", "message_event", false),
    GENERATION_FAILURE(8, "generation_failure", "gen_event", true),
    GENERATION_REJECTION(9, "generation_rejection", "gen_event", true);

    private final int code;
    private final String wireName;
    private final String category;
    private final boolean isFinal;

    EventType(int code, String wireName, String category, boolean isFinal) {
        this.code = code;
        this.wireName = wireName;
        this.category = category;
        this.isFinal = isFinal;
    }

    /** 1..127, what stores keep; never changes. */
    public int code() {
        return code;
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

    /** The type of a stored code, if there is one. */
    public static Optional<EventType> ofCode(int code) {
        for (EventType type : values()) {
            if (type.code == code) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
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
