package dev.tradewind.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A library that, preloaded, makes every sync of a process take longer: this disk's speed hides what syncs cost on others. */
final class SlowSync {
    private SlowSync() {}

    /**
     * Compiles {@code bench/slow-sync.c}.
     *
     * @return the library, to be named in {@code LD_PRELOAD}
     * @throws IOException if there is no C compiler, or it does not like the source
     */
    static Path compile(Path directory, Duration delay) throws IOException, InterruptedException {
        Path library = directory.resolve("slow-sync.so");
        Process compiler = new ProcessBuilder(
                        "gcc",
                        "-shared",
                        "-fPIC",
                        "-O2",
                        "-DDELAY_MICROS=" + delay.toNanos() / 1000,
                        "-o",
                        library.toString(),
                        Jvm.root().resolve("bench/slow-sync.c").toString(),
                        "-ldl")
                .inheritIO()
                .start();
        if (!compiler.waitFor(60, TimeUnit.SECONDS) || compiler.exitValue() != 0) {
            throw new IOException("gcc could not compile bench/slow-sync.c");
        }
        return library;
    }
}
