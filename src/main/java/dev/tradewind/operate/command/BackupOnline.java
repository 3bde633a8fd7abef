package dev.tradewind.operate.command;

import dev.tradewind.operate.DataDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * {@code backup}: asks the running instance to write a backup, by {@code POST /api/v1/operate/backup} with {@code {"directory": "…"}}; the
 * answer is {@code {"results": {"directory": "…", "files": n, "octets": n}}}.
 */
@Command(
        name = "backup",
        description = {
            "Makes a backup of a running instance, online and consistent, into a new directory on its machine.",
            "The backup holds the secrets too: keep it as safe as the data."
        },
        mixinStandardHelpOptions = true,
        footer = "%nExit codes: 0 done, 1 failed, 2 wrong usage.")
final class BackupOnline implements Callable<Integer> {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofHours(6);

    private final ProgramParts parts;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "DIR", description = "A directory that does not exist yet.")
    private Path directory = Path.of("");

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "${env:TRADEWIND_URL:-http://127.0.0.1:8080}",
            description = "The instance; default $TRADEWIND_URL, else http://127.0.0.1:8080.")
    private URI url = URI.create("http://127.0.0.1:8080");

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description =
                    "An API key with the grant operate/manage; default $TRADEWIND_API_KEY, else that of the data directory.")
    private Optional<String> key = Optional.empty();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "./data",
            description = "Data directory of the instance, for its key; default ./data.")
    private Path data = Path.of("data");

    BackupOnline(ProgramParts parts) {
        this.parts = parts;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        String body = JsonMapper.shared()
                .writeValueAsString(JsonMapper.shared()
                        .createObjectNode()
                        .put("directory", directory.toAbsolutePath().normalize().toString()));
        HttpRequest request = HttpRequest.newBuilder(URI.create(base() + "/api/v1/operate/backup"))
                .header("Authorization", apiKey())
                .header("Content-Type", "application/json")
                .timeout(LONGEST)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT).build()) {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            return report(answer);
        } catch (ConnectException e) {
            throw new IOException("no instance answers at " + url + ": start it, or name it with --url", e);
        }
    }

    private String base() {
        String text = url.toString();
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    private String apiKey() throws IOException {
        Optional<String> given =
                key.or(() -> Optional.ofNullable(parts.environment().get("TRADEWIND_API_KEY")));
        if (given.isPresent()) {
            return given.get();
        }
        return DataDirectory.readAdminKey(data)
                .orElseThrow(() -> new IOException(
                        "no API key: " + data.toAbsolutePath().normalize() + " keeps none; name the data"
                                + " directory of the instance with --data, or, if api.admin_key is configured there, give"
                                + " that by TRADEWIND_API_KEY or --key"));
    }

    private int report(HttpResponse<String> answer) throws IOException {
        JsonNode json;
        try {
            json = JsonMapper.shared().readTree(answer.body());
        } catch (JacksonException e) {
            throw new IOException(
                    "the answer of " + url + " (status " + answer.statusCode() + ") is not JSON: is it a Tradewind?",
                    e);
        }
        if (answer.statusCode() != 200) {
            JsonNode error = json.path("errors").path(0);
            String why =
                    error.path("description").asString(error.path("message").asString("no reason given"));
            throw new IOException("the instance refused (status " + answer.statusCode() + "): " + why);
        }
        JsonNode results = json.path("results");
        spec.commandLine()
                .getOut()
                .println("backup in " + results.path("directory").asString(directory.toString()) + ": "
                        + Program.count(results.path("files").asInt(), "file") + ", "
                        + results.path("octets").asLong() + " octets");
        return Program.DONE;
    }
}
