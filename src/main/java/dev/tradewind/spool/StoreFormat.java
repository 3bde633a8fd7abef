package dev.tradewind.spool;

import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Versions of the store. A store of an older version is brought to this one when it is opened, one step after the other, each followed
 * by a synced note of the version reached; a newer store is refused. The version stands in the database and, so that it can be told
 * before column families are opened that this program does not know, in the file {@code format} beside it.
 */
final class StoreFormat {
    /** What this program writes. */
    static final int CURRENT = 2;

    private static final Logger LOG = LoggerFactory.getLogger(StoreFormat.class);
    private static final byte[] KEY = "format".getBytes(StandardCharsets.US_ASCII);

    /** One step from a version to the next. Run again from its beginning after a crash, so it must bear that. */
    interface Step {
        /** The version it starts from. */
        int from();

        /** Changes the store. */
        void apply(RocksStore.Opened db) throws RocksDBException;
    }

    /** The steps of this program. */
    static final List<Step> STEPS = List.of(new FlowsInQueues());

    private final int current;
    private final List<Step> steps;

    StoreFormat(int current, List<Step> steps) {
        this.current = current;
        this.steps = steps;
    }

    /**
     * Before the database is opened.
     *
     * @throws IOException if it is newer than this program, or the file is unreadable
     */
    void requireKnown(Path file) throws IOException {
        if (Files.exists(file)) {
            String written = Files.readString(file).strip();
            try {
                requireKnown(Integer.parseInt(written));
            } catch (NumberFormatException e) {
                throw new IOException(file + " does not hold a format version: '" + written + "'", e);
            }
        }
    }

    private void requireKnown(int found) throws IOException {
        if (found > current) {
            throw new IOException("the spool was written by a newer version of Tradewind (format " + found
                    + ", this one knows up to " + current + "); start that version, or restore a backup of this one");
        }
    }

    /** Brings an open store to the current version. */
    void bringUpToDate(RocksStore.Opened db, Path file) throws IOException, RocksDBException {
        byte[] stored = db.get(RocksStore.Family.META, KEY);
        int version = stored == null ? current : Math.toIntExact(Keys.readNumber(stored, 0));
        requireKnown(version);
        if (stored == null) {
            note(db, current);
        }
        while (version < current) {
            step(version).apply(db);
            version++;
            note(db, version);
            LOG.atInfo().addKeyValue("format", version).log("spool brought to a newer format");
        }
        writeFile(file);
    }

    /** Writes the file beside the database, unless it is right; whole or not at all. */
    void writeFile(Path file) throws IOException {
        String text = current + "\n";
        if (Files.exists(file) && Files.readString(file).equals(text)) {
            return;
        }
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(
                unfinished, text, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.SYNC);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private Step step(int from) throws IOException {
        for (Step step : steps) {
            if (step.from() == from) {
                return step;
            }
        }
        throw new IOException("a spool of format " + from + " cannot be brought to format " + current
                + "; start an older version of Tradewind first");
    }

    private static void note(RocksStore.Opened db, int version) throws RocksDBException {
        try (WriteBatch batch = new WriteBatch()) {
            batch.put(db.handle(RocksStore.Family.META), KEY, Keys.number(version));
            db.write(batch, true);
        }
    }
}
