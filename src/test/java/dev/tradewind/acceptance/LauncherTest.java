package dev.tradewind.acceptance;

import dev.tradewind.fixture.Program;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** The launcher on a machine without Maven. The commands that matter are played. */
class LauncherTest {
    private static final List<String> TOOLS = List.of(
            "bash",
            "env",
            "dirname",
            "readlink",
            "sed",
            "find",
            "mktemp",
            "rm",
            "mv",
            "cp",
            "touch",
            "tail",
            "cat",
            "chmod");

    @TempDir
    Path directory;

    private Path bin;
    private Checkout checkout;

    @BeforeEach
    void machineWithoutMaven() throws IOException {
        bin = Files.createDirectory(directory.resolve("bin"));
        for (String tool : TOOLS) {
            play(tool, "exec " + find(tool) + " \"$@\"\n");
        }
        checkout = Checkout.fresh(directory.resolve("checkout"));
    }

    private static Path find(String tool) {
        for (String place : List.of("/usr/bin", "/bin")) {
            if (Files.isExecutable(Path.of(place, tool))) {
                return Path.of(place, tool);
            }
        }
        throw new AssertionError("no " + tool);
    }

    private void play(String command, String script) throws IOException {
        Path file = Files.writeString(bin.resolve(command), "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Program.Ended version() throws Exception {
        return Program.run(
                directory,
                Map.of("PATH", bin.toString(), "JAVA_HOME", System.getProperty("java.home")),
                List.of(checkout.launcher().toString(), "version"));
    }

    @Test
    @Tag("needs-root") // it forbids daemons to start by a file of the machine
    void rootOnDebianGetsMavenInstalledAndIsTold() throws Exception {
        Path program = directory.resolve("program.jar");
        Checkout.writeProgram(program);
        Path asked = directory.resolve("asked");
        Path maven = directory.resolve("mvn");
        Files.writeString(maven, "#!/bin/sh\ncp " + program + " " + checkout.root() + "/target/tradewind-1.jar\n");
        play("id", "echo 0\n");
        play(
                "apt-get",
                "echo \"$*\" >>" + asked + "\ncase \"$*\" in *install*) cp " + maven + " " + bin + "/mvn; chmod 755 "
                        + bin + "/mvn ;; esac\n");
        Program.Ended ended = version();
        assertThat(ended.orFail()).startsWith("tradewind ");
        assertThat(ended.err()).contains("tradewind: needs Maven to build and found no mvn; installing: maven");
        assertThat(Files.readAllLines(asked)).hasSize(2).last().asString().endsWith("install maven");
    }

    @Test
    void othersGetAdvice() throws Exception {
        play("id", "echo 1000\n");
        Program.Ended ended = version();
        assertThat(ended.exit()).isEqualTo(1);
        assertThat(ended.err())
                .contains(
                        "needs Maven 3.8 or newer to build and found no mvn on PATH (Debian: apt-get install maven).");
    }
}
