package dev.tradewind.operate.command;

import dev.tradewind.operate.config.RefusedConfiguration;
import picocli.CommandLine;
import picocli.CommandLine.Command;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;

/** The command {@code tradewind} with all its subcommands. */
@Command(
        name = "tradewind",
        description = "An email delivery cloud that anyone can run.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footerHeading = "%nRun by the launcher ./tradewind:%n",
        footer = {
            "  test        Runs every test.",
            "  bench       Measures, beside a peer: bench path.",
            "  soak        An acceptance run at full size: soak NAME.",
            "",
            "Exit codes: 0 done, 1 refused or failed, 2 wrong usage."
        })
public final class Program {
    /** Exit code: done. */
    public static final int DONE = 0;

    /** Exit code: the configuration is refused, or what was asked failed. */
    public static final int FAILED = 1;

    /** Exit code: wrong usage, or a command this version does not have. */
    public static final int USAGE = 2;

    private static final List<String> LATER = List.of("proxy", "inspect");

    private Program() {}

    /**
     * Runs a command line.
     *
     * @return the exit code
     */
    public static int run(ProgramParts parts, PrintWriter out, PrintWriter err, String... arguments) {
        return commandLine(parts).setOut(out).setErr(err).execute(arguments);
    }

    static CommandLine commandLine(ProgramParts parts) {
        CommandLine program = new CommandLine(new Program())
                .addSubcommand("up", new Up(parts))
                .addSubcommand("serve", new Serve(parts))
                .addSubcommand("check", new Check(parts))
                .addSubcommand("backup", new BackupOnline(parts))
                .addSubcommand("restore", new Restore(parts))
                .addSubcommand("config-reference", new ConfigReference(parts))
                .addSubcommand("metrics-reference", new MetricsReference())
                .addSubcommand("version", new Version())
                .addSubcommand("help", new CommandLine.HelpCommand());
        for (String later : LATER) {
            program.addSubcommand(later, NotInThisVersion.commandLine());
        }
        program.setExecutionExceptionHandler((failure, command, _) -> explain(failure, command));
        return program;
    }

    private static int explain(Exception failure, CommandLine command) throws Exception {
        PrintWriter err = command.getErr();
        switch (failure) {
            case RefusedConfiguration refused -> {
                refused.problems().forEach(err::println);
                err.println("tradewind: the configuration is refused, "
                        + count(refused.problems().size(), "problem"));
            }
            case IOException e -> err.println("tradewind: " + message(e));
            default -> throw failure; // our bug: picocli prints the trace
        }
        err.flush();
        return FAILED;
    }

    // The message of some IOExceptions is only a file name.
    private static String message(IOException e) {
        String text = String.valueOf(e.getMessage());
        return e.getClass() == IOException.class ? text : e.getClass().getSimpleName() + ": " + text;
    }

    static String count(int number, String thing) {
        return number + " " + thing + (number == 1 ? "" : "s");
    }
}
