package dev.tradewind.operate.command;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Spec;

import java.util.concurrent.Callable;

/** A command of a later version: says so, whatever its arguments. */
@Command(
        hidden = true,
        description = "Not available in this version: it is part of a later one, and takes no arguments yet.",
        footer = "%nExit code: 2, but 0 of this help.")
final class NotInThisVersion implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    NotInThisVersion() {}

    /** The command line of such a command: it takes whatever is written, and {@code --help}. */
    static CommandLine commandLine() {
        CommandLine command = new CommandLine(new NotInThisVersion());
        command.setUnmatchedArgumentsAllowed(true);
        command.getCommandSpec()
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("Show this help message and exit.")
                        .build());
        return command;
    }

    @Override
    public Integer call() {
        spec.commandLine().getErr().println("tradewind " + spec.name() + ": not available in this version");
        return Program.USAGE;
    }
}
