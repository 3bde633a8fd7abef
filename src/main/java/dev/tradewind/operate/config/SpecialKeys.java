package dev.tradewind.operate.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Keys that no settings record has but that deserve a better answer than "unknown": what was renamed, and what a later version brings.
 *
 * <p>A key of a later version is refused if it asks for something that would silently not happen. It is ignored with a warning if it only
 * moves or tunes what this version does not do, so that one file can serve several versions.
 */
public final class SpecialKeys {
    /** What is said of a key. */
    public sealed interface Answer {
        /** It was renamed. */
        record Retired(String replacement) implements Answer {}

        /** It asks for what this version cannot do. */
        record Unavailable(String feature) implements Answer {}

        /** It tunes what this version does not do: nothing is lost by ignoring it. */
        record Ignored(String feature) implements Answer {}
    }

    private record Row(KeyPath prefix, Answer answer) {}

    private final List<Row> rows;

    private SpecialKeys(List<Row> rows) {
        this.rows = List.copyOf(rows);
    }

    /** No key is special. */
    public static SpecialKeys none() {
        return new SpecialKeys(List.of());
    }

    /** The keys of this version. No key has been retired so far. */
    public static SpecialKeys ofThisVersion() {
        return none().unavailable("egress", "sources, pools and proxies")
                .unavailable("proxy", "the role proxy")
                .unavailable("inbound", "the inbound MX")
                .unavailable("console", "console users")
                .unavailable("tracking.base_url", "open and click tracking")
                .ignored("tracking.listen", "open and click tracking")
                .ignored("smtp.inbound.listen", "the inbound MX")
                .ignored("webhooks.blocked_networks", "webhooks")
                .ignored("webhooks.trust_anchors", "webhooks")
                .ignored("delivery.mta_sts_port", "MTA-STS");
    }

    /** These, and one that was renamed. */
    public SpecialKeys retired(String key, String replacement) {
        return with(key, new Answer.Retired(replacement));
    }

    /** These, and a key (with all below it) whose feature is not available. */
    public SpecialKeys unavailable(String key, String feature) {
        return with(key, new Answer.Unavailable(feature));
    }

    /** These, and a key (with all below it) that is ignored with a warning. */
    public SpecialKeys ignored(String key, String feature) {
        return with(key, new Answer.Ignored(feature));
    }

    private SpecialKeys with(String key, Answer answer) {
        List<Row> more = new ArrayList<>(rows);
        more.add(new Row(KeyPath.of(key), answer));
        return new SpecialKeys(more);
    }

    Optional<Answer> of(KeyPath key) {
        return rows.stream()
                .filter(row -> key.startsWith(row.prefix()))
                .map(Row::answer)
                .findFirst();
    }

    /** Keys that are ignored with a warning and what for, for the reference page. */
    List<String> ignoredKeys() {
        return rows.stream()
                .filter(row -> row.answer() instanceof Answer.Ignored)
                .map(row -> row.prefix().toString())
                .toList();
    }

    /** Keys that are refused, for the reference page. */
    List<String> unavailableKeys() {
        return rows.stream()
                .filter(row -> row.answer() instanceof Answer.Unavailable)
                .map(row -> row.prefix().toString())
                .toList();
    }

    /** Whether something special lies below a key, so that the reader goes on into it. */
    boolean below(KeyPath key) {
        return rows.stream().anyMatch(row -> row.prefix().startsWith(key));
    }
}
