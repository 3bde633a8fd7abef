package dev.tradewind.spool;

import dev.tradewind.event.Event;
import dev.tradewind.mail.MessageId;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What a caller wants written, encoded on the caller's thread so that the committer only copies. Its future completes when it is
 * durable (a chunk: when it is written), or fails with {@link StoreUnavailable}, unless it is an outcome: that is kept until written.
 */
abstract sealed class Change {
    /** What became of a change when its group was filled. */
    enum Filled {
        YES,
        /** It must see what this group writes. */
        NEXT_GROUP,
        /** It belongs to a life of the store that ended with an error. */
        OUTDATED
    }

    /** An event without its offset. */
    record EncodedEvent(MessageId message, long recipientHash, byte[] octets) {
        static EncodedEvent of(Event event) {
            return new EncodedEvent(event.message(), Keys.hash(event.recipient()), Records.event(event));
        }

        static List<EncodedEvent> of(List<Event> events) {
            List<EncodedEvent> encoded = new ArrayList<>(events.size());
            for (Event event : events) {
                encoded.add(of(event));
            }
            return encoded;
        }
    }

    /** A key and its value; null deletes. */
    record Row(RocksStore.Family family, byte[] key, byte @Nullable [] value) {
        int octets() {
            return key.length + (value == null ? 0 : value.length) + 16;
        }

        void fill(Group group) throws RocksDBException {
            if (value == null) {
                group.delete(family, key);
            } else {
                group.put(family, key, value);
            }
        }
    }

    final CompletableFuture<Void> done = new CompletableFuture<>();

    /** Memory it holds, about. */
    abstract int octets();

    abstract Filled fill(Group group, int epoch) throws RocksDBException;

    /** Whether it is kept when the store breaks, and written later. */
    boolean isOutcome() {
        return false;
    }

    /** Whether somebody waits for it, so that it is written at once. */
    boolean isUrgent() {
        return true;
    }

    /** Whether its group must be synced. */
    boolean needsSync() {
        return true;
    }

    /** Whether filling decodes what is stored, and so may meet a damaged record. */
    boolean readsRecords() {
        return false;
    }

    /** Called by the committer between the write and the answer. */
    void written(QueueStarts starts) {}

    private static int octetsOf(List<Row> rows) {
        int octets = 0;
        for (Row row : rows) {
            octets += row.octets();
        }
        return octets;
    }

    private static void fillAll(List<Row> rows, Group group) throws RocksDBException {
        for (Row row : rows) {
            row.fill(group);
        }
    }

    /** Part of a transmission that is being received: void once the store has broken meanwhile. */
    abstract static sealed class Receiving extends Change {
        private final int epoch;
        private final List<Row> rows;

        Receiving(int epoch, List<Row> rows) {
            this.epoch = epoch;
            this.rows = rows;
        }

        @Override
        int octets() {
            return octetsOf(rows);
        }

        @Override
        Filled fill(Group group, int now) throws RocksDBException {
            if (epoch != now) {
                return Filled.OUTDATED;
            }
            fillAll(rows, group);
            return Filled.YES;
        }
    }

    /** Some recipients of a transmission. */
    static final class Chunk extends Receiving {
        Chunk(int epoch, List<Row> rows) {
            super(epoch, rows);
        }

        @Override
        boolean needsSync() {
            return false;
        }
    }

    /** A transmission becomes visible. */
    static final class Commit extends Receiving {
        private final Transmission transmission;
        private final byte[] content;
        private final Optional<byte[]> idempotencyKey;

        /** @param rows the recipients not yet written, the transmission, its generation and the answer */
        Commit(int epoch, Transmission transmission, byte[] content, List<Row> rows, Optional<byte[]> idempotencyKey) {
            super(epoch, rows);
            this.transmission = transmission;
            this.content = content;
            this.idempotencyKey = idempotencyKey;
        }

        long transmission() {
            return transmission.id();
        }

        RefusedCommits.Refused refused() {
            return new RefusedCommits.Refused(transmission.id(), idempotencyKey.orElseGet(() -> new byte[32]));
        }

        @Override
        int octets() {
            return content.length + super.octets();
        }

        @Override
        Filled fill(Group group, int now) throws RocksDBException {
            Filled filled = super.fill(group, now);
            if (filled == Filled.YES) {
                group.number(transmission.id());
                group.useContent(transmission.content(), content, transmission.id());
            }
            return filled;
        }
    }

    /** A transmission that was being received is given up. */
    static final class Abort extends Change {
        private final long transmission;

        Abort(long transmission) {
            this.transmission = transmission;
        }

        @Override
        boolean readsRecords() {
            return true;
        }

        @Override
        int octets() {
            return 64;
        }

        @Override
        Filled fill(Group group, int epoch) throws RocksDBException {
            group.removeTransmission(transmission);
            return Filled.YES;
        }

