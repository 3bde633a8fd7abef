package dev.tradewind.spool;

import org.rocksdb.BackupEngine;
import org.rocksdb.BackupEngineOptions;
import org.rocksdb.BackupInfo;
import org.rocksdb.Env;
import org.rocksdb.RestoreOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Backups by the engine's own means: every file with a checksum. Should a directory get several, files that do not change are shared, and
 * the latest is restored.
 */
final class StoreBackup {
    private static final String FORMAT = "format=";

    static {
        RocksDB.loadLibrary();
    }

    private StoreBackup() {}

    /** Adds a backup of an open database. */
    static void create(RocksStore.Opened db, Path directory) throws RocksDBException {
        try (BackupEngineOptions options = options(directory);
                BackupEngine engine = BackupEngine.open(Env.getDefault(), options)) {
            engine.createNewBackupWithMetadata(db.db(), FORMAT + StoreFormat.CURRENT, false);
        }
    }

    /**
     * Puts the latest backup where no database is yet.
     *
     * @throws IOException if there is no backup, it is newer than this program, or {@code database} is not empty
     */
    static void restore(Path directory, Path database) throws IOException {
        requireEmpty(database);
        if (!Files.isDirectory(directory)) {
            throw new IOException("no backup in " + directory);
        }
        try (BackupEngineOptions options = options(directory);
                BackupEngine engine = BackupEngine.open(Env.getDefault(), options);
                RestoreOptions restoring = new RestoreOptions(false)) {
            List<BackupInfo> backups = engine.getBackupInfo();
            if (backups.isEmpty()) {
                throw new IOException("no backup in " + directory);
            }
            String metadata = backups.getLast().appMetadata();
            if (!metadata.startsWith(FORMAT)
                    || Integer.parseInt(metadata.substring(FORMAT.length())) > StoreFormat.CURRENT) {
                throw new IOException("the backup in " + directory + " is of " + metadata
                        + ", this version of Tradewind knows up to " + StoreFormat.CURRENT);
            }
            Files.createDirectories(database);
            engine.restoreDbFromLatestBackup(database.toString(), database.toString(), restoring);
        } catch (RocksDBException e) {
            throw new IOException("restoring " + directory + ": " + e.getMessage(), e);
        }
    }

    private static void requireEmpty(Path database) throws IOException {
        if (Files.exists(database)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(database)) {
                if (entries.iterator().hasNext()) {
                    throw new IOException(database + " is not empty: restore to an empty data directory");
                }
            }
        }
    }

    private static BackupEngineOptions options(Path directory) {
        return new BackupEngineOptions(directory.toString()).setSync(true).setShareTableFiles(true);
    }
}
