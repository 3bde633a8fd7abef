package dev.tradewind.operate.config;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What has been read so far from all places: the value of each key, a later place over an earlier one, and what was wrong on the way.
 * One thread, one load.
 */
final class Gathering {
    final Schema schema;
    private final SpecialKeys special;
    private final Map<KeyPath, Written> values = new TreeMap<>();
    private final List<Problem> problems = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();

    Gathering(Schema schema, SpecialKeys special) {
        this.schema = schema;
        this.special = special;
    }

    void problem(Origin origin, KeyPath key, String message) {
        problems.add(new Problem(origin, key.toString(), message));
    }

    void put(KeyPath key, Written value) {
        values.put(key, value);
    }

    Optional<Written> value(KeyPath key) {
        return Optional.ofNullable(values.get(key));
    }

    /** The chosen names below a key, sorted. */
    Set<String> names(KeyPath children) {
        Set<String> names = new LinkedHashSet<>();
        for (KeyPath key : values.keySet()) {
            if (key.startsWith(children)
                    && key.parts().size() > children.parts().size()) {
                names.add(key.parts().get(children.parts().size()));
            }
        }
        return names;
    }

    /** Whether the reader goes on below a key: something known or special lies there. */
    boolean goesOnBelow(KeyPath key) {
        return schema.isSection(key) || (special.below(key) && special.of(key).isEmpty());
    }

    /** Says what there is to say of a key that no record has. */
    void notAKey(Origin origin, KeyPath key) {
        switch (special.of(key).orElse(null)) {
            case SpecialKeys.Answer.Retired(String replacement) ->
                problem(origin, key, "has been renamed: write " + replacement);
            case SpecialKeys.Answer.Unavailable(String feature) ->
                problem(origin, key, "is not available in this version (" + feature + "): remove it");
            case SpecialKeys.Answer.Ignored(String feature) ->
                warnings.add(new Problem(
                        origin, key.toString(), "has no effect: " + feature + " is not available in this version"));
            case null -> {
                if (schema.isSection(key)) {
                    problem(origin, key, "is a section, not a value: write the keys below it");
                } else {
                    problem(
                            origin,
                            key,
                            "is no key"
                                    + schema.nearest(key)
                                            .map(near -> "; did you mean " + near + "?")
                                            .orElse("; docs/configuration.md lists all"));
                }
            }
        }
    }

    /** One text for one key, as environment and command line have it. */
    void putText(KeyPath key, String text, Origin origin) {
        if (schema.find(key).isPresent()) {
            put(key, new Written.Text(text, origin));
        } else {
            notAKey(origin, key);
        }
    }

    List<Problem> problems() {
        return List.copyOf(problems);
    }

    List<Problem> warnings() {
        return List.copyOf(warnings);
    }
}
