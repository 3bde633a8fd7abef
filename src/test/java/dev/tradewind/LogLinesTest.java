package dev.tradewind;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A line of the log is a constant text and facts: facts are pairs ({@code addKeyValue}), which the encoder quotes, so that what a remote
 * host or a client said can neither forge a pair nor escape a search.
 */
class LogLinesTest {
    /** A call of the logger up to its end, and the facts of a fluent one up to its text. */
    private static final Pattern CALL =
            Pattern.compile("\\b(?:LOG|log)\\s*\\.(?:trace|debug|info|warn|error)\\((.*?)\\);", Pattern.DOTALL);

    private static final Pattern FLUENT = Pattern.compile("\\.log\\((\\s*\".*?)\\);", Pattern.DOTALL);

    /** The engine's lines still have facts in their texts; those that a remote host can write are pairs there, too. */
    private static final String ENGINE = "engine";

    private static List<String> texts(String source) {
        List<String> found = new ArrayList<>();
        for (Pattern pattern : List.of(CALL, FLUENT)) {
            Matcher matcher = pattern.matcher(source);
            while (matcher.find()) {
                found.add(matcher.group(1));
            }
        }
        return found;
    }

    private static List<String> linesThat(Pattern bad, boolean engineToo) throws IOException {
        List<String> found = new ArrayList<>();
        int[] seen = {0};
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                if (!engineToo && file.getParent().endsWith(ENGINE)) {
                    continue;
                }
                for (String text : texts(Files.readString(file))) {
                    seen[0]++;
                    if (bad.matcher(text).find()) {
                        found.add(file + ": " + text);
                    }
                }
            }
        }
        assertThat(seen[0]).as("log lines").isGreaterThan(40);
        return found;
    }

    @Test
    void factsArePairsAndNotPartsOfTheText() throws IOException {
        assertThat(linesThat(Pattern.compile("event=|\\{\\}"), false)).isEmpty();
    }

    @Test
    void nothingStandsBetweenQuotesThatAreNotEscaped() throws IOException {
        assertThat(linesThat(Pattern.compile("\\\\\"\\{\\}"), true)).isEmpty();
    }
}
