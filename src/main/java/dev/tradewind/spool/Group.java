package dev.tradewind.spool;

import dev.tradewind.mail.MessageId;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * One write being filled from the changes of many callers; all of it becomes durable or nothing. Reads see the store as it is before
 * this write, so a change that must read what another change of the group writes has to wait for the next group ({@link #claim}).
 * Used by the committer alone.
 */
final class Group implements AutoCloseable {
    static final byte[] NOTHING = {};
    static final byte[] MARK_KEY = {'n', 'u', 'm', 'b', 'e', 'r', 's'};

    private final WriteBatch batch = new WriteBatch();
    private final RocksStore.Opened db;
    private final Set<Long> claimed = new HashSet<>();
    private final Map<ByteBuffer, Long> calledOff = new HashMap<>();
    private final Set<ContentId> used = new HashSet<>();
    private final Set<ContentId> dropped = new HashSet<>();
    private final Set<ByteBuffer> droppedUses = new HashSet<>();
    private long nextOffset;
    private long mark;
    private boolean markMoved;

    /**
     * @param nextOffset offset of the first event of this group
     * @param mark       the stored mark of {@link TransmissionNumbers}
     */
    Group(RocksStore.Opened db, long nextOffset, long mark) {
        this.db = db;
        this.nextOffset = nextOffset;
        this.mark = mark;
    }

    RocksStore.Opened db() {
        return db;
    }

    WriteBatch batch() {
        return batch;
    }

    long nextOffset() {
        return nextOffset;
    }

    long mark() {
        return mark;
    }

    boolean isEmpty() {
        return batch.count() == 0;
    }

    long octets() {
        return batch.getDataSize();
    }

    /** Takes a transmission for a change that compares and sets; false if another change of this group has it. */
    boolean claim(long transmission) {
        return claimed.add(transmission);
    }

    /** Number below which a campaign is called off, this group included; 0 if it is not. */
    long calledOffBefore(byte[] key) throws RocksDBException {
        Long now = calledOff.get(ByteBuffer.wrap(key));
        if (now != null) {
            return now;
        }
        byte[] stored = db.get(RocksStore.Family.META, key);
        return stored == null ? 0 : Records.calledOff(stored).before();
    }

    /** Calls off what is scheduled for a campaign. */
    void callOff(byte[] key, CalledOff how) throws RocksDBException {
        put(RocksStore.Family.META, key, Records.calledOff(how));
        calledOff.put(ByteBuffer.wrap(key), how.before());
        number(how.before());
    }

    void put(RocksStore.Family family, byte[] key, byte[] value) throws RocksDBException {
        batch.put(db.handle(family), key, value);
    }

    void delete(RocksStore.Family family, byte[] key) throws RocksDBException {
        batch.delete(db.handle(family), key);
    }

    /** Deletes all keys that begin with {@code prefix}. */
    void deleteAll(RocksStore.Family family, byte[] prefix) throws RocksDBException {
        batch.deleteRange(db.handle(family), prefix, Keys.after(prefix));
    }

    void deleteRange(RocksStore.Family family, byte[] from, byte[] to) throws RocksDBException {
        batch.deleteRange(db.handle(family), from, to);
    }

    /** Gives an event the next offset and writes it with its index. */
    void event(Change.EncodedEvent event) throws RocksDBException {
        long offset = nextOffset++;
        MessageId message = event.message();
        number(message.transmission()); // that of mail which was refused is committed by its events alone
        put(RocksStore.Family.EVENT, Keys.number(offset), event.octets());
        put(RocksStore.Family.EVENT_MESSAGE, Keys.eventOfMessage(message, offset), NOTHING);
        put(RocksStore.Family.EVENT_TRANSMISSION, Keys.eventOfNumber(message.transmission(), offset), NOTHING);
        put(RocksStore.Family.EVENT_RECIPIENT, Keys.eventOfNumber(event.recipientHash(), offset), NOTHING);
    }

    /** A number is committed with this group, by its transmission or by an event: the stored mark must be above it. */
    void number(long transmission) {
        long needed = TransmissionNumbers.mark(transmission, mark);
        markMoved |= needed != mark;
        mark = needed;
    }

    /** Writes what belongs to the group as a whole. */
    void finish() throws RocksDBException {
        if (markMoved) {
            put(RocksStore.Family.META, MARK_KEY, Keys.number(mark));
        }
    }

    /** A transmission uses content: stored now unless it is there. */
    void useContent(ContentId id, byte[] content, long transmission) throws RocksDBException {
        byte[] key = Keys.content(id);
        if (used.add(id) && (dropped.contains(id) || !db.has(RocksStore.Family.CONTENT, key))) {
            put(RocksStore.Family.CONTENT, key, content);
        }
        put(RocksStore.Family.CONTENT_USE, Keys.contentUse(id, transmission), NOTHING);
    }

    /** Forgets a transmission and all that belongs to it but its events: recipients, generation, and content that nobody else uses. */
    void removeTransmission(long id) throws RocksDBException {
        byte[] key = Keys.number(id);
        byte[] stored = db.get(RocksStore.Family.TRANSMISSION, key);
        delete(RocksStore.Family.GENERATION, key);
        deleteAll(RocksStore.Family.MESSAGE, key);
        if (stored != null) {
            delete(RocksStore.Family.TRANSMISSION, key);
            dropUse(Records.transmission(id, stored).content(), id);
        }
    }

    /** Forgets a transmission that has neither messages nor generation left. */
    void removeFinished(Transmission transmission) throws RocksDBException {
        delete(RocksStore.Family.TRANSMISSION, Keys.number(transmission.id()));
        dropUse(transmission.content(), transmission.id());
    }

    private void dropUse(ContentId id, long transmission) throws RocksDBException {
        byte[] use = Keys.contentUse(id, transmission);
        delete(RocksStore.Family.CONTENT_USE, use);
        droppedUses.add(ByteBuffer.wrap(use));
        if (!used.contains(id) && !isUsed(id)) {
            delete(RocksStore.Family.CONTENT, Keys.content(id));
            dropped.add(id);
        }
    }

    private boolean isUsed(ContentId id) throws RocksDBException {
        byte[] prefix = Keys.content(id);
        try (RocksStore.Entries uses = db.entries(RocksStore.Family.CONTENT_USE, prefix, Keys.after(prefix))) {
            for (uses.first(); uses.isValid(); uses.next()) {
                if (!droppedUses.contains(ByteBuffer.wrap(uses.key()))) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public void close() {
        batch.close();
    }
}
