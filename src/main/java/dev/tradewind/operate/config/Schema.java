package dev.tradewind.operate.config;

import dev.tradewind.settings.ByteSize;
import dev.tradewind.settings.Cidr;
import dev.tradewind.settings.ListenAddress;
import dev.tradewind.settings.Nearest;
import dev.tradewind.settings.Setting;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Every key there is, as the settings records declare them. A part {@code NAME} of a key stands for a name that the operator chooses.
 *
 * <p>A record that contradicts itself (a key twice, a default out of range, a type that cannot be written) is our bug and an
 * {@link IllegalStateException} at start.
 */
public final class Schema {
    /** The part of a key that stands for a chosen name. */
    static final String NAME = "NAME";

    private static final Set<Class<?>> TYPES = Set.of(
            boolean.class,
            int.class,
            long.class,
            double.class,
            Boolean.class,
            Integer.class,
            Long.class,
            Double.class,
            String.class,
            Duration.class,
            ByteSize.class,
            ListenAddress.class,
            Cidr.class,
            Path.class);

    /** How often a value may stand. */
    enum Arity {
        ONE,
        OPTIONAL,
        LIST
    }

    /** One key with a value. */
    record Key(KeyPath path, Setting setting, Class<?> type, Arity arity) {
        /** Whether the file has to have it. */
        boolean required() {
            return arity == Arity.ONE && setting.def().isEmpty();
        }
    }

    /** A record component that holds named children. */
    record Children(KeyPath path, Setting setting, Class<? extends Record> child) {}

    private final List<Class<? extends Record>> records;
    private final Map<String, Key> keys = new TreeMap<>();
    private final Map<String, Children> children = new TreeMap<>();

    private Schema(List<Class<? extends Record>> records) {
        this.records = List.copyOf(records);
    }

    /** The keys of these records and of the records in them. */
    public static Schema of(List<Class<? extends Record>> records) {
        Schema schema = new Schema(records);
        for (Class<? extends Record> record : records) {
            schema.read(record, KeyPath.ROOT);
        }
        return schema;
    }

    /** The records that are bound, as they were given. */
    public List<Class<? extends Record>> records() {
        return records;
    }

    /** Every key, sorted, {@code NAME} for a chosen name. */
    List<Key> keys() {
        return List.copyOf(keys.values());
    }

    List<Children> children() {
        return List.copyOf(children.values());
    }

    /** Whether the component is a settings record in a settings record. */
    static boolean isNested(RecordComponent component) {
        return component.getType().isRecord()
                && !TYPES.contains(component.getType())
                && !Values.parsesItself(component.getType());
    }

    static boolean isChildren(RecordComponent component) {
        return Map.class.isAssignableFrom(component.getType());
    }

    static Setting setting(RecordComponent component) {
        Setting setting = component.getAnnotation(Setting.class);
        if (setting == null) {
            throw new IllegalStateException(component.getDeclaringRecord().getName() + "." + component.getName()
                    + " has no @Setting; every component of a settings record has one");
        }
        return setting;
    }

    /** The key of a component, inside the children (if any) at {@code prefix}, whose own keys may be written whole or from there on. */
    static KeyPath path(Setting setting, KeyPath prefix) {
        KeyPath written = KeyPath.of(setting.key());
        if (prefix.parts().isEmpty() || written.startsWith(prefix)) {
            return written;
        }
        KeyPath path = prefix;
        for (String part : written.parts()) {
            path = path.plus(part);
        }
        return path;
    }

    /** Where the children of a component are, {@code NAME} not included. */
    static KeyPath childrenPath(Setting setting, KeyPath prefix) {
        KeyPath path = path(setting, prefix);
        int last = path.parts().size() - 1;
        return path.parts().get(last).equals(NAME) ? new KeyPath(path.parts().subList(0, last)) : path;
    }

