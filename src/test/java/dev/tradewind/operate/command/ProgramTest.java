package dev.tradewind.operate.command;

import com.sun.net.httpserver.HttpServer;
import dev.tradewind.Tradewind;
import dev.tradewind.operate.Backup;
import dev.tradewind.operate.DataDirectory;
import dev.tradewind.operate.Instance;
import dev.tradewind.operate.config.Configuration;
import dev.tradewind.operate.config.Schema;
import dev.tradewind.operate.config.SpecialKeys;
import dev.tradewind.sandbox.SandboxSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
class ProgramTest {
    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** Starts, and has stopped by itself at once. */
    private static final class Brief implements Instance {
        @Override
        public Running start(Configuration settings, DataDirectory data, String adminKey) throws IOException {
            if (adminKey.equals("refuse")) {
                throw new IOException("port 8080 is taken: stop the other program or set api.listen");
            }
            return new Running(
                    URI.create("http://127.0.0.1:4711"),
                    Optional.of(InetSocketAddress.createUnresolved("127.0.0.1", 2525)),
                    "hello@sandbox.example",
                    URI.create("http://127.0.0.1:4711/signin?token=t"),
                    settings.get(SandboxSettings.class).enabled());
        }

        @Override
        public void restoreStores(Path directory) {}

        @Override
        public void drain() {}

        @Override
        public void awaitStop() {}
    }

