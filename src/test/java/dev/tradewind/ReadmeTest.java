package dev.tradewind;

import dev.tradewind.operate.NodeSettings;
import dev.tradewind.operate.config.Configuration;
import dev.tradewind.operate.config.ConfigurationLoader;
import dev.tradewind.operate.config.Schema;
import dev.tradewind.operate.config.SpecialKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** The front page does not promise what is not there. */
class ReadmeTest {
    @TempDir
    Path directory;

    private static String readme() throws IOException {
        return Files.readString(Path.of("README.md"));
    }

    @Test
    void exampleOfAConfigurationIsGood() throws Exception {
        String yaml = readme().split("```yaml\n", 2)[1].split("```", 2)[0];
        Path file = Files.writeString(directory.resolve("tradewind.yaml"), yaml);
        Configuration settings = new ConfigurationLoader(Schema.of(Tradewind.SETTINGS), SpecialKeys.ofThisVersion())
                .withFile(file)
                .load();
        assertThat(settings.warnings()).isEmpty();
        assertThat(settings.get(NodeSettings.class).data()).isEqualTo(Path.of("/var/lib/tradewind"));
    }

    @Test
    void everyPageIsLinked() throws IOException {
        String readme = readme();
        List<String> pages;
        try (Stream<Path> files = Files.list(Path.of("docs"))) {
            pages = files.map(file -> "(docs/" + file.getFileName() + ")")
                    .filter(page -> page.endsWith(".md)"))
                    .toList();
        }
        assertThat(pages)
                .hasSizeGreaterThan(10)
                .allSatisfy(page -> assertThat(readme).contains(page));
    }
}
