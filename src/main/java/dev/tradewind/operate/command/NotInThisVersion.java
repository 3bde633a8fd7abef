package dev.tradewind.operate.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.util.concurrent.Callable;

/** A command of a later version: says so, whatever its arguments. */
@Command(hidden = true)
final class NotInThisVersion implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    NotInThisVersion() {}

    @Override
    public Integer call() {
        spec.commandLine().getErr().println("tradewind " + spec.name() + ": not available in this version");
        return Program.USAGE;
    }
}
