package dev.tradewind.spool;

import dev.tradewind.event.EventType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Stores of earlier formats, kept as test resources so that upgrades with a full queue stay tested. The one of the current format is made
 * by {@link #main} once, when the format is new, and never again.
 */
final class StoredVersions {
    private StoredVersions() {}

    /** Writes {@code spool-v1.zip} to the directory named first. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory("spool");
        try (RocksSpool spool = RocksSpool.open(
                directory, SmallSpool.SETTINGS, () -> Mail.NOON, System::nanoTime, new Random(1), () -> 1L << 23)) {
            fill(spool);
        }
        Path zip = Path.of(arguments[0]).resolve("spool-v" + StoreFormat.CURRENT + ".zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip));
                Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String name = directory.relativize(file).toString();
                if (!name.endsWith("LOCK") && !name.contains("db/LOG") && !name.contains("db/OPTIONS")) {
                    out.putNextEntry(new ZipEntry(name));
                    Files.copy(file, out);
                    out.closeEntry();
                }
            }
        }
        System.out.println(zip + ": " + Files.size(zip) + " octets");
    }

    /** A queue with everything in it; half of it in sorted files, half in the log. */
    private static void fill(RocksSpool spool) throws StoreUnavailable {
        for (int half = 0; half < 2; half++) {
            for (int i = 0; i < 20; i++) {
                long id = Mail.send(
                        spool, Mail.NOON, "content ".repeat(50 * i + half), "a" + i + "@example.com", "b@example.net");
                if (i % 4 == 3) {
                    continue;
                }
                List<Waiting> waiting = Mail.generate(
                        spool, id, Mail.queue(i % 2 == 0 ? "example.com" : "example.net"), Mail.NOON.plusSeconds(i));
                Waiting first = waiting.getFirst();
                if (i % 4 == 1) {
                    spool.deferred(
                                    first,
                                    first.deferredUntil(
                                            Mail.NOON.plusSeconds(900), Optional.of("192.0.2.1"), "451 4.7.1 later"),
                                    List.of(Mail.event(EventType.DELAY, first.id(), "a@example.com", Mail.NOON)))
                            .join();
                } else if (i % 4 == 2) {
                    spool.finished(
                                    first,
                                    List.of(Mail.event(EventType.DELIVERY, first.id(), "a@example.com", Mail.NOON)))
                            .join();
                }
            }
            Mail.send(spool, Mail.NOON, Optional.of(Mail.NOON.plus(Duration.ofDays(3))), "later", "c@example.com");
            spool.events().consumerOffset("log", 7);
            if (half == 0) {
                StoreAudit.compact(spool);
            }
        }
    }

    /** Unpacks the store of a format. */
    static void unpack(int format, Path directory) throws IOException {
        try (ZipInputStream in = new ZipInputStream(
                Objects.requireNonNull(StoredVersions.class.getResourceAsStream("/spool/spool-v" + format + ".zip")))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                Path file = directory.resolve(entry.getName());
                Files.createDirectories(Objects.requireNonNull(file.getParent()));
                Files.copy(in, file);
            }
        }
    }
}
