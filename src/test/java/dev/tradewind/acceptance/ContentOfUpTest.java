package dev.tradewind.acceptance;

import dev.tradewind.fixture.ApiClient;
import dev.tradewind.fixture.Program;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

/** The newcomer's path: what {@code up} prints does what it says, pasted as it is. */
@Tag("needs-curl")
class ContentOfUpTest {
    @TempDir
    Path directory = Path.of("");

    /** A start that takes longer is begun anew: on a machine that others load, the shortest of a few says how long one takes. */
    private static final int STARTS = 3;

    private static final Duration WITHIN = Duration.ofSeconds(10);

    /** A process that has said that it is up. */
    private record Started(Process process, List<String> printed, Duration took) {}

    @Test
    void isUpWithinTenSecondsAndItsCurlLineSendsAMailThatIsSeenInTheInboxAndInTheEvents() throws Exception {
        Path launcher = Checkout.built(directory.resolve("checkout")).launcher();
        Started up = start(launcher, 1);
        try {
            for (int i = 2; i <= STARTS && up.took().compareTo(WITHIN) > 0; i++) {
                up.process().destroyForcibly().waitFor();
                up = start(launcher, i);
            }
            assertThat(up.took()).isLessThanOrEqualTo(WITHIN);
            follow(up.printed());
            up.process().destroy();
            assertThat(up.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(up.process().exitValue()).isZero();
        } finally {
            up.process().destroyForcibly().waitFor();
        }
    }

    private Started start(Path launcher, int number) throws IOException {
        long begin = System.nanoTime();
        ProcessBuilder builder = new ProcessBuilder(
                        launcher.toString(),
                        "up",
                        "--data",
                        directory.resolve("data" + number).toString(),
                        "-c",
                        "api.listen=127.0.0.1:0",
                        "-c",
                        "smtp.submission.listen=127.0.0.1:0")
                .redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process up = builder.start();
        BufferedReader said = new BufferedReader(new InputStreamReader(up.getInputStream(), StandardCharsets.UTF_8));
        List<String> printed = new ArrayList<>();
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            printed.add(line);
            if (line.startsWith("Ctrl-C stops")) {
                break;
            }
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        Thread.ofPlatform().daemon().start(() -> drain(said));
        return new Started(up, printed, took);
    }

    /** The rest of its log has to be read, or it would block. */
    private static void drain(BufferedReader said) {
        try {
            String line = said.readLine();
            while (line != null) {
                line = said.readLine();
            }
        } catch (IOException e) {
            // It has ended.
        }
    }

    private void follow(List<String> printed) throws Exception {
        String text = String.join("\n", printed);
        String curl = printed.stream()
                .filter(line -> line.startsWith("curl "))
                .findFirst()
                .orElseThrow(() -> new AssertionError(text));

        String answer =
                Program.run(directory, Map.of(), List.of("sh", "-c", curl)).orFail();

        assertThat(answer).contains("\"total_accepted_recipients\":1");
        URI base = URI.create(found(text, "API +(http://\\S+)/api/v1"));
        try (ApiClient api = new ApiClient(base, found(text, "API key +(\\S+)"))) {
            List<JsonNode> events = api.awaitEvent(
                    "recipients=ada@example.com",
                    event -> event.path("type").stringValue().equals("delivery"));
            assertThat(events.stream()
                            .map(event -> event.path("type").stringValue())
                            .toList())
                    .containsExactlyInAnyOrder("injection", "delivery");
            String transmission = events.getFirst().path("transmission_id").stringValue();
            assertThat(answer).contains("\"id\":\"" + transmission + "\"");

            JsonNode listed = api.get("sandbox/messages");
            assertThat(listed).hasSize(1);
            assertThat(listed.path(0).path("transmission_id").stringValue()).isEqualTo(transmission);
            JsonNode mail =
                    api.get("sandbox/messages/" + listed.path(0).path("id").stringValue());
            assertThat(mail.path("subject").stringValue()).isEqualTo("Hello Ada");
            assertThat(mail.path("text").stringValue().strip()).isEqualTo("Hello Ada, it works.");
            assertThat(mail.path("html").stringValue()).contains("<h1>Hello Ada</h1>");
            assertThat(mail.path("dkim").values())
                    .isNotEmpty()
                    .allSatisfy(verdict -> assertThat(verdict.path("result").stringValue())
                            .as(verdict.toString())
                            .isEqualTo("pass"));
        }
        String jar = directory.resolve("cookies").toString();
        String page = Program.run(
                        directory,
                        Map.of(),
                        List.of("curl", "-sSfL", "-c", jar, "-b", jar, found(text, "Inbox +(http://\\S+)")))
                .orFail();
        assertThat(page).contains("<title>Sandbox inbox");
        String asThePageAsks = Program.run(
                        directory, Map.of(), List.of("curl", "-sSf", "-b", jar, base + "/api/v1/sandbox/messages"))
                .orFail();
        assertThat(asThePageAsks).contains("\"subject\":\"Hello Ada\"");
    }

    private static String found(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as("%s in %s", pattern, text).isTrue();
        return matcher.group(1);
    }
}