    private void read(Class<? extends Record> record, KeyPath prefix) {
        for (RecordComponent component : record.getRecordComponents()) {
            if (isNested(component)) {
                read(component.getType().asSubclass(Record.class), prefix);
            } else if (isChildren(component)) {
                Setting setting = setting(component);
                KeyPath path = childrenPath(setting, prefix);
                Class<? extends Record> child = argument(component, 1).asSubclass(Record.class);
                put(children, path, new Children(path, setting, child));
                read(child, path.plus(NAME));
            } else {
                Setting setting = setting(component);
                KeyPath path = path(setting, prefix);
                put(keys, path, key(component, path, setting));
            }
        }
    }

    private static <T> void put(Map<String, T> into, KeyPath path, T value) {
        if (into.putIfAbsent(path.toString(), value) != null) {
            throw new IllegalStateException("two settings have the key " + path);
        }
    }

    static Key key(RecordComponent component, KeyPath path, Setting setting) {
        Class<?> type = component.getType();
        Arity arity = Arity.ONE;
        if (type == Optional.class || type == List.class) {
            arity = type == List.class ? Arity.LIST : Arity.OPTIONAL;
            type = argument(component, 0);
        }
        if (!TYPES.contains(type) && !type.isEnum() && !Values.parsesItself(type)) {
            throw new IllegalStateException(path + ": " + type.getName() + " is no type of settings");
        }
        Key key = new Key(path, setting, type, arity);
        if (setting.doc().isBlank()) {
            throw new IllegalStateException(path + " says nothing of what it decides");
        }
        for (String text : defaultTexts(key)) {
            try {
                Values.read(type, text, setting);
            } catch (IllegalArgumentException e) {
                throw new IllegalStateException("default of " + path, e);
            }
        }
        return key;
    }

    /** The default, as items of a list or as one text; none if there is no default. */
    static List<String> defaultTexts(Key key) {
        String def = key.setting().def();
        if (def.isEmpty()) {
            return List.of();
        }
        return key.arity() == Arity.LIST ? splitList(def) : List.of(def);
    }

    /** The items of a list in one text, {@code a, b}. Brackets around it are allowed. */
    static List<String> splitList(String text) {
        String inner = text.strip();
        if (inner.startsWith("[") && inner.endsWith("]") && !inner.startsWith("[:")) {
            inner = inner.substring(1, inner.length() - 1);
        }
        List<String> items = new ArrayList<>();
        for (String item : inner.split(",", -1)) {
            if (!item.isBlank()) {
                items.add(item.strip());
            }
        }
        return items;
    }

    private static Class<?> argument(RecordComponent component, int index) {
        if (component.getGenericType() instanceof ParameterizedType generic) {
            Type argument = generic.getActualTypeArguments()[index];
            if (argument instanceof Class<?> type) {
                return type;
            }
        }
        throw new IllegalStateException(component + " is no type of settings");
    }

    /** The key with a value at a path. */
    Optional<Key> find(KeyPath path) {
        Key exact = keys.get(path.toString());
        if (exact != null && path.equals(exact.path())) {
            return Optional.of(exact);
        }
        return keys.values().stream()
                .filter(key -> matches(key.path().parts(), path.parts()))
                .findFirst();
    }

    /** Whether keys lie below a path. */
    boolean isSection(KeyPath path) {
        return path.parts().isEmpty()
                || keys.values().stream().anyMatch(key -> isBelow(key.path(), path))
                || children.values().stream().anyMatch(map -> isBelow(map.path().plus(NAME), path));
    }

    /** Whether the next part of a path is a chosen name. */
    boolean hasChildren(KeyPath path) {
        return children.values().stream().anyMatch(map -> matches(map.path().parts(), path.parts()));
    }

    private static boolean isBelow(KeyPath key, KeyPath path) {
        int length = path.parts().size();
        return key.parts().size() > length && matches(key.parts().subList(0, length), path.parts());
    }

    private static boolean matches(List<String> pattern, List<String> parts) {
        if (pattern.size() != parts.size()) {
            return false;
        }
        for (int i = 0; i < parts.size(); i++) {
            if (!pattern.get(i).equals(NAME) && !pattern.get(i).equals(parts.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** The known key that is most like an unknown one; empty if none is much like it. */
    Optional<String> nearest(KeyPath unknown) {
        return Nearest.of(unknown.toString(), keys.keySet());
    }
}
