package dev.tradewind.operate;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/**
 * The directory of an instance, held by one process at a time.
 *
 * <pre>
 * lock                 held while a process runs; has its process id
 * format               version of this layout
 * control/             control plane (SQLite)
 * spool/               spool and event stream (RocksDB)
 * sandbox/             sandbox inbox
 * tls/                 self-made certificate and key
 * secrets/master.key   encrypts secrets in the control plane (64 hex digits)
 * secrets/admin.key    the admin API key, where none is configured
 * </pre>
 *
 * Directories are readable by their owner alone (0700), secrets 0600.
 */
public final class DataDirectory implements AutoCloseable {
    /** Version of the layout this program writes; it reads no other. */
    public static final int FORMAT = 1;

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWNER_ONLY_DIRECTORY = PosixFilePermissions.fromString("rwx------");

    private final Path root;
    private final FileChannel lockFile;
    private final FileLock lock;

    private DataDirectory(Path root, FileChannel lockFile, FileLock lock) {
        this.root = root;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /**
     * Opens a directory for this process, makes it first if need be.
     *
     * @throws IOException if it cannot be made, is held by another process or has another format; the message says what to do
     */
    public static DataDirectory open(Path root) throws IOException {
        Path absolute = root.toAbsolutePath().normalize();
        makeDirectory(absolute);
        FileChannel file = FileChannel.open(
                absolute.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            DataDirectory directory = new DataDirectory(absolute, file, lock(absolute, file));
            directory.checkFormat();
            makeDirectory(directory.secrets());
            return directory;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private static FileLock lock(Path root, FileChannel file) throws IOException {
        FileLock lock;
        try {
            lock = file.tryLock();
        } catch (OverlappingFileLockException e) {
            throw new IOException("data directory " + root + " is in use by this process", e);
        }
        if (lock == null) {
            throw new IOException("data directory " + root + " is in use by process " + holder(file)
                    + ": stop it, or give this one a directory of its own (--data DIR)");
        }
        file.truncate(0);
        file.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
        return lock;
    }

    private static String holder(FileChannel file) throws IOException {
        ByteBuffer pid = ByteBuffer.allocate(20);
        file.read(pid, 0);
        String text = new String(pid.array(), 0, pid.position(), StandardCharsets.US_ASCII).strip();
        return text.isEmpty() ? "(unknown)" : text;
    }

    private void checkFormat() throws IOException {
        Path file = root.resolve("format");
        if (!Files.exists(file)) {
            writeDurably(file, FORMAT + "\n");
            return;
        }
        String found = Files.readString(file).strip();
        if (!found.equals(Integer.toString(FORMAT))) {
            throw new IOException("data directory " + root + " has format " + found + ", this version reads " + FORMAT
                    + ": run the version that wrote it");
        }
    }

    /** The directory itself, absolute. */
    public Path root() {
        return root;
    }

    /** Of the control plane; made by its store. */
    public Path control() {
        return root.resolve("control");
    }

    /** Of spool and event stream; made by its store. */
    public Path spool() {
        return root.resolve("spool");
    }

    /** Of the sandbox inbox; made by its store. */
    public Path sandbox() {
        return root.resolve("sandbox");
    }

    /** Of the self-made certificate. */
    public Path tls() {
        return root.resolve("tls");
    }

    private Path secrets() {
        return root.resolve("secrets");
    }

    /**
     * The 32 octets that encrypt secrets in the control plane, made at first use.
     *
     * @throws IOException if the file cannot be read or written or is not such a key
     */
    public byte[] masterKey() throws IOException {
        String text = readOrMakeSecret(secrets().resolve("master.key"), 32);
        try {
            byte[] key = HexFormat.of().parseHex(text);
            if (key.length == 32) {
                return key;
            }
        } catch (IllegalArgumentException e) {
            throw new IOException(secrets().resolve("master.key") + " is not 64 hex digits", e);
        }
        throw new IOException(secrets().resolve("master.key") + " is not 64 hex digits");
    }

    /**
     * The admin API key.
     *
     * @param value the key
     * @param made  whether it was made just now
     */
    public record AdminKey(String value, boolean made) {
        @Override
        public String toString() {
            return "AdminKey[made=" + made + "]";
        }
    }

    /**
     * The admin API key of the instance: 40 hex digits, made at first use.
     *
     * @throws IOException if the file cannot be read or written
     */
    public AdminKey adminKey() throws IOException {
        boolean made = !Files.exists(adminKeyFile(root));
        return new AdminKey(readOrMakeSecret(adminKeyFile(root), 20), made);
    }

    /** The admin key of a directory that another process may hold; empty if there is none. */
    public static Optional<String> readAdminKey(Path root) throws IOException {
        Path file = adminKeyFile(root);
        return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
    }

    private static Path adminKeyFile(Path root) {
        return root.resolve("secrets").resolve("admin.key");
    }

    private static String readOrMakeSecret(Path file, int octets) throws IOException {
        if (!Files.exists(file)) {
            byte[] random = new byte[octets];
            new SecureRandom().nextBytes(random);
            writeDurably(file, HexFormat.of().formatHex(random) + "\n");
        }
        return Files.readString(file).strip();
    }

    /** Makes a directory that its owner alone can read. */
    static void makeDirectory(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        if (isPosix(directory)) {
            Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY_DIRECTORY));
        } else {
            Files.createDirectories(directory);
        }
    }

    /** Writes a text that its owner alone can read; after a crash the file is whole or not there. */
    public static void writeDurably(Path file, String text) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(next);
        if (isPosix(file)) {
            Files.createFile(next, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        } else {
            Files.createFile(next);
        }
        try (FileChannel channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
            ByteBuffer octets = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (octets.hasRemaining()) {
                channel.write(octets);
            }
            channel.force(true);
        }
        try {
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException(file + " is on a file system without atomic rename", e);
        }
        syncDirectory(file.toAbsolutePath().normalize().getParent());
    }

    // A rename is durable once its directory is.
    static void syncDirectory(@Nullable Path directory) throws IOException {
        if (directory != null && isPosix(directory)) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    /** Lets another process have the directory. */
    @Override
    public void close() throws IOException {
        lock.release();
        lockFile.close();
    }
}
