package dev.tradewind.shaping;

import dev.tradewind.settings.Durations;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The keys of a profile that have one value each. */
public enum ProfileKey {
    CONNECTIONS("connections"),
    MESSAGES_PER_CONNECTION("messages_per_connection"),
    RECIPIENTS("recipients_per_transaction"),
    RATE("rate"),
    NEW_CONNECTIONS("new_connections"),
    TLS("tls"),
    RETRY("retry"),
    EXPIRE_AFTER("expire_after"),
    IDLE("idle"),
    IP_VERSIONS("ip_versions"),
    CONNECTION_BOUNDS("bounds.connections"),
    RATE_BOUNDS("bounds.rate");

    private final String key;

    ProfileKey(String key) {
        this.key = key;
    }

    /** As it is written. */
    public String key() {
        return key;
    }

    /** The value of a profile as it would be written; empty if it has none. */
    public Optional<String> valueOf(Profile profile) {
        return switch (this) {
            case CONNECTIONS -> profile.connections().map(Object::toString);
            case MESSAGES_PER_CONNECTION -> profile.messagesPerConnection().map(Object::toString);
            case RECIPIENTS -> profile.recipients().map(Object::toString);
            case RATE -> profile.rate().map(Object::toString);
            case NEW_CONNECTIONS -> profile.newConnections().map(Object::toString);
            case TLS -> profile.tls().map(ProfileKey::word);
            case RETRY ->
                profile.retry()
                        .map(waits -> String.join(
                                ", ", waits.stream().map(Durations::format).toList()));
            case EXPIRE_AFTER -> profile.expireAfter().map(Durations::format);
            case IDLE -> profile.idle().map(Durations::format);
            case IP_VERSIONS -> profile.ipVersions().map(ProfileKey::word);
            case CONNECTION_BOUNDS -> profile.connectionBounds().map(Object::toString);
            case RATE_BOUNDS -> profile.rateBounds().map(Object::toString);
        };
    }

    /** Every key. */
    public static List<String> keys() {
        return Arrays.stream(values()).map(ProfileKey::key).toList();
    }

    static String word(Enum<?> one) {
        return one.name().toLowerCase(Locale.ROOT);
    }
}
