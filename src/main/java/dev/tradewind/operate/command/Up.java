package dev.tradewind.operate.command;

import dev.tradewind.operate.NodeSettings;
import dev.tradewind.operate.config.Configuration;
import dev.tradewind.operate.config.ConfigurationLoader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code up}: the whole product on embedded stores, for a first look and for development. */
@Command(
        name = "up",
        description =
                "Runs the whole product on embedded stores, in the foreground. All mail is kept in the sandbox inbox, none leaves.",
        mixinStandardHelpOptions = true,
        footer =
                "%nExit codes: 0 stopped as asked, 1 refused configuration, cannot start or stopped by itself, 2 wrong usage.")
final class Up implements Callable<Integer> {
    private final ProgramParts parts;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--data", paramLabel = "DIR", description = "Where the data is kept; default ./data.")
    private Optional<Path> data = Optional.empty();

    @Option(names = "--config", paramLabel = "FILE", description = "A YAML file with settings.")
    private Optional<Path> config = Optional.empty();

    @Option(names = "-c", paramLabel = "KEY=VALUE", description = "Overrides a key.")
    private List<String> overrides = new ArrayList<>();

    Up(ProgramParts parts) {
        this.parts = parts;
    }

    @Override
    public Integer call() throws Exception {
        List<String> all = new ArrayList<>();
        data.ifPresent(directory -> all.add("data=" + directory));
        all.addAll(overrides);
        ConfigurationLoader loader = parts.loader(all).withDefault("sandbox.enabled", "true");
        Configuration settings = parts.load(config.isPresent() ? loader.withFile(config.get()) : loader);
        return new Serving(parts.instances().get()).run(settings, this::announce);
    }

    private void announce(Configuration settings, Serving.Started started) {
        PrintWriter out = spec.commandLine().getOut();
        out.print(block(
                started,
                settings.get(NodeSettings.class).data().toAbsolutePath().normalize()));
        out.flush();
    }

    /** What {@code up} prints when everything runs. */
    static String block(Serving.Started started, Path data) {
        String http = started.running().http().toString();
        String smtp = started.running()
                .submission()
                .map(address ->
                        "  SMTP     " + Serving.text(address) + "   user SMTP_Injection, password: the API key\n")
                .orElse("");
        return "\nTradewind " + Version.text() + " is up. "
                + (started.running().sandboxed()
                        ? "Mail to any address is kept in the sandbox inbox; none leaves.\n\n"
                        : "The sandbox is off: mail is delivered to the world.\n\n")
                + "  Inbox    " + started.running().signIn() + "   (signs you in, once)\n"
                + "  API      " + http + "/api/v1   described at " + http + "/docs\n"
                + smtp
                + "  API key  " + started.adminKey() + "\n"
                + "  Data     " + data + "\n\n"
                + (started.running().sandboxed()
                        ? "Send a mail, then look into the inbox:\n\n"
                        : "Send a mail, once the domain of its From address is a verified sending domain (see " + http
                                + "/docs):\n\n")
                + curl(started) + "\n\n"
                + "Ctrl-C stops.\n";
    }

    private static String curl(Serving.Started started) {
        return "curl -sS " + started.running().http() + "/api/v1/transmissions -H 'Authorization: " + started.adminKey()
                + "' -H 'Content-Type: application/json' -d '{\"recipients\":[{\"address\":\"ada@example.com\","
                + "\"substitution_data\":{\"name\":\"Ada\"}}],\"content\":{\"from\":\""
                + started.running().exampleSender()
                + "\",\"subject\":\"Hello {{name}}\",\"text\":\"Hello {{name}}, it works.\","
                + "\"html\":\"<h1>Hello {{name}}</h1><p>It works.</p>\"}}'";
    }
}
