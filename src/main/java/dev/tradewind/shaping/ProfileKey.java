package dev.tradewind.shaping;

import dev.tradewind.settings.Durations;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** The keys of a profile that have one value each. */
public enum ProfileKey {
    CONNECTIONS("connections", profile -> profile.connections().map(Object::toString)),
    MESSAGES_PER_CONNECTION(
            "messages_per_connection",
            profile -> profile.messagesPerConnection().map(Object::toString)),
    RECIPIENTS("recipients_per_transaction", profile -> profile.recipients().map(Object::toString)),
    RATE("rate", profile -> profile.rate().map(Object::toString)),
    NEW_CONNECTIONS("new_connections", profile -> profile.newConnections().map(Object::toString)),
    TLS("tls", profile -> profile.tls().map(ProfileKey::word)),
    RETRY(
            "retry",
            profile -> profile.retry()
                    .map(waits -> String.join(
                            ", ", waits.stream().map(Durations::format).toList()))),
    EXPIRE_AFTER("expire_after", profile -> profile.expireAfter().map(Durations::format)),
    IDLE("idle", profile -> profile.idle().map(Durations::format)),
    IP_VERSIONS("ip_versions", profile -> profile.ipVersions().map(ProfileKey::word)),
    CONNECTION_BOUNDS(
            "bounds.connections", profile -> profile.connectionBounds().map(Object::toString)),
    RATE_BOUNDS("bounds.rate", profile -> profile.rateBounds().map(Object::toString));

    private final String key;
    private final Function<Profile, Optional<String>> value;

    ProfileKey(String key, Function<Profile, Optional<String>> value) {
        this.key = key;
        this.value = value;
    }

    /** As it is written. */
    public String key() {
        return key;
    }

    /** The value of a profile as it would be written; empty if it has none. */
    public Optional<String> valueOf(Profile profile) {
        return value.apply(profile);
    }

    /** Every key. */
    public static List<String> keys() {
        return Arrays.stream(values()).map(ProfileKey::key).toList();
    }

    static String word(Enum<?> one) {
        return one.name().toLowerCase(Locale.ROOT);
    }
}
