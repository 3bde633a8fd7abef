package dev.tradewind.operate.command;

import dev.tradewind.operate.Instance;
import dev.tradewind.operate.config.Configuration;
import dev.tradewind.operate.config.ConfigurationLoader;
import dev.tradewind.operate.config.Problem;
import dev.tradewind.operate.config.RefusedConfiguration;
import dev.tradewind.operate.config.Schema;
import dev.tradewind.operate.config.SpecialKeys;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What the commands are given by the wiring.
 *
 * @param schema      every settings record
 * @param special     keys that are answered specially
 * @param instances   makes the system that {@code up} and {@code serve} start
 * @param environment environment variables
 * @param files       what is wrong with files that the configuration names
 */
public record ProgramParts(
        Schema schema,
        SpecialKeys special,
        Supplier<Instance> instances,
        Map<String, String> environment,
        Function<Configuration, List<Problem>> files) {
    public ProgramParts {
        environment = Map.copyOf(environment);
    }

    /** The parts of a program with these settings records, in this process's environment. */
    public static ProgramParts of(List<Class<? extends Record>> settings, Supplier<Instance> instances) {
        return new ProgramParts(
                Schema.of(settings), SpecialKeys.ofThisVersion(), instances, System.getenv(), _ -> List.of());
    }

    /** The same, which also looks into files that the configuration names. */
    public ProgramParts checkingFiles(Function<Configuration, List<Problem>> check) {
        return new ProgramParts(schema, special, instances, environment, check);
    }

    /**
     * Loads a configuration and looks into the files it names.
     *
     * @throws RefusedConfiguration with everything that is wrong
     */
    Configuration load(ConfigurationLoader loader) throws RefusedConfiguration {
        Configuration good = loader.load();
        List<Problem> wrong = files.apply(good);
        if (!wrong.isEmpty()) {
            throw new RefusedConfiguration(wrong);
        }
        return good;
    }

    ConfigurationLoader loader(List<String> overrides) {
        return new ConfigurationLoader(schema, special)
                .withEnvironment(environment)
                .withOverrides(overrides);
    }
}
