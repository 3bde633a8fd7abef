package dev.tradewind.operate.command;

import dev.tradewind.operate.config.Configuration;
import dev.tradewind.operate.config.RefusedConfiguration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code check}: would the program start with this configuration? */
@Command(
        name = "check",
        description = "Checks a configuration, and the files it names, and prints every problem with its key and line.",
        mixinStandardHelpOptions = true,
        footer = "%nExit codes: 0 good, 1 problems found, 2 wrong usage.")
final class Check implements Callable<Integer> {
    private final ProgramParts parts;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The YAML file.")
    private Path config = Path.of("");

    @Option(names = "-c", paramLabel = "KEY=VALUE", description = "Overrides a key.")
    private List<String> overrides = new ArrayList<>();

    Check(ProgramParts parts) {
        this.parts = parts;
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try {
            Configuration good = parts.load(parts.loader(overrides).withFile(config));
            good.warnings().forEach(warning -> out.println("warning: " + warning));
            out.println(config + ": good");
            return Program.DONE;
        } catch (RefusedConfiguration refused) {
            refused.problems().forEach(out::println);
            out.println(config + ": " + Program.count(refused.problems().size(), "problem"));
            return Program.FAILED;
        }
    }
}
