package dev.tradewind.acceptance;

import dev.tradewind.fixture.Program;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The scripts in {@code src/test/node}, with the npm clients that they use. */
final class NodeScripts {
    private static final Path HOME = Path.of("src", "test", "node").toAbsolutePath();
    private static final JsonMapper JSON = new JsonMapper();

    private NodeScripts() {}

    /** Fetches the clients, if the launcher has not done it already. */
    static synchronized void prepare() throws IOException, InterruptedException {
        Path installed = HOME.resolve("node_modules").resolve(".package-lock.json");
        Path wanted = HOME.resolve("package-lock.json");
        if (!Files.exists(installed)
                || Files.getLastModifiedTime(installed).compareTo(Files.getLastModifiedTime(wanted)) < 0) {
            Program.run(HOME, Map.of(), List.of("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"))
                    .orFail();
        }
    }

    /** Runs a step of a script and gives what it said. */
    static JsonNode run(Map<String, String> environment, String script, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("node", "--no-deprecation", script));
        command.addAll(List.of(arguments));
        return JSON.readTree(Program.run(HOME, environment, command).orFail());
    }
}
