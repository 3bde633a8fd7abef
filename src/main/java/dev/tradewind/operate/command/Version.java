package dev.tradewind.operate.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code version}. */
@Command(name = "version", description = "Prints the version.", mixinStandardHelpOptions = true)
public final class Version implements Callable<Integer>, IVersionProvider {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Made by the command line. */
    public Version() {}

    /** The version of the program, from its manifest; {@code development} when run from classes. */
    public static String text() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    @Override
    public String[] getVersion() {
        return new String[] {"tradewind " + text() + " (Java " + Runtime.version() + ")"};
    }

    @Override
    public Integer call() {
        spec.commandLine().getOut().println(getVersion()[0]);
        return Program.DONE;
    }
}
