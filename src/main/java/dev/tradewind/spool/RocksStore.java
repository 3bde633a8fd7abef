package dev.tradewind.spool;

import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.Env;
import org.rocksdb.Holder;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.ReadTier;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.TablePropertiesCollectorFactory;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteBufferManager;
import org.rocksdb.WriteOptions;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.StampedLock;

/**
 * The open database and all native handles that belong to it. They are used only between {@code readLock} and {@code unlock}, and closed
 * only under the write lock: a handle used after its close would take the whole process with it. Reads of virtual threads never wait for
 * the disk on their carrier: what is in memory is answered at once, the rest is handed to a few platform threads.
 */
final class RocksStore implements AutoCloseable {
    static {
        RocksDB.loadLibrary();
    }

    /** Column families; {@code docs/store.md} has keys and values. */
    enum Family {
        META,
        CONTENT,
        CONTENT_USE,
        TRANSMISSION,
        GENERATION,
        MESSAGE,
        DUE,
        EVENT,
        EVENT_MESSAGE,
        EVENT_TRANSMISSION,
        EVENT_RECIPIENT,
        IDEMPOTENCY;

        private byte[] storedName() {
            return this == META
                    ? RocksDB.DEFAULT_COLUMN_FAMILY
                    : name().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
        }
    }

    /** A read that may take several steps; given the open database, which it must not keep. */
    @FunctionalInterface
    interface Reading<T> {
        T from(Opened db) throws RocksDBException;
    }

    private static final List<Family> FAMILIES = List.of(Family.values());
    private static final int READERS = 4;

    private final Path directory;
    private final RocksSpoolSettings settings;
    private final StampedLock lock = new StampedLock();
    private final ExecutorService readers = Executors.newFixedThreadPool(
            READERS, Thread.ofPlatform().name("spool-reader-", 0).daemon(true).factory());
    private volatile @Nullable Opened opened;
    private volatile boolean closed;

    /** Nothing is open before {@link #open}. */
    RocksStore(Path directory, RocksSpoolSettings settings) {
        this.directory = directory;
        this.settings = settings;
    }

    // ---- opening and closing: the committer, or whoever opens or closes the spool