        @Override
        boolean isUrgent() {
            return false;
        }

        @Override
        boolean needsSync() {
            return false;
        }
    }

    /** Scheduled becomes generating, or cancelling. */
    static final class Decision extends Change {
        private final long transmission;
        private final boolean cancel;
        private boolean decided;

        Decision(long transmission, boolean cancel) {
            this.transmission = transmission;
            this.cancel = cancel;
        }

        /** Whether the transmission was scheduled until this change; valid when it is done. */
        boolean decided() {
            return decided;
        }

        /** Number of the transmission that this may have started or cancelled. */
        Optional<Long> changed() {
            return decided ? Optional.of(transmission) : Optional.empty();
        }

        @Override
        boolean readsRecords() {
            return true;
        }

        @Override
        int octets() {
            return 64;
        }

        private boolean isCalledOff(Group group, byte[] key) throws RocksDBException {
            byte[] stored = group.db().get(RocksStore.Family.TRANSMISSION, key);
            if (stored == null) {
                return false;
            }
            Transmission found = Records.transmission(transmission, stored);
            return !found.campaignId().isEmpty()
                    && transmission < group.calledOffBefore(CalledOff.key(found.tenant(), found.campaignId()));
        }

        @Override
        Filled fill(Group group, int epoch) throws RocksDBException {
            decided = false;
            if (!group.claim(transmission)) {
                return Filled.NEXT_GROUP;
            }
            byte[] key = Keys.number(transmission);
            byte[] stored = group.db().get(RocksStore.Family.GENERATION, key);
            if (stored == null || !(Records.generation(stored) instanceof Records.Generation.Scheduled)) {
                return Filled.YES;
            }
            if (!cancel && isCalledOff(group, key)) {
                return Filled.YES;
            }
            decided = true;
            Records.Generation next =
                    cancel ? new Records.Generation.Cancelling(0) : new Records.Generation.Generating(0);
            group.put(RocksStore.Family.GENERATION, key, Records.generation(next));
            return Filled.YES;
        }
    }

    /** All that is scheduled for a campaign is called off by one record. */
    static final class CallOff extends Change {
        private final byte[] key;
        private final CalledOff how;
        private @Nullable Row undo;

        CallOff(byte[] key, CalledOff how) {
            this.key = key;
            this.how = how;
        }

        /** What makes it as it was, if this may have been written. */
        Optional<Row> undo() {
            return Optional.ofNullable(undo);
        }

        @Override
        boolean readsRecords() {
            return true;
        }

        @Override
        int octets() {
            return 64 + key.length;
        }

        @Override
        Filled fill(Group group, int epoch) throws RocksDBException {
            undo = null;
            if (group.calledOffBefore(key) < how.before()) { // else another, later one has it in already
                undo = new Row(RocksStore.Family.META, key, group.db().get(RocksStore.Family.META, key));
                group.callOff(key, how);
            }
            return Filled.YES;
        }
    }

    /** What generation or an attempt led to, with its events; or the offset of a consumer. */
    static final class Outcome extends Change {
        private final List<Row> rows;
        private final List<EncodedEvent> events;
        private final List<Waiting> waiting;

        /** @param waiting messages that this puts into their queues */
        Outcome(List<Row> rows, List<EncodedEvent> events, List<Waiting> waiting) {
            this.rows = rows;
            this.events = events;
            this.waiting = waiting;
        }

        @Override
        int octets() {
            int octets = octetsOf(rows);
            for (EncodedEvent event : events) {
                octets += event.octets().length + 128;
            }
            return octets;
        }

        @Override
        Filled fill(Group group, int epoch) throws RocksDBException {
            fillAll(rows, group);
            for (EncodedEvent event : events) {
                group.event(event);
            }
            return Filled.YES;
        }

        @Override
        boolean isOutcome() {
            return true;
        }

        @Override
        boolean isUrgent() {
            return false;
        }

        @Override
        void written(QueueStarts starts) {
            for (Waiting one : waiting) {
                starts.inserted(one.queue(), Keys.due(one));
            }
        }
    }

    /** Work of the sweeper that must not race with commits. */
    static final class Sweeping extends Change {
        /** Reads the store as it is before the group, and adds to the group. */
        @FunctionalInterface
        interface Work {
            void in(Group group) throws RocksDBException;
        }

        private final Work work;

        Sweeping(Work work) {
            this.work = work;
        }

        @Override
        boolean readsRecords() {
            return true;
        }

        @Override
        int octets() {
            return 1024;
        }

        @Override
        Filled fill(Group group, int epoch) throws RocksDBException {
            work.in(group);
            return Filled.YES;
        }

        @Override
        boolean needsSync() {
            return false;
        }
    }
}
