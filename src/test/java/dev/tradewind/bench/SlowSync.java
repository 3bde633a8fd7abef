package dev.tradewind.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** What syncs cost. A library that, preloaded, makes every sync of a process take longer: this disk's speed hides what syncs cost on others. */
final class SlowSync {
    private static final int SYNCS = 51;

    private SlowSync() {}

    /** What a sync of a few octets takes on the disk of a directory now: the median of some, in microseconds. */
    static double medianMicros(Path directory) throws IOException {
        Path file = directory.resolve("sync");
        double[] micros = new double[SYNCS];
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            for (int i = 0; i < SYNCS; i++) {
                channel.write(ByteBuffer.wrap(new byte[100]));
                long start = System.nanoTime();
                channel.force(false);
                micros[i] = (System.nanoTime() - start) / 1e3;
            }
        }
        Files.delete(file);
        Arrays.sort(micros);
        return micros[SYNCS / 2];
    }

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