    void open() throws IOException, RocksDBException {
        Files.createDirectories(directory);
        long stamp = lock.writeLock();
        try {
            opened = new Opened(directory, settings);
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    /** Closes and opens again, which clears an error that the database has latched. If it fails the store stays closed. */
    void reopen() throws RocksDBException {
        long stamp = lock.writeLock();
        try {
            if (opened != null) {
                opened.close();
                opened = null;
            }
            opened = new Opened(directory, settings);
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    @Override
    public void close() {
        closed = true;
        long stamp = lock.writeLock();
        try {
            if (opened != null) {
                opened.close();
                opened = null;
            }
        } finally {
            lock.unlockWrite(stamp);
        }
        readers.shutdown();
    }

    // ---- use

    /** The open database, for the committer, which alone opens and closes it while others use it. */
    Opened forCommitter() throws RocksDBException {
        Opened db = opened;
        if (db == null) {
            throw new RocksDBException("the store is not open");
        }
        return db;
    }

    /** Reads on this thread, or for a virtual thread on one that may wait for the disk. */
    <T> T read(Reading<T> reading) {
        if (!Thread.currentThread().isVirtual()) {
            return readHere(reading);
        }
        try {
            return CompletableFuture.supplyAsync(() -> readHere(reading), readers)
                    .join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /**
     * The value of a key; null if there is none. A virtual thread gets what is in memory without a change of threads. Of that look into
     * memory only a value is believed: RocksDB says "there, and empty" when an index block is not in the cache, and "not there" when
     * reading failed. No record of ours is empty.
     */
    byte @Nullable [] get(Family family, byte[] key) {
        if (Thread.currentThread().isVirtual()) {
            Holder<byte[]> found = new Holder<>();
            readHere(db -> db.lookInMemory(family, key, found));
            byte[] value = found.getValue();
            if (value != null && value.length > 0) {
                return value;
            }
        }
        return read(db -> Optional.ofNullable(db.get(family, key))).orElse(null);
    }

    <T> T readHere(Reading<T> reading) {
        try {
            return readOnThisThread(reading);
        } catch (RocksDBException e) {
            throw new StoreUnreadable("read failed: " + e.getMessage(), e);
        }
    }

    private <T> T readOnThisThread(Reading<T> reading) throws RocksDBException {
        long stamp = lock.tryReadLock();
        if (stamp == 0) {
            stamp = waitForReading(settings.readWait());
        }
        try {
            Opened db = opened;
            if (db == null) {
                throw new StoreUnreadable(closed ? "the store is closed" : "the store is being repaired");
            }
            return reading.from(db);
        } finally {
            lock.unlockRead(stamp);
        }
    }

    private long waitForReading(Duration wait) {
        try {
            long stamp = lock.tryReadLock(wait.toNanos(), TimeUnit.NANOSECONDS);
            if (stamp != 0) {
                return stamp;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new StoreUnreadable("the store is being reopened");
    }

    /** One life of the database. */
    static final class Opened {
        private final Deque<AutoCloseable> owned = new ArrayDeque<>();
        private final RocksDB db;
        private final Map<Family, ColumnFamilyHandle> families = new EnumMap<>(Family.class);
        private final ReadOptions reading;
        private final ReadOptions memoryOnly;
        private final WriteOptions synced;
        private final WriteOptions unsynced;
        final Cache cache;

        Opened(Path directory, RocksSpoolSettings settings) throws RocksDBException {
            boolean complete = false;
            try {
                cache = own(new LRUCache(settings.cache().octets()));
                WriteBufferManager buffers =
                        own(new WriteBufferManager(settings.writeBuffers().octets(), cache));
                BloomFilter bloom = own(new BloomFilter(10, false));
                TablePropertiesCollectorFactory compactDeletions =
                        own(TablePropertiesCollectorFactory.NewCompactOnDeletionCollectorFactory(4096, 2048, 0.5));
                List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
                for (Family family : FAMILIES) {
                    descriptors.add(new ColumnFamilyDescriptor(
                            family.storedName(), options(family, settings, bloom, compactDeletions)));
                }
                DBOptions options = own(new DBOptions())
                        .setCreateIfMissing(true)
                        .setCreateMissingColumnFamilies(true)
                        .setParanoidChecks(true)
                        .setWriteBufferManager(buffers)
                        .setMaxTotalWalSize(settings.maxWal().octets())
                        .setMaxOpenFiles(256)
                        .setMaxBackgroundJobs(2)
                        .setBytesPerSync(1 << 20)
                        .setManifestPreallocationSize(64 << 10)
                        .setMaxManifestFileSize(8 << 20)
                        .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                        .setMaxLogFileSize(4 << 20)
                        .setKeepLogFileNum(3)
                        .setStatsDumpPeriodSec(0)
                        .setStatsPersistPeriodSec(0)
                        .setEnv(Env.getDefault());
                List<ColumnFamilyHandle> handles = new ArrayList<>();
                db = RocksDB.open(options, directory.toString(), descriptors, handles);
                owned.push(db);
                handles.forEach(owned::push);
                for (int i = 0; i < handles.size(); i++) {
                    families.put(FAMILIES.get(i), handles.get(i));
                }
                reading = own(new ReadOptions());
                memoryOnly = own(new ReadOptions()).setReadTier(ReadTier.BLOCK_CACHE_TIER);
                synced = own(new WriteOptions()).setSync(true);
                unsynced = own(new WriteOptions()).setSync(false);
                complete = true;
            } finally {
                if (!complete) {
                    close();
                }
            }
        }

        private ColumnFamilyOptions options(
                Family family,
                RocksSpoolSettings settings,
                BloomFilter bloom,
                TablePropertiesCollectorFactory compactDeletions) {
            BlockBasedTableConfig table = new BlockBasedTableConfig()
                    .setBlockCache(cache)
                    .setBlockSize(16 << 10)
                    .setCacheIndexAndFilterBlocks(true)
                    .setCacheIndexAndFilterBlocksWithHighPriority(true)
                    .setPinL0FilterAndIndexBlocksInCache(true)
                    .setFormatVersion(5);
            switch (family) {
                case CONTENT, TRANSMISSION, GENERATION, MESSAGE, IDEMPOTENCY -> table.setFilterPolicy(bloom);
                default -> {}
            }
            long buffers = settings.writeBuffers().octets();
            ColumnFamilyOptions options = own(blank(family, compactDeletions))
                    .setTableFormatConfig(table)
                    .setCompressionType(CompressionType.LZ4_COMPRESSION)
                    .setLevelCompactionDynamicLevelBytes(true)
                    .setMaxWriteBufferNumber(3)
                    .setWriteBufferSize(
                            family == Family.CONTENT || family == Family.EVENT || family == Family.MESSAGE
                                    ? buffers / 2
                                    : buffers / 4);
            switch (family) {
                case CONTENT ->
                    options.setEnableBlobFiles(true)
                            .setMinBlobSize(4 << 10)
                            .setBlobFileSize(64 << 20)
                            .setBlobCompressionType(CompressionType.LZ4_COMPRESSION)
                            .setEnableBlobGarbageCollection(true)
                            .setBlobGarbageCollectionAgeCutoff(0.5)
                            .setBlobGarbageCollectionForceThreshold(0.6);
                default -> {}
            }
            return options;
        }

        /** Options that compact a file when many of its entries are deletions; the binding sets that by way of {@link Options} only. */
        private static ColumnFamilyOptions blank(Family family, TablePropertiesCollectorFactory compactDeletions) {
            if (family == Family.META) {
                return new ColumnFamilyOptions();
            }
            try (Options options = new Options()) {
                options.setTablePropertiesCollectorFactory(List.of(compactDeletions));
                return new ColumnFamilyOptions(options);
            }
        }

        private <T extends AutoCloseable> T own(T resource) {
            owned.push(resource);
            return resource;
        }

        RocksDB db() {
            return db;
        }

        ColumnFamilyHandle handle(Family family) {
            return Objects.requireNonNull(families.get(family));
        }

        byte @Nullable [] get(Family family, byte[] key) throws RocksDBException {
            return db.get(handle(family), reading, key);
        }

        /** Looks in memory only: true, with a value, if it is there. Anything else means little, see {@link RocksStore#get}. */
        boolean lookInMemory(Family family, byte[] key, Holder<byte[]> value) {
            return db.keyMayExist(handle(family), memoryOnly, key, value);
        }

        /** Whether a key is there, without a copy of its value. */
        boolean has(Family family, byte[] key) throws RocksDBException {
            return db.get(handle(family), reading, key, new byte[0]) != RocksDB.NOT_FOUND;
        }

        /** The values of some keys, in their order; null where there is none. */
        List<byte[]> getAll(Family family, List<byte[]> keys) throws RocksDBException {
            if (keys.isEmpty()) {
                return List.of();
            }
            List<ColumnFamilyHandle> handles = new ArrayList<>(keys.size());
            for (int i = 0; i < keys.size(); i++) {
                handles.add(handle(family));
            }
            return db.multiGetAsList(reading, handles, keys);
        }

        /** Entries from {@code from} on, below {@code to}. */
        Entries entries(Family family, byte[] from, byte[] to) {
            return new Entries(this, family, from, to, false);
        }

        /** Entries from {@code from} on, without an end, and without disturbing the cache. */
        Entries allEntries(Family family, byte[] from) {
            return new Entries(this, family, from, null, true);
        }

        void write(WriteBatch batch, boolean sync) throws RocksDBException {
            db.write(sync ? synced : unsynced, batch);
        }

        private void close() {
            while (!owned.isEmpty()) {
                try {
                    owned.pop().close();
                } catch (Exception e) {
                    throw new IllegalStateException("closing the store", e);
                }
            }
        }
    }

    /** An iterator with its bounds; must be closed. Used like a cursor: it stands on an entry while {@link #isValid}. */
    static final class Entries implements AutoCloseable {
        private final Slice lower;
        private final @Nullable Slice upper;
        private final ReadOptions options;
        private final RocksIterator iterator;

        private Entries(Opened db, Family family, byte[] from, byte @Nullable [] to, boolean onlyOnce) {
            lower = new Slice(from);
            upper = to == null ? null : new Slice(to);
            options = new ReadOptions().setTotalOrderSeek(true).setIterateLowerBound(lower);
            if (upper != null) {
                options.setIterateUpperBound(upper);
            }
            if (onlyOnce) {
                options.setFillCache(false);
            }
            iterator = db.db.newIterator(db.handle(family), options);
        }

        /** To the first entry. */
        Entries first() {
            iterator.seekToFirst();
            return this;
        }

        /** To the last entry. */
        Entries last() {
            iterator.seekToLast();
            return this;
        }

        /** To the first entry that is not below {@code key}. */
        void seek(byte[] key) {
            iterator.seek(key);
        }

        /** Whether there is an entry here. */
        boolean isValid() throws RocksDBException {
            if (iterator.isValid()) {
                return true;
            }
            iterator.status();
            return false;
        }

        void next() {
            iterator.next();
        }

        void previous() {
            iterator.prev();
        }

        byte[] key() {
            return iterator.key();
        }

        byte[] value() {
            return iterator.value();
        }

        @Override
        public void close() {
            iterator.close();
            options.close();
            lower.close();
            if (upper != null) {
                upper.close();
            }
        }
    }
}
