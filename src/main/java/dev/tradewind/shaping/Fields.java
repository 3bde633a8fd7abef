package dev.tradewind.shaping;

import dev.tradewind.settings.Nearest;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The keys of one section while it is read. What is wrong is noted and reading goes on. */
final class Fields {
    private final Yaml.Section section;
    private final String path;
    private final Notes notes;
    private final Set<String> asked = new HashSet<>();

    /** What is wrong with a file so far, and where its keys are. */
    static final class Notes {
        private final String file;
        private final List<ProfileProblem> problems = new ArrayList<>();

        Notes(String file) {
            this.file = file;
        }

        Place place(int line) {
            return new Place(file, line);
        }

        void wrong(int line, String key, String message) {
            problems.add(new ProfileProblem(place(line), key, message));
        }

        /** By line. */
        List<ProfileProblem> problems() {
            return problems.stream()
                    .sorted((a, b) ->
                            Integer.compare(a.place().line(), b.place().line()))
                    .toList();
        }
    }

    Fields(Yaml.Section section, String path, Notes notes) {
        this.section = section;
        this.path = path;
        this.notes = notes;
    }

    String path() {
        return path;
    }

    String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    int line() {
        return section.line();
    }

    /** Line of a key that is there. */
    int line(String key) {
        Yaml.Entry entry = section.entries().get(key);
        return entry == null ? section.line() : entry.line();
    }

    void wrong(String key, String message) {
        notes.wrong(line(key), path(key), message);
    }

    /** The value of a key, whatever it is. */
    Optional<Yaml> take(String key) {
        asked.add(key);
        return Optional.ofNullable(section.entries().get(key)).map(Yaml.Entry::value);
    }

    /** The value of a key that has one text. */
    <T> Optional<T> value(String key, Function<String, T> parse) {
        Optional<Yaml> value = take(key);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (!(value.get() instanceof Yaml.Text(int _, String text)) || text.isEmpty()) {
            wrong(key, "is not one value");
            return Optional.empty();
        }
        return read(line(key), path(key), text, parse);
    }

    /** The values of a key that has a list, or one text with commas between the values; empty if it is not there or wrong. */
    <T> Optional<List<T>> list(String key, Function<String, T> parse) {
        Optional<Yaml> value = take(key);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        List<T> all = new ArrayList<>();
        int before = notes.problems.size();
        switch (value.get()) {
            case Yaml.Text(int line, String text) -> {
                for (String one : text.split(",", -1)) {
                    read(line, path(key), one.strip(), parse).ifPresent(all::add);
                }
            }
            case Yaml.Items(int _, List<Yaml> items) -> items(key, items, parse, all);
            case Yaml.Section _ -> wrong(key, "is a list, not a section");
        }
        if (all.isEmpty() && notes.problems.size() == before) {
            wrong(key, "is an empty list");
        }
        return notes.problems.size() == before ? Optional.of(all) : Optional.empty();
    }

    /** The texts of a key, one or a list; commas belong to them. */
    List<String> texts(String key) {
        Optional<Yaml> value = take(key);
        if (value.isEmpty()) {
            return List.of();
        }
        List<String> all = new ArrayList<>();
        switch (value.get()) {
            case Yaml.Text(int line, String text) ->
                read(line, path(key), text, Function.identity()).ifPresent(all::add);
            case Yaml.Items(int _, List<Yaml> items) -> items(key, items, Function.identity(), all);
            case Yaml.Section _ -> wrong(key, "is a text or a list of texts, not a section");
        }
        return all;
    }

    private <T> void items(String key, List<Yaml> items, Function<String, T> parse, List<T> into) {
        for (Yaml item : items) {
            if (item instanceof Yaml.Text(int line, String text)) {
                read(line, path(key), text, parse).ifPresent(into::add);
            } else {
                notes.wrong(item.line(), path(key), "has an item that is not a text");
            }
        }
    }

    private <T> Optional<T> read(int line, String key, String text, Function<String, T> parse) {
        if (text.isEmpty()) {
            notes.wrong(line, key, "has an empty value");
            return Optional.empty();
        }
        try {
            return Optional.of(parse.apply(text));
        } catch (IllegalArgumentException e) {
            notes.wrong(line, key, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /** The section of a key. */
    Optional<Fields> section(String key) {
        Optional<Yaml> value = take(key);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (value.get() instanceof Yaml.Section below) {
            return Optional.of(new Fields(below, path(key), notes));
        }
        if (!(value.get() instanceof Yaml.Text(int _, String text)) || !text.isEmpty()) {
            wrong(key, "is a section of keys");
        }
        return Optional.empty();
    }

    /** The keys of this section, which are names that somebody chose. */
    Map<String, Yaml.Entry> names() {
        asked.addAll(section.entries().keySet());
        return section.entries();
    }

    /** Notes the keys that nobody asked for. */
    void refuseOthers() {
        section.entries().forEach((key, entry) -> {
            if (!asked.contains(key)) {
                String meant = Nearest.of(key, asked)
                        .map(near -> "; did you mean " + near + "?")
                        .orElse("");
                notes.wrong(entry.line(), path(key), "is not a key of this section" + meant);
            }
        });
    }
}
