package dev.tradewind.operate.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes settings records of what was gathered. What cannot be made is a problem, and the rest is looked at all the same. */
final class Binder {
    private final Gathering gathering;

    Binder(Gathering gathering) {
        this.gathering = gathering;
    }

    /** A settings record; empty if a problem was found in it. */
    <R extends Record> Optional<R> bind(Class<R> type, KeyPath prefix) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        Object[] arguments = new Object[components.length];
        boolean complete = true;
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            Optional<?> value = component(components[i], prefix);
            complete &= value.isPresent();
            arguments[i] = value.orElse(null);
        }
        return complete ? construct(type, types, arguments, prefix) : Optional.empty();
    }

    private <R extends Record> Optional<R> construct(
            Class<R> type, Class<?>[] types, Object[] arguments, KeyPath prefix) {
        try {
            Constructor<R> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return Optional.of(constructor.newInstance(arguments));
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                refuse(type, prefix, String.valueOf(refused.getMessage()));
                return Optional.empty();
            }
            throw new IllegalStateException("making a " + type.getName(), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("making a " + type.getName(), e);
        }
    }

    // The record refuses the combination. Blamed is the key with which its message starts, else the first that somebody
    // wrote.
    private void refuse(Class<? extends Record> type, KeyPath prefix, String message) {
        List<KeyPath> own = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            if (!Schema.isNested(component) && !Schema.isChildren(component)) {
                own.add(named(Schema.path(Schema.setting(component), generic(prefix)), prefix));
            }
        }
        KeyPath blamed = own.stream()
                .filter(key -> message.startsWith(key + " ") || message.startsWith(key + ": "))
                .findFirst()
                .or(() -> own.stream()
                        .filter(key -> gathering.value(key).isPresent())
                        .findFirst())
                .or(() -> own.stream().findFirst())
                .orElse(prefix);
        Origin origin = gathering.value(blamed).map(Written::origin).orElseGet(Origin.Default::new);
        String rest = message;
        if (message.startsWith(blamed.toString())) {
            rest = message.substring(blamed.toString().length());
            rest = rest.substring(rest.startsWith(":") ? 1 : 0).strip();
        }
        gathering.problem(origin, blamed, rest);
    }

    private Optional<?> component(RecordComponent component, KeyPath prefix) {
        if (Schema.isNested(component)) {
            return bind(component.getType().asSubclass(Record.class), prefix);
        }
        if (Schema.isChildren(component)) {
            return children(component, prefix);
        }
        KeyPath path = Schema.path(Schema.setting(component), generic(prefix));
        Schema.Key key = Schema.key(component, path, Schema.setting(component));
        return value(key, named(path, prefix));
    }

    private Optional<?> children(RecordComponent component, KeyPath prefix) {
        KeyPath path = Schema.childrenPath(Schema.setting(component), generic(prefix));
        KeyPath named = named(path, prefix);
        Class<? extends Record> child = gathering.schema.children().stream()
                .filter(children -> children.path().equals(path))
                .findFirst()
                .orElseThrow()
                .child();
        Map<String, Record> bound = new LinkedHashMap<>();
        boolean complete = true;
        for (String name : gathering.names(named)) {
            Optional<? extends Record> record = bind(child, named.plus(name));
            complete &= record.isPresent();
            record.ifPresent(present -> bound.put(name, present));
        }
        return complete ? Optional.of(Map.copyOf(bound)) : Optional.empty();
    }

    /** The prefix as the schema writes it. Chosen names stand at the end of a prefix, one level of names at a time. */
    private KeyPath generic(KeyPath prefix) {
        KeyPath generic = KeyPath.ROOT;
        for (String part : prefix.parts()) {
            generic = generic.plus(gathering.schema.hasChildren(generic) ? Schema.NAME : part);
        }
        return generic;
    }

    private static KeyPath named(KeyPath path, KeyPath prefix) {
        List<String> parts = new ArrayList<>(path.parts());
        for (int i = 0; i < prefix.parts().size(); i++) {
            parts.set(i, prefix.parts().get(i));
        }
        return new KeyPath(parts);
    }

    private Optional<?> value(Schema.Key key, KeyPath path) {
        Optional<Written> written = gathering.value(path);
        if (written.isEmpty() && key.required()) {
            gathering.problem(new Origin.Default(), path, "is missing and has no default: write it");
            return Optional.empty();
        }
        List<Written.Text> texts = texts(key, written);
        if (key.arity() != Schema.Arity.LIST && written.isPresent() && written.get() instanceof Written.Items items) {
            gathering.problem(items.origin(), path, "is one value, not a list");
            return Optional.empty();
        }
        List<Object> values = new ArrayList<>();
        boolean complete = true;
        for (Written.Text text : texts) {
            try {
                values.add(Values.read(key.type(), text.text(), key.setting()));
            } catch (IllegalArgumentException e) {
                gathering.problem(text.origin(), path, String.valueOf(e.getMessage()));
                complete = false;
            }
        }
        if (!complete) {
            return Optional.empty();
        }
        return Optional.of(
                switch (key.arity()) {
                    case ONE -> values.getFirst();
                    case OPTIONAL -> values.stream().findFirst();
                    case LIST -> List.copyOf(values);
                });
    }

    private static List<Written.Text> texts(Schema.Key key, Optional<Written> written) {
        if (written.isEmpty()) {
            Origin origin = new Origin.Default();
            return Schema.defaultTexts(key).stream()
                    .map(text -> new Written.Text(text, origin))
                    .toList();
        }
        return switch (written.get()) {
            case Written.Items(List<Written.Text> items, Origin _) -> items;
            case Written.Text(String text, Origin origin)
            when key.arity() == Schema.Arity.LIST ->
                Schema.splitList(text).stream()
                        .map(item -> new Written.Text(item, origin))
                        .toList();
            case Written.Text text -> List.of(text);
        };
    }
}
