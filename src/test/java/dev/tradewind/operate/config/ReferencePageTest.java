package dev.tradewind.operate.config;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.tradewind.Tradewind;
import dev.tradewind.operate.metrics.MetricsPage;
import dev.tradewind.settings.Setting;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

class ReferencePageTest {
    @Test
    void pagesAreUpToDate() throws IOException {
        assertThat(Files.readString(Path.of("docs/configuration.md")))
                .as("docs/configuration.md is stale: run ./dev docs")
                .isEqualTo(ReferencePage.of(Schema.of(Tradewind.SETTINGS), SpecialKeys.ofThisVersion()));
        assertThat(Files.readString(Path.of("docs/metrics.md")))
                .as("docs/metrics.md is stale: run ./dev docs")
                .isEqualTo(MetricsPage.text());
    }

    /** A settings record that the wiring forgot would have keys that are refused as unknown. */
    @Test
    void everySettingsRecordIsWired() throws ClassNotFoundException {
        Set<String> declared = new TreeSet<>();
        for (JavaClass found : new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.tradewind")) {
            if (found.isRecord()) {
                for (var component : Class.forName(found.getName()).getRecordComponents()) {
                    Setting setting = component.getAnnotation(Setting.class);
                    if (setting != null && !Schema.isChildren(component)) {
                        declared.add(setting.key());
                    }
                }
            }
        }
        Set<String> wired = Schema.of(Tradewind.SETTINGS).keys().stream()
                .flatMap(key -> Stream.of(key.setting().key()))
                .collect(Collectors.toSet());
        assertThat(wired).containsAll(declared);
    }
}
