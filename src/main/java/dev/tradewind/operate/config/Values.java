package dev.tradewind.operate.config;

import dev.tradewind.settings.ByteSize;
import dev.tradewind.settings.Cidr;
import dev.tradewind.settings.Durations;
import dev.tradewind.settings.ListenAddress;
import dev.tradewind.settings.Setting;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Texts become values of the type that their key asks for, within its range. */
final class Values {
    private Values() {}

    /**
     * Reads one text.
     *
     * @param type    the type of the value (of an item, for a list)
     * @param setting the range
     * @throws IllegalArgumentException if the text is no such value or out of range; the message says what would be
     */
    static Object read(Class<?> type, String text, Setting setting) {
        Object value = read(type, text);
        if (!setting.min().isEmpty() && compare(value, setting.min(), type) < 0) {
            throw new IllegalArgumentException(outOfRange(type, text) + " is less than " + setting.min());
        }
        if (!setting.max().isEmpty() && compare(value, setting.max(), type) > 0) {
            throw new IllegalArgumentException(outOfRange(type, text) + " is more than " + setting.max());
        }
        return value;
    }

    // A text may be a secret, so it is never repeated; only its length has a range.
    private static String outOfRange(Class<?> type, String text) {
        return type == String.class ? "a length of " + text.length() : "'" + text + "'";
    }

    private static int compare(Object value, String limit, Class<?> type) {
        return switch (value) {
            case String text -> Integer.compare(text.length(), Integer.parseInt(limit));
            case Integer number -> Integer.compare(number, Integer.parseInt(limit));
            case Long number -> Long.compare(number, Long.parseLong(limit));
            case Double number -> Double.compare(number, Double.parseDouble(limit));
            case Duration duration -> duration.compareTo(Durations.parse(limit));
            case ByteSize size -> size.compareTo(ByteSize.parse(limit));
            default -> throw new IllegalStateException(type + " has no range");
        };
    }

    private static Object read(Class<?> type, String text) {
        if (type == String.class) {
            return text;
        } else if (type == boolean.class || type == Boolean.class) {
            return switch (text) {
                case "true" -> true;
                case "false" -> false;
                default -> throw new IllegalArgumentException("'" + text + "' is neither true nor false");
            };
        } else if (type == int.class || type == Integer.class) {
            return Math.toIntExact(wholeNumber(text, Integer.MIN_VALUE, Integer.MAX_VALUE));
        } else if (type == long.class || type == Long.class) {
            return wholeNumber(text, Long.MIN_VALUE, Long.MAX_VALUE);
        } else if (type == double.class || type == Double.class) {
            return number(text);
        } else if (type == Duration.class) {
            return Durations.parse(text);
        } else if (type == ByteSize.class) {
            return ByteSize.parse(text);
        } else if (type == ListenAddress.class) {
            return ListenAddress.parse(text);
        } else if (type == Cidr.class) {
            return Cidr.parse(text);
        } else if (type == Path.class) {
            return path(text);
        } else if (type.isEnum()) {
            return constant(type, text);
        }
        return parsed(type, text);
    }

    private static long wholeNumber(String text, long least, long greatest) {
        try {
            long value = Long.parseLong(text);
            if (value >= least && value <= greatest) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not a whole number", e);
        }
        throw new IllegalArgumentException("'" + text + "' is not " + least + ".." + greatest);
    }

    private static double number(String text) {
        try {
            double value = Double.parseDouble(text);
            if (Double.isFinite(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not a number", e);
        }
        throw new IllegalArgumentException("'" + text + "' is not a finite number");
    }

    private static Path path(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("an empty text is not a path");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("'" + text + "' is not a path: " + e.getReason(), e);
        }
    }

    private static Object constant(Class<?> type, String text) {
        List<String> names = names(type);
        int at = names.indexOf(text.toLowerCase(Locale.ROOT));
        if (at < 0) {
            throw new IllegalArgumentException("'" + text + "' is none of " + String.join(", ", names));
        }
        return type.getEnumConstants()[at];
    }

    /** How the constants of an enum are written. */
    static List<String> names(Class<?> type) {
        List<String> names = new ArrayList<>();
        for (Object constant : type.getEnumConstants()) {
            names.add(((Enum<?>) constant).name().toLowerCase(Locale.ROOT));
        }
        return names;
    }

    /** Whether a type is read by its own {@code static parse(String)}. */
    static boolean parsesItself(Class<?> type) {
        try {
            Method parse = type.getMethod("parse", String.class);
            return Modifier.isStatic(parse.getModifiers()) && type.isAssignableFrom(parse.getReturnType());
        } catch (NoSuchMethodException e) {
            return false;
        }
    }

    private static Object parsed(Class<?> type, String text) {
        try {
            return type.getMethod("parse", String.class).invoke(null, text);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                throw refused;
            }
            throw new IllegalStateException("reading a " + type.getName(), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type.getName() + " is no type of settings", e);
        }
    }

    /** The name of a type in the reference page. */
    static String typeName(Class<?> type) {
        if (type == boolean.class || type == Boolean.class) {
            return "`true` or `false`";
        } else if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
            return "whole number";
        } else if (type == double.class || type == Double.class) {
            return "number";
        } else if (type == Duration.class) {
            return "duration";
        } else if (type == ByteSize.class) {
            return "size";
        } else if (type == ListenAddress.class) {
            return "`HOST:PORT`";
        } else if (type == Cidr.class) {
            return "network";
        } else if (type == Path.class) {
            return "path";
        } else if (type.isEnum()) {
            return "`" + String.join("`, `", names(type)) + "`";
        }
        return type == String.class ? "text" : type.getSimpleName().toLowerCase(Locale.ROOT);
    }
}
