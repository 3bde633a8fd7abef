package dev.tradewind.spool;

import org.rocksdb.RocksDBException;

import java.util.Map;
import java.util.TreeMap;

/** Numbers of the spool for metrics. Names are Prometheus names; what cannot be read now is left out. */
final class SpoolGauges {
    private static final double NANOS = 1e-9;

    private SpoolGauges() {}

    static Map<String, Double> read(RocksStore store, Committer committer, DiskGuard guard, Spool.State state) {
        Map<String, Double> gauges = new TreeMap<>();
        Committer.Figures f = committer.figures();
        gauges.put("tradewind_spool_state", stateNumber(state));
        gauges.put("tradewind_spool_pending_changes", (double) committer.queue().pending());
        gauges.put("tradewind_spool_pending_bytes", (double) committer.queue().pendingOctets());
        gauges.put("tradewind_spool_kept_outcomes", (double) f.kept.get());
        gauges.put("tradewind_spool_groups_total", (double) f.groups.get());
        gauges.put("tradewind_spool_changes_total", (double) f.changes.get());
        gauges.put("tradewind_spool_group_changes", (double) f.lastGroup.get());
        gauges.put("tradewind_spool_group_changes_max", (double) f.largestGroup.get());
        gauges.put("tradewind_spool_syncs_total", (double) f.syncs.get());
        gauges.put("tradewind_spool_sync_seconds_total", f.syncNanos.get() * NANOS);
        gauges.put("tradewind_spool_sync_last_seconds", f.lastSyncNanos.get() * NANOS);
        gauges.put("tradewind_spool_sync_max_seconds", f.longestSyncNanos.get() * NANOS);
        gauges.put("tradewind_spool_write_failures_total", (double) f.failures.get());
        gauges.put("tradewind_spool_repairs_total", (double) f.repairs.get());
        gauges.put("tradewind_spool_disk_free_bytes", (double) guard.usableOctets());
        gauges.put("tradewind_spool_disk_reserve_present", guard.hasReserve() ? 1.0 : 0.0);
        gauges.put("tradewind_spool_events_end", (double) committer.end());
        try {
            store.read(db -> readDatabase(db, gauges));
        } catch (StoreUnreadable e) {
            gauges.put("tradewind_spool_readable", 0.0);
        }
        return gauges;
    }

    private static double stateNumber(Spool.State state) {
        return switch (state) {
            case OPEN -> 0;
            case LOW_ON_DISK -> 1;
            case BROKEN -> 2;
            case CLOSED -> 3;
        };
    }

    private static boolean readDatabase(RocksStore.Opened db, Map<String, Double> gauges) throws RocksDBException {
        double live = 0;
        for (RocksStore.Family family : RocksStore.Family.values()) {
            live += number(db, family, "rocksdb.live-sst-files-size")
                    + number(db, family, "rocksdb.live-blob-file-size");
        }
        gauges.put("tradewind_spool_readable", 1.0);
        gauges.put("tradewind_spool_live_bytes", live);
        gauges.put("tradewind_spool_waiting_messages", number(db, RocksStore.Family.DUE, "rocksdb.estimate-num-keys"));
        gauges.put(
                "tradewind_spool_unfinished_messages",
                number(db, RocksStore.Family.MESSAGE, "rocksdb.estimate-num-keys"));
        gauges.put("tradewind_spool_memtable_bytes", (double)
                db.db().getAggregatedLongProperty("rocksdb.cur-size-all-mem-tables"));
        gauges.put("tradewind_spool_cache_bytes", (double) db.cache.getUsage());
        gauges.put("tradewind_spool_cache_pinned_bytes", (double) db.cache.getPinnedUsage());
        return true;
    }

    private static double number(RocksStore.Opened db, RocksStore.Family family, String property)
            throws RocksDBException {
        return db.db().getLongProperty(db.handle(family), property);
    }
}