    private int run(String... arguments) {
        ProgramParts parts = new ProgramParts(
                Schema.of(Tradewind.SETTINGS), SpecialKeys.ofThisVersion(), Brief::new, Map.of(), _ -> List.of());
        return Program.run(parts, new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    private String data() {
        return directory.resolve("data").toString();
    }

    @Test
    void checkPrintsEveryProblemAndSaysSoByItsExitCode() throws IOException {
        Path file = directory.resolve("t.yaml");
        Files.writeString(file, "data: ./x\nlog:\n  level: loud\nhostnam: a\n");
        assertThat(run("check", "--config", file.toString())).isEqualTo(1);
        assertThat(out.toString())
                .contains("t.yaml:3:10: log.level: 'loud' is none of trace, debug, info, warn, error")
                .contains("t.yaml:4:1: hostnam: is no key; did you mean hostname?")
                .contains("t.yaml: 2 problems");
        Files.writeString(file, "data: ./x\nsmtp.inbound.listen: 127.0.0.1:2526\n");
        assertThat(run("check", "--config", file.toString())).isZero();
        assertThat(out.toString()).contains("warning: ").contains("t.yaml: good");
    }

    @Test
    void wrongUsageAndLaterCommandsAreTwo() {
        assertThat(run("check")).isEqualTo(2);
        assertThat(run("frobnicate")).isEqualTo(2);
        assertThat(run("inspect", "a.eml", "--dns", "127.0.0.1:53")).isEqualTo(2);
        assertThat(run("proxy", "--config", "x")).isEqualTo(2);
        assertThat(err.toString())
                .contains("tradewind inspect: not available in this version")
                .contains("tradewind proxy: not available in this version");
    }

    @Test
    void everyListedCommandHasHelp() {
        assertThat(run("help")).isZero();
        assertThat(out.toString()).doesNotContain("inspect").doesNotContain("proxy");
        for (String command : new String[] {
            "up", "serve", "check", "backup", "restore", "version", "config-reference", "metrics-reference"
        }) {
            assertThat(run(command, "--help")).as(command).isZero();
            assertThat(out.toString()).contains("Usage: tradewind " + command);
        }
    }

    @Test
    void commandsOfLaterVersionsHaveHelpThatSaysSo() {
        for (String command : new String[] {"proxy", "inspect"}) {
            out.getBuffer().setLength(0);
            assertThat(run(command, "--help")).as(command).isZero();
            assertThat(out.toString())
                    .contains("Usage: tradewind " + command)
                    .contains("Not available in this version");
            assertThat(run(command, "-h")).as(command).isZero();
            assertThat(run(command, "a.eml", "--help")).as(command).isZero();
        }
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void upPrintsTheSameKeyEachTimeAndALineToPaste() throws IOException {
        assertThat(run("up", "--data", data())).isEqualTo(1); // it stopped by itself
        String key = DataDirectory.readAdminKey(Path.of(data())).orElseThrow();
        assertThat(out.toString())
                .contains("API key  " + key)
                .contains("SMTP     127.0.0.1:2525")
                .contains("curl -sS http://127.0.0.1:4711/api/v1/transmissions -H 'Authorization: " + key + "'")
                .contains("hello@sandbox.example")
                .contains("kept in the sandbox inbox");
        out.getBuffer().setLength(0);
        run("up", "--data", data(), "-c", "sandbox.enabled=false");
        assertThat(out.toString())
                .contains("API key  " + key)
                .contains("The sandbox is off")
                .contains("once the domain of its From address is a verified sending domain")
                .doesNotContain("look into the inbox");
    }

    @Test
    void serveShowsTheKeyOnceAndNeverAConfiguredOne() throws IOException {
        Path file = Files.writeString(directory.resolve("t.yaml"), "data: " + data() + "\n");
        run("serve", "--config", file.toString());
        String key = DataDirectory.readAdminKey(Path.of(data())).orElseThrow();
        assertThat(out.toString()).contains("admin API key (printed this once): " + key);
        out.getBuffer().setLength(0);
        run("serve", "--config", file.toString());
        assertThat(out.toString()).contains("serves http://127.0.0.1:4711").doesNotContain(key);
        run("serve", "--config", file.toString(), "-c", "api.admin_key=open-sesame");
        assertThat(out.toString() + err).doesNotContain("open-sesame");
    }

    @Test
    void configuredKeyIsTheOnlyOneSoThatNoneIsKeptInAFile() throws IOException {
        Path file = Files.writeString(directory.resolve("t.yaml"), "data: " + data() + "\n");
        run("serve", "--config", file.toString(), "-c", "api.admin_key=open-sesame");
        assertThat(DataDirectory.readAdminKey(Path.of(data()))).isEmpty();
        run("serve", "--config", file.toString());
        assertThat(out.toString())
                .contains("admin API key (printed this once): "
                        + DataDirectory.readAdminKey(Path.of(data())).orElseThrow());
    }

    @Test
    void whatSignsInIsShownByNoToString() {
        Instance.Running running = new Instance.Running(
                URI.create("http://127.0.0.1:4711"),
                Optional.empty(),
                "hello@sandbox.example",
                URI.create("http://127.0.0.1:4711/signin?token=only-once"),
                true);
        assertThat(running.toString()).contains("http://127.0.0.1:4711").doesNotContain("only-once");
        assertThat(new Serving.Started(running, "open-sesame", true).toString())
                .contains("http://127.0.0.1:4711")
                .doesNotContain("only-once")
                .doesNotContain("open-sesame");
    }

    @Test
    void whyItCannotStartIsOneLine() {
        assertThat(run("up", "--data", data(), "-c", "api.admin_key=refuse")).isEqualTo(1);
        assertThat(err.toString())
                .isEqualToIgnoringNewLines("tradewind: port 8080 is taken: stop the other program or set api.listen");
        assertThat(run("up", "-c", "nothing=1")).isEqualTo(1);
        assertThat(err.toString()).contains("command line -c: nothing: is no key");
    }

    @Test
    void backupAsksTheInstanceWithTheKeyOfItsDataDirectory() throws IOException {
        String key;
        try (DataDirectory kept = DataDirectory.open(Path.of(data()))) {
            key = kept.adminKey().value();
        }
        AtomicReference<String> asked = new AtomicReference<>("");
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/v1/operate/backup", exchange -> {
            boolean known = key.equals(exchange.getRequestHeaders().getFirst("Authorization"));
            asked.set(exchange.getRequestMethod() + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            byte[] answer = (known
                            ? "{\"results\":{\"directory\":\"/b\",\"files\":3,\"octets\":99}}"
                            : "{\"errors\":[{\"message\":\"Forbidden.\"}]}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(known ? 200 : 403, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        try {
            String url = "http://127.0.0.1:" + server.getAddress().getPort();
            Path target = directory.resolve("b");
            assertThat(run("backup", target.toString(), "--url", url, "--data", data()))
                    .isZero();
            assertThat(asked.get()).isEqualTo("POST {\"directory\":\"" + target + "\"}");
            assertThat(out.toString()).contains("backup in /b: 3 files, 99 octets");
            assertThat(run("backup", target.toString(), "--url", url + "/", "--key", "wrong"))
                    .isEqualTo(1);
            assertThat(err.toString()).contains("the instance refused (status 403): Forbidden.");
            assertThat(run(
                            "backup",
                            target.toString(),
                            "--url",
                            url,
                            "--data",
                            directory.resolve("no").toString()))
                    .isEqualTo(1);
            assertThat(err.toString()).contains("no API key");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void backupOfNothingSaysSo() throws IOException {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        assertThat(run("backup", "b", "--url", "http://127.0.0.1:" + port, "--key", "k"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("no instance answers at http://127.0.0.1:" + port);
    }

    @Test
    void restoreMakesADataDirectory() throws IOException {
        Path backup = directory.resolve("backup");
        try (DataDirectory kept = DataDirectory.open(Path.of(data()))) {
            kept.masterKey();
            Backup.begin(kept, backup);
            Backup.seal(backup, Instant.EPOCH);
        }
        Path restored = directory.resolve("restored");
        assertThat(run("restore", backup.toString(), "--data", restored.toString()))
                .isZero();
        assertThat(out.toString()).contains("restored 2 files");
        assertThat(run("restore", backup.toString(), "--data", restored.toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("exists and is not empty");
    }
}
