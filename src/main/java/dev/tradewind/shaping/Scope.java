package dev.tradewind.shaping;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a limit, a reaction or an order of the operator is about: one value for each of some dimensions, {@code site=google.com,source=s1}.
 * The empty scope, written {@code all}, is everything. Immutable; the hash is computed once, since limits are looked up by scope.
 *
 * <p>Written form: {@code dimension=value} with commas between, in the order of {@link Dimension}; a backslash stands before a comma or
 * backslash of a value. Values have at least one character.
 */
public final class Scope {
    /** Everything. */
    public static final Scope ALL = new Scope(new EnumMap<>(Dimension.class));

    private static final String ALL_WORD = "all";

    private final EnumMap<Dimension, String> values;
    private final int hash;

    private Scope(EnumMap<Dimension, String> values) {
        this.values = values;
        this.hash = values.hashCode();
    }

    /** All that has this value. */
    public static Scope of(Dimension dimension, String value) {
        return ALL.with(dimension, value);
    }

    /** A lane. */
    public static Scope lane(String site, String source) {
        return of(Dimension.SITE, site).with(Dimension.SOURCE, source);
    }

    /**
     * This, narrowed to a value of one more dimension, or with another value for it.
     *
     * @throws IllegalArgumentException if the value is empty
     */
    public Scope with(Dimension dimension, String value) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException(dimension.word() + " has no value");
        }
        EnumMap<Dimension, String> more = new EnumMap<>(values);
        more.put(dimension, value);
        return new Scope(more);
    }

    /** The dimensions that have a value. */
    public Set<Dimension> dimensions() {
        return Collections.unmodifiableSet(values.keySet());
    }

    /** The value of a dimension. */
    public Optional<String> value(Dimension dimension) {
        return Optional.ofNullable(values.get(dimension));
    }

    /** This, with only these dimensions; empty if one of them has no value here. */
    public Optional<Scope> only(Set<Dimension> dimensions) {
        EnumMap<Dimension, String> fewer = new EnumMap<>(Dimension.class);
        for (Dimension one : dimensions) {
            String value = values.get(one);
            if (value == null) {
                return Optional.empty();
            }
            fewer.put(one, value);
        }
        return Optional.of(new Scope(fewer));
    }

    /** Whether all that is in the other scope is in this one: the other has the same value for each of this one's dimensions. */
    public boolean covers(Scope other) {
        for (Map.Entry<Dimension, String> mine : values.entrySet()) {
            if (!mine.getValue().equals(other.values.get(mine.getKey()))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Reads the written form.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Scope parse(String written) {
        if (written.equals(ALL_WORD)) {
            return ALL;
        }
        EnumMap<Dimension, String> values = new EnumMap<>(Dimension.class);
        for (String pair : split(written)) {
            int equals = pair.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException(
                        "'" + written + "' is not a scope such as site=google.com,source=s1");
            }
            Dimension dimension = Dimension.parse(pair.substring(0, equals));
            String value = pair.substring(equals + 1);
            if (value.isEmpty()) {
                throw new IllegalArgumentException("'" + written + "' has no value for " + dimension.word());
            }
            if (values.put(dimension, value) != null) {
                throw new IllegalArgumentException("'" + written + "' has " + dimension.word() + " twice");
            }
        }
        return new Scope(values);
    }

    private static List<String> split(String written) {
        List<String> pairs = new ArrayList<>();
        StringBuilder pair = new StringBuilder();
        for (int i = 0; i < written.length(); i++) {
            char c = written.charAt(i);
            if (c == ',') {
                pairs.add(pair.toString());
                pair.setLength(0);
            } else if (c != '\\') {
                pair.append(c);
            } else if (++i < written.length()) {
                pair.append(written.charAt(i));
            } else {
                throw new IllegalArgumentException("'" + written + "' ends with a backslash");
            }
        }
        pairs.add(pair.toString());
        return pairs;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Scope scope && hash == scope.hash && values.equals(scope.values);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        if (values.isEmpty()) {
            return ALL_WORD;
        }
        StringBuilder out = new StringBuilder();
        values.forEach((dimension, value) -> {
            out.append(out.isEmpty() ? "" : ",").append(dimension.word()).append('=');
            for (int i = 0; i < value.length(); i++) {
                char c = value.charAt(i);
                if (c == ',' || c == '\\') {
                    out.append('\\');
                }
                out.append(c);
            }
        });
        return out.toString();
    }

    /** The dimensions of a limit or reaction, in order. */
    static Set<Dimension> dimensions(List<Dimension> some) {
        return some.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(some));
    }
}
