package dev.tradewind.shaping;

import dev.tradewind.settings.Durations;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads a file of profiles and lays it over others. Gives the profiles or everything that is wrong, each with its key and line; a reaction
 * whose own samples have another outcome than they say is wrong, too. The language is described in {@code docs/shaping.md}.
 */
public final class ProfileReader {
    /** The version of the language. */
    public static final int VERSION = 1;

    private static final int MOST_CONNECTIONS = 10_000;
    private static final int MOST_MESSAGES = 1_000_000;
    private static final int MOST_RECIPIENTS = 100_000;
    private static final Duration LONGEST_RETRY = Duration.ofDays(7);
    private static final Duration LONGEST_EXPIRY = Duration.ofDays(30);
    private static final Duration LONGEST_IDLE = Duration.ofMinutes(15);

    private final Fields.Notes notes;
    private final Profiles below;
    private final List<Layer> layers = new ArrayList<>();
    private final Map<String, Set<String>> suffixes = new LinkedHashMap<>();

    /** What reading gives. */
    public sealed interface Reading {
        /** The file over those it was laid over. */
        record Read(Profiles profiles) implements Reading {}

        /** Everything that is wrong, by line. */
        record Refused(List<ProfileProblem> problems) implements Reading {
            public Refused {
                problems = List.copyOf(problems);
            }
        }
    }

    private ProfileReader(String file, Profiles below) {
        this.notes = new Fields.Notes(file);
        this.below = below;
    }

    /**
     * Reads a file.
     *
     * @param text  its content
     * @param file  its name, for problems and explanations
     * @param below what it is laid over
     */
    public static Reading read(String text, String file, Profiles below) {
        ProfileReader reader = new ProfileReader(file, below);
        try {
            reader.document(Yaml.parse(text, file));
        } catch (Yaml.Refused e) {
            reader.notes.wrong(e.line(), "", e.reason());
        }
        List<ProfileProblem> problems = reader.notes.problems();
        return problems.isEmpty()
                ? new Reading.Read(below.with(reader.layers, reader.suffixes))
                : new Reading.Refused(problems);
    }

    private void document(Yaml root) {
        switch (root) {
            case Yaml.Section section -> {
                Fields fields = new Fields(section, "", notes);
                Optional<Integer> version = fields.value("version", number(1, Integer.MAX_VALUE));
                if (version.isPresent() && version.get() != VERSION) {
                    fields.wrong("version", "is " + version.get() + "; this program reads version " + VERSION);
                } else if (version.isEmpty()
                        && !section.entries().isEmpty()
                        && fields.take("version").isEmpty()) {
                    notes.wrong(1, "version", "is missing: write version: " + VERSION);
                }
                fields.section("profiles").ifPresent(this::profiles);
                fields.refuseOthers();
            }
            case Yaml.Text(int _, String text)
            when text.isEmpty() -> {} // only comments: nothing over the profiles below
            case Yaml.Text _, Yaml.Items _ -> notes.wrong(root.line(), "", "is not a mapping of keys to values");
        }
    }

    private void profiles(Fields fields) {
        fields.names().forEach((name, entry) -> {
            if (!isName(name)) {
                fields.wrong(name, "is not a name of a profile: a-z, 0-9 and -, at most 40");
            } else {
                fields.section(name).ifPresent(section -> profile(name, section));
            }
        });
    }

    private static boolean isName(String name) {
        return !name.isEmpty()
                && name.length() <= 40
                && name.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-');
    }

    private void profile(String name, Fields fields) {
        Optional<List<String>> mx = fields.list("mx", ProfileReader::suffix);
        boolean isDefault = name.equals(Profiles.DEFAULT);
        if (isDefault && fields.take("mx").isPresent()) {
            fields.wrong("mx", "does not belong to the default, which holds everywhere");
        } else if (mx.isPresent()) {
            suffixes.put(name, new LinkedHashSet<>(mx.get()));
        } else if (!isDefault
                && !below.names().contains(name)
                && fields.take("mx").isEmpty()) {
            notes.wrong(
                    fields.line(),
                    fields.path("mx"),
                    "is missing: a new profile says at which MX hosts it holds (known: "
                            + String.join(", ", below.names().stream().sorted().toList()) + ")");
        }
        Optional<YearMonth> dated = fields.value("dated", ProfileReader::month);
        List<String> cites = fields.texts("cites");
        layers.add(layer(name, Optional.empty(), Optional.empty(), fields, dated, cites));
        overrides("pools", name, fields);
        overrides("sources", name, fields);
        fields.refuseOthers();
    }

    private void overrides(String key, String name, Fields fields) {
        fields.section(key)
                .ifPresent(section -> section.names()
                        .keySet()
                        .forEach(one -> section.section(one).ifPresent(below -> {
                            Optional<String> pool = key.equals("pools") ? Optional.of(one) : Optional.empty();
                            Optional<String> source = key.equals("sources") ? Optional.of(one) : Optional.empty();
                            layers.add(layer(name, pool, source, below, Optional.empty(), List.of()));
                            below.refuseOthers();
                        })));
    }

