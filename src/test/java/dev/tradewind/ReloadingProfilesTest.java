package dev.tradewind;

import dev.tradewind.operate.config.ConfigurationLoader;
import dev.tradewind.operate.config.Problem;
import dev.tradewind.operate.config.RefusedConfiguration;
import dev.tradewind.operate.config.Schema;
import dev.tradewind.operate.config.SpecialKeys;
import dev.tradewind.shaping.Profiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ReloadingProfilesTest {
    @TempDir
    Path directory;

    private static int connections(ReloadingProfiles profiles) {
        return profiles.get().effective("p", "s", List.of("google.com")).connections();
    }

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("own.yaml"), text);
    }

    @Test
    void changedFileIsReadAndABadOneChangesNothing() throws IOException {
        Path file = file("version: 1\nprofiles: {google: {connections: 7}}\n");
        ReloadingProfiles profiles = ReloadingProfiles.open(Profiles.shipped(), Optional.of(file));
        assertThat(connections(profiles)).isEqualTo(7);
        assertThat(profiles.poll()).isEqualTo(ReloadingProfiles.Look.UNCHANGED);

        file("version: 1\nprofiles: {google: {connections: 8}}\n");
        assertThat(profiles.poll()).isEqualTo(ReloadingProfiles.Look.READ);
        assertThat(connections(profiles)).isEqualTo(8);

        file("version: 1\nprofiles: {google: {conections: 9}}\n");
        assertThat(profiles.poll()).isEqualTo(ReloadingProfiles.Look.REFUSED);
        assertThat(profiles.isRefused()).isTrue();
        assertThat(profiles.poll()).as("said once").isEqualTo(ReloadingProfiles.Look.UNCHANGED);
        assertThat(connections(profiles)).isEqualTo(8);

        Files.delete(file);
        assertThat(profiles.poll()).isEqualTo(ReloadingProfiles.Look.REFUSED);
        assertThat(profiles.poll()).isEqualTo(ReloadingProfiles.Look.UNCHANGED);
        assertThat(connections(profiles)).isEqualTo(8);

        file("");
        assertThat(profiles.poll()).isEqualTo(ReloadingProfiles.Look.READ);
        assertThat(profiles.isRefused()).isFalse();
        assertThat(connections(profiles)).isEqualTo(5);
    }

    @Test
    void withoutAFileTheShippedOnesHold() throws IOException {
        ReloadingProfiles profiles = ReloadingProfiles.open(Profiles.shipped(), Optional.empty());
        assertThat(profiles.poll()).isEqualTo(ReloadingProfiles.Look.UNCHANGED);
        assertThat(connections(profiles)).isEqualTo(5);
    }

    @Test
    void startIsRefusedWithEverythingThatIsWrong() throws IOException {
        Path file = file("version: 1\nprofiles: {google: {connections: 0, idle: x}}\n");
        assertThatThrownBy(() -> ReloadingProfiles.open(Profiles.shipped(), Optional.of(file)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("profiles.google.connections")
                .hasMessageContaining("profiles.google.idle");
    }

    @Test
    void checkSaysWhatIsWrongWithTheFile() throws IOException, RefusedConfiguration {
        Path file = file("version: 1\nprofiles:\n  google:\n    connections: 0\n");
        assertThat(problems(file))
                .singleElement()
                .asString()
                .startsWith(file + ":4:1: profiles.google.connections: '0' is not");
        assertThat(problems(directory.resolve("none.yaml")))
                .singleElement()
                .asString()
                .contains("there is no such file");
        Files.write(file, new byte[] {(byte) 0xff});
        assertThat(problems(file)).singleElement().asString().contains("is not UTF-8");
        assertThat(problems(file("version: 1\n"))).isEmpty();
    }

    private static List<Problem> problems(Path file) throws RefusedConfiguration {
        return ReloadingProfiles.problems(
                new ConfigurationLoader(Schema.of(Tradewind.SETTINGS), SpecialKeys.ofThisVersion())
                        .withOverrides(List.of("shaping.profiles=" + file))
                        .load());
    }
}
