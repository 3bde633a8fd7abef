package dev.tradewind.operate.command;

import dev.tradewind.operate.NodeSettings;
import dev.tradewind.operate.config.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code serve}: production. */
@Command(
        name = "serve",
        description = "Runs an instance with a configuration, in the foreground. SIGTERM drains and stops it.",
        mixinStandardHelpOptions = true,
        footer =
                "%nExit codes: 0 stopped as asked, 1 refused configuration, cannot start or stopped by itself, 2 wrong usage.")
final class Serve implements Callable<Integer> {
    private final ProgramParts parts;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The YAML file.")
    private Path config = Path.of("");

    @Option(names = "-c", paramLabel = "KEY=VALUE", description = "Overrides a key.")
    private List<String> overrides = new ArrayList<>();

    Serve(ProgramParts parts) {
        this.parts = parts;
    }

    @Override
    public Integer call() throws Exception {
        Configuration settings = parts.load(parts.loader(overrides).withFile(config));
        return new Serving(parts.instances().get()).run(settings, this::announce);
    }

    private void announce(Configuration settings, Serving.Started started) {
        PrintWriter out = spec.commandLine().getOut();
        out.println("tradewind " + Version.text() + " serves "
                + started.running().http()
                + started.running()
                        .submission()
                        .map(address -> " and SMTP submission at " + Serving.text(address))
                        .orElse("")
                + ", data in "
                + settings.get(NodeSettings.class).data().toAbsolutePath().normalize());
        if (started.keyWasMade()) {
            out.println("admin API key (printed this once): " + started.adminKey());
        }
        out.flush();
    }
}
