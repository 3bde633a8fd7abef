package dev.tradewind.spool;

import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Format 2: messages wait under (pool, domain, flow) instead of (pool, domain). Their transmissions say which flow. */
final class FlowsInQueues implements StoreFormat.Step {
    private static final int BATCH = 5000;

    @Override
    public int from() {
        return 1;
    }

    @Override
    public void apply(RocksStore.Opened db) throws RocksDBException {
        byte @Nullable [] from = {};
        while (from != null) {
            from = rewrite(db, from);
        }
    }

    /** Rewrites a run of keys; returns where to go on, null at the end. */
    private static byte @Nullable [] rewrite(RocksStore.Opened db, byte[] from) throws RocksDBException {
        try (WriteBatch batch = new WriteBatch();
                RocksStore.Entries entries = db.allEntries(RocksStore.Family.DUE, from)) {
            for (entries.first(); entries.isValid(); entries.next()) {
                byte[] key = entries.key();
                if (batch.count() >= BATCH) {
                    db.write(batch, true);
                    return key;
                }
                if (Keys.isWithoutFlow(key)) {
                    batch.delete(db.handle(RocksStore.Family.DUE), key);
                    batch.put(
                            db.handle(RocksStore.Family.DUE),
                            Keys.withFlow(key, flowOf(db, Keys.readMessage(key).transmission())),
                            entries.value());
                }
            }
            db.write(batch, true);
            return null;
        }
    }

    private static Flow flowOf(RocksStore.Opened db, long transmission) throws RocksDBException {
        byte @Nullable [] stored = db.get(RocksStore.Family.TRANSMISSION, Keys.number(transmission));
        // Without its transmission a message cannot be sent; in any flow the engine finds that out.
        return stored == null ? new Flow(1, false, 0) : Flow.of(Records.transmission(transmission, stored));
    }
}
