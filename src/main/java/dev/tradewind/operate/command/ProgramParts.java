package dev.tradewind.operate.command;

import dev.tradewind.operate.Instance;
import dev.tradewind.operate.config.ConfigurationLoader;
import dev.tradewind.operate.config.Schema;
import dev.tradewind.operate.config.SpecialKeys;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What the commands are given by the wiring.
 *
 * @param schema      every settings record
 * @param special     keys that are answered specially
 * @param instances   makes the system that {@code up} and {@code serve} start
 * @param environment environment variables
 */
public record ProgramParts(
        Schema schema, SpecialKeys special, Supplier<Instance> instances, Map<String, String> environment) {
    public ProgramParts {
        environment = Map.copyOf(environment);
    }

    /** The parts of a program with these settings records, in this process's environment. */
    public static ProgramParts of(List<Class<? extends Record>> settings, Supplier<Instance> instances) {
        return new ProgramParts(Schema.of(settings), SpecialKeys.ofThisVersion(), instances, System.getenv());
    }

    ConfigurationLoader loader(List<String> overrides) {
        return new ConfigurationLoader(schema, special)
                .withEnvironment(environment)
                .withOverrides(overrides);
    }
}
