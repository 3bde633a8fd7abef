package dev.tradewind.operate.command;

import dev.tradewind.operate.Backup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/** {@code restore}: a backup becomes a data directory. */
@Command(
        name = "restore",
        description = {
            "Makes a data directory from a backup. The directory must not exist, or be empty.",
            "Mail that was waiting at the time of the backup and has been delivered since is delivered again."
        },
        mixinStandardHelpOptions = true,
        footer = "%nExit codes: 0 done, 1 the backup is not whole or the directory is in the way, 2 wrong usage.")
final class Restore implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "DIR", description = "The backup.")
    private Path backup = Path.of("");

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "./data",
            description = "The data directory to make; default ./data.")
    private Path data = Path.of("data");

    private final ProgramParts parts;

    Restore(ProgramParts parts) {
        this.parts = parts;
    }

    @Override
    public Integer call() throws IOException {
        Backup.Contents contents =
                Backup.restore(backup, data, parts.instances().get()::restoreStores);
        spec.commandLine()
                .getOut()
                .println("restored " + Program.count(contents.files(), "file") + ", " + contents.octets()
                        + " octets, into " + data.toAbsolutePath().normalize());
        return Program.DONE;
    }
}
