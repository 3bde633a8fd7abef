package dev.tradewind.spool;

import dev.tradewind.event.EventStream;
import dev.tradewind.mail.MessageId;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** The event stream of {@link RocksSpool}: families {@code event*}. Visitors are called while nothing is locked. */
final class RocksEvents implements EventStream {
    private static final int PIECE = 256;

    private final RocksStore store;
    private final Committer committer;
    private final Map<String, Long> consumers = new ConcurrentHashMap<>();

    RocksEvents(RocksStore store, Committer committer) {
        this.store = store;
        this.committer = committer;
    }

    @Override
    public long end() {
        return committer.end();
    }

    @Override
    public List<Stored> read(long fromOffset, int limit) {
        long end = end();
        long from = Math.max(0, fromOffset);
        if (from >= end || limit <= 0) {
            return List.of();
        }
        return store.read(db -> {
            List<Stored> events = new ArrayList<>(Math.min(limit, PIECE));
            try (RocksStore.Entries entries =
                    db.entries(RocksStore.Family.EVENT, Keys.number(from), Keys.number(end))) {
                for (entries.first(); events.size() < limit && entries.isValid(); entries.next()) {
                    events.add(stored(entries.key(), entries.value()));
                }
            }
            return events;
        });
    }

    /** Offset of the oldest event still stored. */
    static long first(RocksStore.Opened db, long end) throws RocksDBException {
        try (RocksStore.Entries entries = db.entries(RocksStore.Family.EVENT, Keys.number(0), Keys.number(end))) {
            return entries.first().isValid() ? Keys.readNumber(entries.key(), 0) : end;
        }
    }

    /** Offset behind the newest event in a store that is being opened. */
    static long endOf(RocksStore.Opened db) throws RocksDBException {
        try (RocksStore.Entries entries = db.allEntries(RocksStore.Family.EVENT, Group.NOTHING)) {
            return entries.last().isValid() ? Keys.readNumber(entries.key(), 0) + 1 : 0;
        }
    }

    @Override
    public long offsetAt(Instant time) {
        long end = end();
        return store.read(db -> {
            // Times grow with the offsets but for some jitter, so bisection finds a place that is right up to the
            // jitter.
            long low = first(db, end);
            long high = end;
            while (low < high) {
                long middle = (low + high) >>> 1;
                try (RocksStore.Entries entries =
                        db.entries(RocksStore.Family.EVENT, Keys.number(middle), Keys.number(high))) {
                    if (!entries.first().isValid()) {
                        high = middle;
                    } else if (Records.event(entries.value()).timestamp().isBefore(time)) {
                        low = Keys.readNumber(entries.key(), 0) + 1;
                    } else {
                        high = middle;
                    }
                }
            }
            return low;
        });
    }

    @Override
    public void backwards(long beforeOffset, long downTo, Predicate<Stored> visitor) {
        long before = Math.min(beforeOffset, end());
        while (before > downTo) {
            long to = before;
            List<Stored> piece = store.read(db -> {
                List<Stored> events = new ArrayList<>(PIECE);
                try (RocksStore.Entries entries =
                        db.entries(RocksStore.Family.EVENT, Keys.number(Math.max(0, downTo)), Keys.number(to))) {
                    for (entries.last(); events.size() < PIECE && entries.isValid(); entries.previous()) {
                        events.add(stored(entries.key(), entries.value()));
                    }
                }
                return events;
            });
            for (Stored event : piece) {
                if (!visitor.test(event)) {
                    return;
                }
            }
            if (piece.size() < PIECE) {
                return;
            }
            before = piece.getLast().offset();
        }
    }

    @Override
    public void backwardsOfMessage(MessageId message, long beforeOffset, long downTo, Predicate<Stored> visitor) {
        backwards(RocksStore.Family.EVENT_MESSAGE, message.octets(), beforeOffset, downTo, visitor);
    }

    @Override
    public void backwardsOfTransmission(long transmission, long beforeOffset, long downTo, Predicate<Stored> visitor) {
        backwards(RocksStore.Family.EVENT_TRANSMISSION, Keys.number(transmission), beforeOffset, downTo, visitor);
    }

    @Override
    public void backwardsOfRecipient(String recipient, long beforeOffset, long downTo, Predicate<Stored> visitor) {
        backwards(
                RocksStore.Family.EVENT_RECIPIENT,
                Keys.number(Keys.hash(recipient)),
                beforeOffset,
                downTo,
                stored -> !stored.event().recipient().equals(recipient) || visitor.test(stored));
    }

    private void backwards(
            RocksStore.Family index, byte[] prefix, long beforeOffset, long downTo, Predicate<Stored> visitor) {
        long before = Math.min(beforeOffset, end());
        byte[] from = withOffset(prefix, Math.max(0, downTo));
        while (before > downTo) {
            byte[] to = withOffset(prefix, before);
            List<Long> offsets = new ArrayList<>();
            List<Stored> piece = store.read(db -> {
                List<byte[]> keys = new ArrayList<>();
                try (RocksStore.Entries entries = db.entries(index, from, to)) {
                    for (entries.last(); keys.size() < PIECE && entries.isValid(); entries.previous()) {
                        long offset = Keys.readNumber(entries.key(), prefix.length);
                        offsets.add(offset);
                        keys.add(Keys.number(offset));
                    }
                }
                return found(keys, db.getAll(RocksStore.Family.EVENT, keys));
            });
            for (Stored event : piece) {
                if (!visitor.test(event)) {
                    return;
                }
            }
            if (offsets.size() < PIECE) {
                return;
            }
            before = offsets.getLast();
        }
    }

    /** An event may have been swept between index and event. */
    private static List<Stored> found(List<byte[]> keys, List<byte[]> values) {
        List<Stored> events = new ArrayList<>(keys.size());
        for (int i = 0; i < keys.size(); i++) {
            byte @Nullable [] value = values.get(i);
            if (value != null) {
                events.add(stored(keys.get(i), value));
            }
        }
        return events;
    }

    private static byte[] withOffset(byte[] prefix, long offset) {
        return new OctetWriter(prefix.length + 8).raw(prefix).fixed64(offset).toArray();
    }

    static Stored stored(byte[] key, byte[] value) {
        return new Stored(Keys.readNumber(key, 0), Records.event(value));
    }

    private static byte[] consumerKey(String consumer) {
        return ("consumer/" + consumer).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public long consumerOffset(String consumer) {
        return consumers.computeIfAbsent(consumer, name -> {
            byte[] stored = store.get(RocksStore.Family.META, consumerKey(name));
            return stored == null ? 0L : Keys.readNumber(stored, 0);
        });
    }

    @Override
    public void consumerOffset(String consumer, long offset) {
        consumers.put(consumer, offset);
        committer.submit(new Change.Outcome(
                List.of(new Change.Row(RocksStore.Family.META, consumerKey(consumer), Keys.number(offset))),
                List.of(),
                List.of()));
    }
}
