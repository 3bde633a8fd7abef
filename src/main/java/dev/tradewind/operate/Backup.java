package dev.tradewind.operate;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * A backup: a directory with the layout of {@link DataDirectory}, secrets included (keep it as safe as the data itself), and a manifest
 * {@code backup.json} that lists every file with its size and SHA-256. The manifest is written last, so a directory with a manifest is whole.
 *
 * <p>A restored spool holds what was waiting when the backup was made: mail that has been delivered since is delivered again.
 */
public final class Backup {
    /** Name of the manifest. */
    public static final String MANIFEST = "backup.json";

    private static final int FORMAT = 1;
    private static final JsonMapper JSON = JsonMapper.shared();

    /**
     * What a backup holds.
     *
     * @param files  number of files
     * @param octets their sizes together
     */
    public record Contents(int files, long octets) {}

    /** Port: the stores, which write their backups in forms of their own. */
    @FunctionalInterface
    public interface Stores {
        /** Turns the backups of the stores in a data directory to be into the stores themselves. */
        void restore(Path directory) throws IOException;
    }

    private record Entry(String path, long octets, String sha256) {}

    private Backup() {}

    /**
     * Begins a backup: makes the directory and copies what belongs to no store. The stores then write theirs beside it, and {@link #seal}
     * ends it.
     *
     * @throws IOException if the directory exists and is not empty, or cannot be written
     */
    public static void begin(DataDirectory data, Path directory) throws IOException {
        if (Files.exists(directory) && !isEmpty(directory)) {
            throw new IOException(directory + " exists and is not empty: name a new directory");
        }
        DataDirectory.makeDirectory(directory);
        for (String name : List.of("format", "secrets", "tls")) {
            Path from = data.root().resolve(name);
            if (Files.exists(from)) {
                copyTree(from, directory.resolve(name));
            }
        }
    }

    /**
     * Ends a backup: syncs and lists every file.
     *
     * @throws IOException if a file cannot be read or synced
     */
    public static Contents seal(Path directory, Instant now) throws IOException {
        ObjectNode manifest = JSON.createObjectNode();
        manifest.put("format", FORMAT);
        manifest.put("made_at", now.toString());
        ArrayNode list = manifest.putArray("files");
        long octets = 0;
        for (Path file : files(directory)) {
            Entry entry = new Entry(relative(directory, file), Files.size(file), sha256(file));
            sync(file);
            ObjectNode node = list.addObject();
            node.put("path", entry.path());
            node.put("octets", entry.octets());
            node.put("sha256", entry.sha256());
            octets += entry.octets();
        }
        DataDirectory.writeDurably(directory.resolve(MANIFEST), JSON.writeValueAsString(manifest) + "\n");
        return new Contents(list.size(), octets);
    }

    /**
     * Restores a backup into a data directory that does not exist yet or is empty. It is whole or not there at all.
     *
     * @param stores  puts the stores in place
     * @throws IOException if the backup is not whole, or the target is in the way; the message says what to do
     */
    public static Contents restore(Path backup, Path target, Stores stores) throws IOException {
        Path absolute = target.toAbsolutePath().normalize();
        if (Files.exists(absolute) && !isEmpty(absolute)) {
            throw new IOException(absolute + " exists and is not empty: stop the instance and move its directory away");
        }
        List<Entry> entries = readManifest(backup);
        Path next = absolute.resolveSibling(absolute.getFileName() + ".restoring");
        deleteTree(next);
        DataDirectory.makeDirectory(next);
        long octets = 0;
        for (Entry entry : entries) {
            copyVerified(backup, entry, next);
            octets += entry.octets();
        }
        stores.restore(next);
        Files.deleteIfExists(absolute);
        Files.move(next, absolute, StandardCopyOption.ATOMIC_MOVE);
        DataDirectory.syncDirectory(absolute.getParent());
        return new Contents(entries.size(), octets);
    }

    private static void copyVerified(Path backup, Entry entry, Path next) throws IOException {
        Path from = backup.resolve(entry.path()).normalize();
        Path to = next.resolve(entry.path()).normalize();
        if (!from.startsWith(backup.normalize()) || !to.startsWith(next)) {
            throw new IOException("backup names a file outside itself: " + entry.path());
        }
        if (!Files.isRegularFile(from, LinkOption.NOFOLLOW_LINKS) || Files.size(from) != entry.octets()) {
            throw new IOException(
                    "backup is not whole: " + from + " is missing or has not " + entry.octets() + " octets");
        }
        Path parent = to.getParent();
        if (parent != null) {
            DataDirectory.makeDirectory(parent);
        }
        Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
        if (!sha256(to).equals(entry.sha256())) {
            throw new IOException("backup is damaged: " + from + " has another SHA-256 than its manifest says");
        }
        sync(to);
    }

    private static List<Entry> readManifest(Path backup) throws IOException {
        Path file = backup.resolve(MANIFEST);
        if (!Files.exists(file)) {
            throw new IOException(backup + " is no whole backup: it has no " + MANIFEST);
        }
        try {
            JsonNode manifest = JSON.readTree(Files.readString(file));
            if (manifest.path("format").asInt(0) != FORMAT) {
                throw new IOException(file + " has a format this version does not read");
            }
            List<Entry> entries = new ArrayList<>();
            for (JsonNode node : manifest.path("files")) {
                entries.add(new Entry(
                        node.path("path").asString(),
                        node.path("octets").asLong(),
                        node.path("sha256").asString()));
            }
            return entries;
        } catch (JacksonException e) {
            throw new IOException(file + " is not the manifest of a backup: " + e.getOriginalMessage(), e);
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> walk = Files.walk(directory)) {
            return walk.filter(Files::isRegularFile)
                    .filter(file -> !file.equals(directory.resolve(MANIFEST)))
                    .sorted()
                    .toList();
        }
    }

    private static String relative(Path directory, Path file) {
        return directory.relativize(file).toString().replace('\\', '/');
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (Stream<Path> list = Files.list(directory)) {
            return list.findAny().isEmpty();
        }
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> walk = Files.walk(from)) {
            for (Path path : walk.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    DataDirectory.makeDirectory(target);
                } else {
                    Files.copy(path, target, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    private static void deleteTree(Path root) throws IOException {
        if (Files.exists(root)) {
            try (Stream<Path> walk = Files.walk(root)) {
                for (Path path : walk.toList().reversed()) {
                    Files.delete(path);
                }
            }
        }
    }

    private static void sync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(ByteBuffer.wrap(buffer, 0, read));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