    private Layer layer(
            String name,
            Optional<String> pool,
            Optional<String> source,
            Fields fields,
            Optional<YearMonth> dated,
            List<String> cites) {
        Map<String, Place> places = new LinkedHashMap<>();
        for (String key : ProfileKey.keys()) {
            places.put(key, notes.place(fields.line(key)));
        }
        Optional<Fields> bounds = fields.section("bounds");
        bounds.ifPresent(inner -> {
            places.put(ProfileKey.CONNECTION_BOUNDS.key(), notes.place(inner.line("connections")));
            places.put(ProfileKey.RATE_BOUNDS.key(), notes.place(inner.line("rate")));
        });
        Profile values = new Profile(
                fields.value("connections", number(1, MOST_CONNECTIONS)),
                fields.value("messages_per_connection", number(1, MOST_MESSAGES)),
                fields.value("recipients_per_transaction", number(1, MOST_RECIPIENTS)),
                fields.value("rate", Rate::parse),
                fields.value("new_connections", Rate::parse),
                fields.value("tls", word(TlsDemand.values())),
                fields.list("retry", duration(LONGEST_RETRY)),
                fields.value("expire_after", duration(LONGEST_EXPIRY)),
                fields.value("idle", ProfileReader::idle),
                fields.value("ip_versions", word(IpVersions.values())),
                bounds.flatMap(inner ->
                        inner.value("connections", text -> Bounds.parse(text, number(1, MOST_CONNECTIONS)))),
                bounds.flatMap(inner -> inner.value("rate", text -> Bounds.parse(text, Rate::parse))),
                named("limits", fields, places, this::limit),
                named("reactions", fields, places, inner -> new ReactionReader(name, inner, notes).read()),
                dated,
                cites);
        bounds.ifPresent(Fields::refuseOthers);
        return new Layer(name, pool, source, values, places);
    }

    /** The named children of a key; {@code NAME: off} takes the one of that name below away. */
    private <T> Map<String, Optional<T>> named(
            String key, Fields fields, Map<String, Place> places, Function<Fields, Optional<T>> read) {
        Map<String, Optional<T>> all = new LinkedHashMap<>();
        fields.section(key)
                .ifPresent(section -> section.names().forEach((name, entry) -> {
                    places.put(key + "." + name, notes.place(entry.line()));
                    if (!isName(name)) {
                        section.wrong(name, "is not a name: a-z, 0-9 and -, at most 40");
                    } else if (entry.value() instanceof Yaml.Text(int _, String text) && text.equals("off")) {
                        all.put(name, Optional.empty());
                    } else if (entry.value() instanceof Yaml.Section inner) {
                        Fields child = new Fields(inner, section.path(name), notes);
                        Optional<T> made = read.apply(child);
                        child.refuseOthers();
                        made.ifPresent(one -> all.put(name, Optional.of(one)));
                    } else {
                        section.wrong(name, "is a section of keys, or off");
                    }
                }));
        return all;
    }

    private Optional<Limit> limit(Fields fields) {
        Optional<List<Dimension>> by = fields.list("by", Dimension::parse);
        Optional<Integer> connections = fields.value("connections", number(1, MOST_CONNECTIONS));
        Optional<Rate> messages = fields.value("messages", Rate::parse);
        Optional<Rate> newConnections = fields.value("new_connections", Rate::parse);
        if (by.isEmpty()) {
            if (fields.take("by").isEmpty()) {
                notes.wrong(
                        fields.line(), fields.path("by"), "is missing: " + Dimension.words(Set.of(Dimension.values())));
            }
            return Optional.empty();
        }
        try {
            String name = fields.path().substring(fields.path().lastIndexOf('.') + 1);
            return Optional.of(new Limit(
                    name,
                    new LinkedHashSet<>(by.get()),
                    connections.map(OptionalInt::of).orElse(OptionalInt.empty()),
                    messages,
                    newConnections));
        } catch (IllegalArgumentException e) {
            notes.wrong(fields.line(), fields.path(), String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private static String suffix(String written) {
        String name = written.toLowerCase(Locale.ROOT);
        boolean good = name.length() <= 253
                && !name.startsWith(".")
                && !name.endsWith(".")
                && !name.contains("..")
                && name.chars()
                        .allMatch(c ->
                                (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_');
        if (!good || name.indexOf('.') < 0) {
            throw new IllegalArgumentException(
                    "'" + written
                            + "' is not the end of names of hosts: two or more labels, such as google.com, without a dot in front");
        }
        return name;
    }

    private static YearMonth month(String written) {
        try {
            return YearMonth.parse(written);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("'" + written + "' is not a month such as 2026-11", e);
        }
    }

    static Function<String, Integer> number(int least, int most) {
        return written -> {
            boolean digits = written.length() <= 10 && written.chars().allMatch(c -> c >= '0' && c <= '9');
            long value = digits && !written.isEmpty() ? Long.parseLong(written) : -1;
            if (value < least || value > most) {
                throw new IllegalArgumentException("'" + written + "' is not a whole number " + least + ".." + most);
            }
            return (int) value;
        };
    }

    private static Function<String, Duration> duration(Duration longest) {
        return written -> {
            Duration value = Durations.parse(written);
            if (value.compareTo(Duration.ofSeconds(1)) < 0 || value.compareTo(longest) > 0) {
                throw new IllegalArgumentException("'" + written + "' is not 1s.." + Durations.format(longest));
            }
            return value;
        };
    }

    private static Duration idle(String written) {
        Duration value = Durations.parse(written);
        if (value.compareTo(LONGEST_IDLE) > 0) {
            throw new IllegalArgumentException("'" + written + "' is not 0s.." + Durations.format(LONGEST_IDLE));
        }
        return value;
    }

    private static <E extends Enum<E>> Function<String, E> word(E[] values) {
        return written -> Arrays.stream(values)
                .filter(one -> ProfileKey.word(one).equals(written))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + written + "' is not one of "
                        + String.join(
                                ", ",
                                Arrays.stream(values).map(ProfileKey::word).toList())));
    }
}
