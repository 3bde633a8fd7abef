package dev.tradewind.operate.command;

import dev.tradewind.operate.metrics.MetricsPage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.util.concurrent.Callable;

/** {@code metrics-reference}: every metric, as Markdown. */
@Command(
        name = "metrics-reference",
        description = "Prints the reference of all metrics (Markdown).",
        mixinStandardHelpOptions = true)
final class MetricsReference implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    MetricsReference() {}

    @Override
    public Integer call() {
        spec.commandLine().getOut().print(MetricsPage.text());
        spec.commandLine().getOut().flush();
        return Program.DONE;
    }
}
