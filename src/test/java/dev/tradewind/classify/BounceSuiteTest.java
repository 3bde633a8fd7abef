package dev.tradewind.classify;

import dev.tradewind.mail.EnhancedStatus;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The diagnostic codes of the public bounces, each against the classes that a reasonable classifier may give. Reading a DSN is not what is
 * tested: those whose recipients cannot be told apart simply are left out.
 */
@Tag("needs-suites")
class BounceSuiteTest {
    private record Diagnostic(String file, String status, String text) {}

    @Test
    void rulesAgreeWithPeopleOnPublicBounces() throws IOException {
        Path suite = Path.of(Optional.ofNullable(System.getProperty("TRADEWIND_SUITES"))
                        .or(() -> Optional.ofNullable(System.getenv("TRADEWIND_SUITES")))
                        .orElse("../shared/suites"))
                .resolve("bounces");
        JsonNode expected = JsonMapper.shared().readTree(Files.readString(suite.resolve("expected.json")));
        Classifier classifier = Classifier.shipped();
        int all = 0;
        List<String> misses = new ArrayList<>();
        for (Map.Entry<String, JsonNode> file : expected.properties()) {
            JsonNode recipients = file.getValue().path("recipients");
            List<Diagnostic> diagnostics = diagnostics(suite, file.getKey());
            for (int i = 0; diagnostics.size() == recipients.size() && i < diagnostics.size(); i++) {
                JsonNode classes = recipients.get(i).path("classes");
                if (classes.size() == 0 || diagnostics.get(i).text().isEmpty()) {
                    continue;
                }
                all++;
                Classification result = classify(classifier, diagnostics.get(i));
                boolean right = classes.valueStream()
                        .anyMatch(one -> one.asInt() == result.bounceClass().code());
                if (!right) {
                    misses.add(diagnostics.get(i) + " is " + result + ", not " + classes);
                }
                if (recipients.get(i).path("never_hard").asBoolean()) {
                    assertThat(result.verdict())
                            .as(diagnostics.get(i).toString())
                            .isNotEqualTo(BounceClass.Verdict.HARD);
                }
            }
        }
        assertThat(all).isGreaterThan(100);
        assertThat(misses).as("of " + all).hasSizeLessThanOrEqualTo(all / 50);
    }

    private static Classification classify(Classifier classifier, Diagnostic said) {
        return said.status().isEmpty()
                ? classifier.classifyLine(said.text(), Speaker.unknown())
                : classifier.classifyReported(
                        said.text(),
                        EnhancedStatus.leading(said.status(), (said.status().charAt(0) - '0') * 100)
                                .orElseThrow(),
                        Speaker.unknown());
    }

    // One for each group of fields about a recipient (RFC 3464 §2.3); an empty text where it has no diagnostic code.
    private static List<Diagnostic> diagnostics(Path suite, String file) throws IOException {
        String text = Files.readString(suite.resolve(file), StandardCharsets.ISO_8859_1)
                .replace("\r\n", "\n")
                .replaceAll("\n[ \t]+", " ");
        List<Diagnostic> found = new ArrayList<>();
        for (String group : text.split("\n\n+")) {
            Optional<String> recipient = field(group, "Final-Recipient").or(() -> field(group, "Original-Recipient"));
            if (recipient.isPresent()) {
                String diagnostic = field(group, "Diagnostic-Code").orElse("");
                String status = field(group, "Status").orElse("").split("[ (]", 2)[0];
                found.add(new Diagnostic(
                        file,
                        status.matches("[245]\\.\\d{1,3}\\.\\d{1,3}") ? status : "",
                        diagnostic.substring(diagnostic.indexOf(';') + 1).strip()));
            }
        }
        return found;
    }

    private static Optional<String> field(String group, String name) {
        String start = name.toLowerCase(Locale.ROOT) + ":";
        return group.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
                .map(line -> line.substring(start.length()).strip())
                .findFirst();
    }
}
