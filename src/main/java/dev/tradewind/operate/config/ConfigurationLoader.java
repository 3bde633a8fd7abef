package dev.tradewind.operate.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Loads a configuration. A later place wins over an earlier one, key by key; a list is replaced whole:
 *
 * <ol>
 *   <li>the default of the key,
 *   <li>the default of the command ({@link #withDefault}),
 *   <li>the file,
 *   <li>the environment: {@code TRADEWIND_API__LISTEN} is {@code api.listen}, a single underscore stays,
 *   <li>{@code -c key=value} on the command line.
 * </ol>
 *
 * In environment and command line a list is written with commas. Immutable.
 */
public final class ConfigurationLoader {
    private static final String PREFIX = "TRADEWIND_";

    /** Variables of that prefix that are read by the launcher, the tests and the client commands. */
    private static final Set<String> NOT_SETTINGS =
            Set.of("TRADEWIND_JAVA_OPTS", "TRADEWIND_SUITES", "TRADEWIND_API_KEY", "TRADEWIND_URL");

    private final Schema schema;
    private final SpecialKeys special;
    private final Map<String, String> defaults;
    private final Optional<Path> file;
    private final Map<String, String> environment;
    private final List<String> overrides;

    /** Loads defaults only. */
    public ConfigurationLoader(Schema schema, SpecialKeys special) {
        this(schema, special, Map.of(), Optional.empty(), Map.of(), List.of());
    }

    private ConfigurationLoader(
            Schema schema,
            SpecialKeys special,
            Map<String, String> defaults,
            Optional<Path> file,
            Map<String, String> environment,
            List<String> overrides) {
        this.schema = schema;
        this.special = special;
        this.defaults = Map.copyOf(defaults);
        this.file = file;
        this.environment = Map.copyOf(environment);
        this.overrides = List.copyOf(overrides);
    }

    /** With another default for a key, as a command has it ({@code up} turns the sandbox on). A key that no record has is no matter. */
    public ConfigurationLoader withDefault(String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(defaults);
        more.put(key, value);
        return new ConfigurationLoader(schema, special, more, file, environment, overrides);
    }

    /** With a YAML file. */
    public ConfigurationLoader withFile(Path path) {
        return new ConfigurationLoader(schema, special, defaults, Optional.of(path), environment, overrides);
    }

    /** With the environment variables that start with {@code TRADEWIND_}. */
    public ConfigurationLoader withEnvironment(Map<String, String> variables) {
        Map<String, String> ours = new HashMap<>();
        variables.forEach((name, value) -> {
            if (name.startsWith(PREFIX) && !NOT_SETTINGS.contains(name) && !isServiceLink(name)) {
                ours.put(name, value);
            }
        });
        return new ConfigurationLoader(schema, special, defaults, file, ours, overrides);
    }

    // Kubernetes gives every pod TRADEWIND_SERVICE_HOST, TRADEWIND_PORT_8080_TCP, … when a service is called tradewind.
    private static boolean isServiceLink(String name) {
        return name.startsWith("TRADEWIND_SERVICE_")
                || name.equals("TRADEWIND_PORT")
                || name.startsWith("TRADEWIND_PORT_");
    }

    /** With {@code key=value} texts of the command line, the last one of a key wins. */
    public ConfigurationLoader withOverrides(List<String> keyValues) {
        return new ConfigurationLoader(schema, special, defaults, file, environment, keyValues);
    }

    /**
     * Loads.
     *
     * @throws RefusedConfiguration with everything that is wrong
     */
    public Configuration load() throws RefusedConfiguration {
        Gathering gathering = new Gathering(schema, special);
        defaults.forEach((key, value) -> {
            if (schema.find(KeyPath.of(key)).isPresent()) {
                gathering.put(KeyPath.of(key), new Written.Text(value, new Origin.Default()));
            }
        });
        file.ifPresent(path -> YamlFile.read(path, gathering));
        readEnvironment(gathering);
        readOverrides(gathering);
        return bind(gathering);
    }

    private void readEnvironment(Gathering gathering) {
        new TreeMap<>(environment).forEach((variable, value) -> {
            String dotted =
                    variable.substring(PREFIX.length()).toLowerCase(Locale.ROOT).replace("__", ".");
            gathering.putText(KeyPath.of(dotted), value, new Origin.InEnvironment(variable));
        });
    }

    private void readOverrides(Gathering gathering) {
        for (String override : overrides) {
            int equals = override.indexOf('=');
            Origin origin = new Origin.OnCommandLine();
            if (equals < 1) {
                gathering.problem(origin, KeyPath.ROOT, "'" + override + "' is not key=value");
            } else {
                KeyPath key = KeyPath.of(override.substring(0, equals).strip());
                gathering.putText(key, override.substring(equals + 1).strip(), origin);
            }
        }
    }

    private Configuration bind(Gathering gathering) throws RefusedConfiguration {
        Binder binder = new Binder(gathering);
        Map<Class<?>, Record> bound = new LinkedHashMap<>();
        for (Class<? extends Record> type : schema.records()) {
            binder.bind(type, KeyPath.ROOT).ifPresent(record -> bound.put(type, record));
        }
        if (!gathering.problems().isEmpty()) {
            throw new RefusedConfiguration(ordered(gathering.problems()));
        }
        return new Configuration(bound, gathering.warnings());
    }

    // By place, so that who edits the file goes through it once; what is missing comes last.
    private static List<Problem> ordered(List<Problem> problems) {
        List<Problem> ordered = new ArrayList<>(problems);
        ordered.sort((a, b) -> Long.compare(order(a.origin()), order(b.origin())));
        return ordered;
    }

    private static long order(Origin origin) {
        return switch (origin) {
            case Origin.InFile(String _, int line, int column) -> line * 100_000L + Math.min(column, 99_999);
            case Origin.InEnvironment _ -> Long.MAX_VALUE - 2;
            case Origin.OnCommandLine _ -> Long.MAX_VALUE - 1;
            case Origin.Default _ -> Long.MAX_VALUE;
        };
    }
}
