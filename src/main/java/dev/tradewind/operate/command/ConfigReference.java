package dev.tradewind.operate.command;

import dev.tradewind.operate.config.ReferencePage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.util.concurrent.Callable;

/** {@code config-reference}: every configuration key, as Markdown. */
@Command(
        name = "config-reference",
        description = "Prints the reference of all configuration keys (Markdown).",
        mixinStandardHelpOptions = true)
final class ConfigReference implements Callable<Integer> {
    private final ProgramParts parts;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    ConfigReference(ProgramParts parts) {
        this.parts = parts;
    }

    @Override
    public Integer call() {
        spec.commandLine().getOut().print(ReferencePage.of(parts.schema(), parts.special()));
        spec.commandLine().getOut().flush();
        return Program.DONE;
    }
}
