package dev.tradewind.operate.command;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

class SignalTest {
    @TempDir
    Path directory;

    @Test
    @Timeout(60)
    void sigtermDrainsAndExitsZero() throws IOException, InterruptedException {
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        WaitingProgram.class.getName(),
                        "up",
                        "--data",
                        directory.resolve("data").toString())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader lines = program.inputReader()) {
            String line = lines.readLine();
            while (!"Ctrl-C stops.".equals(line)) {
                assertThat(line).as("output before the block ends").isNotNull();
                line = lines.readLine();
            }
            program.toHandle().destroy(); // SIGTERM; Process.destroy would close the streams too
            assertThat(lines.lines()).anyMatch(text -> text.equals("drained"));
            assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(program.exitValue()).isZero();
        } finally {
            program.destroyForcibly();
        }
    }
}
