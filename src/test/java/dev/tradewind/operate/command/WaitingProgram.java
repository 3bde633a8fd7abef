package dev.tradewind.operate.command;

import dev.tradewind.Tradewind;
import dev.tradewind.operate.DataDirectory;
import dev.tradewind.operate.Instance;
import dev.tradewind.operate.config.Configuration;

import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** The program with an instance that does nothing until it is drained. */
final class WaitingProgram {
    private WaitingProgram() {}

    public static void main(String[] args) {
        System.exit(Program.run(
                ProgramParts.of(Tradewind.SETTINGS, Waiting::new),
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                args));
    }

    private static final class Waiting implements Instance {
        private final CountDownLatch stopped = new CountDownLatch(1);

        @Override
        public Running start(Configuration settings, DataDirectory data, String adminKey) {
            return new Running(
                    URI.create("http://127.0.0.1:1"),
                    Optional.empty(),
                    "a@b.example",
                    URI.create("http://127.0.0.1:1/signin?token=t"),
                    false);
        }

        @Override
        public void restoreStores(Path directory) {}

        @Override
        public void drain() {
            System.out.println("drained");
            stopped.countDown();
        }

        @Override
        public void awaitStop() throws InterruptedException {
            stopped.await();
        }
    }
}
