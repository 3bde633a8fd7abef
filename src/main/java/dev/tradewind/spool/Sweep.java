package dev.tradewind.spool;

import dev.tradewind.event.Event;
import dev.tradewind.event.EventStream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Drops what has outlived its retention. What is to go is found by reading; that it goes is decided and written by the committer, in
 * order with all commits, so that content which a commit is about to share is not dropped under it ({@link Group}): each transmission
 * has a row under its content, and content goes with the last of them. Memory is bounded by the size of a piece.
 */
final class Sweep {
    /** How long an idempotent answer is given again (design §5). */
    static final Duration ANSWERS = Duration.ofHours(24);

    /** How long it is known that a campaign was called off: longer than the slowest upload that was begun before takes. */
    private static final Duration CALLED_OFF = Duration.ofDays(7);

    private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);
    private static final Duration ANSWERS_EVERY = Duration.ofHours(1);
    private static final int TRANSMISSIONS = 500;
    private static final int EVENTS = 5_000;
    private static final int SHORTENED = 10;

    private final RocksStore store;
    private final Committer committer;
    private final EventStream events;
    private final DiskGuard guard;
    private final RocksSpoolSettings settings;
    private Instant answersSwept = Instant.EPOCH;

    Sweep(RocksStore store, Committer committer, EventStream events, DiskGuard guard, RocksSpoolSettings settings) {
        this.store = store;
        this.committer = committer;
        this.events = events;
        this.guard = guard;
        this.settings = settings;
    }

    /** One pass; a second caller waits for the first. */
    synchronized void run(Instant now) {
        try {
            Duration retention = settings.retentionContent();
            sweepTransmissions(now.minus(guard.isNearlyLow() ? retention.dividedBy(SHORTENED) : retention));
            sweepEvents(now.minus(settings.retentionEvents()));
            sweepCalledOff(now.minus(CALLED_OFF));
            if (!now.isBefore(answersSwept.plus(ANSWERS_EVERY))) {
                sweepAnswers(now.minus(ANSWERS));
                answersSwept = now;
            }
        } catch (StoreUnavailable | StoreUnreadable e) {
            LOG.atInfo().addKeyValue("why", e.getMessage()).log("sweep put off");
        }
    }

    private void write(Change.Sweeping.Work work) throws StoreUnavailable {
        Change change = new Change.Sweeping(work);
        committer.submit(change);
        RocksStaging.await(change.done);
    }

    // ---- transmissions with their content

    private record Candidates(List<Transmission> finished, byte @Nullable [] next) {}

    private void sweepTransmissions(Instant before) throws StoreUnavailable {
        byte[] from = Group.NOTHING;
        while (true) {
            byte[] start = from;
            Candidates candidates = store.read(db -> candidates(db, start, before));
            if (!candidates.finished().isEmpty()) {
                write(group -> {
                    for (Transmission transmission : candidates.finished()) {
                        group.removeFinished(transmission);
                    }
                });
            }
            if (candidates.next() == null) {
                return;
            }
            from = candidates.next();
        }
    }

    /** Ids grow with time: the walk ends at the first transmission that is young. */
    private static Candidates candidates(RocksStore.Opened db, byte[] from, Instant before) throws RocksDBException {
        List<Transmission> finished = new ArrayList<>();
        int seen = 0;
        try (RocksStore.Entries all = db.allEntries(RocksStore.Family.TRANSMISSION, from)) {
            for (all.first(); all.isValid(); all.next()) {
                byte[] key = all.key();
                if (finished.size() >= TRANSMISSIONS || seen >= 20 * TRANSMISSIONS) {
                    return new Candidates(finished, key);
                }
                Transmission transmission = Records.transmission(Keys.readNumber(key, 0), all.value());
                if (!transmission.accepted().isBefore(before)) {
                    break;
                }
                seen++;
                if (!db.has(RocksStore.Family.GENERATION, key) && !hasMessages(db, key)) {
                    finished.add(transmission);
                }
            }
        }
        return new Candidates(finished, null);
    }

    private static boolean hasMessages(RocksStore.Opened db, byte[] transmission) throws RocksDBException {
        try (RocksStore.Entries messages =
                db.entries(RocksStore.Family.MESSAGE, transmission, Keys.after(transmission))) {
            return messages.first().isValid();
        }
    }

    // ---- events with their index

    /** The newest event stays, so that a store that opens knows where offsets go on. */
    private void sweepEvents(Instant before) throws StoreUnavailable {
        long end = Math.min(events.offsetAt(before), events.end() - 1);
        long from = store.read(db -> RocksEvents.first(db, events.end()));
        while (from < end) {
            List<EventStream.Stored> piece = events.read(from, (int) Math.min(EVENTS, end - from));
            if (piece.isEmpty()) {
                return;
            }
            long first = from;
            long next = piece.getLast().offset() + 1;
            write(group -> {
                for (EventStream.Stored stored : piece) {
                    removeIndex(group, stored);
                }
                group.deleteRange(RocksStore.Family.EVENT, Keys.number(first), Keys.number(next));
            });
            from = next;
        }
    }

    private static void removeIndex(Group group, EventStream.Stored stored) throws RocksDBException {
        Event event = stored.event();
        long offset = stored.offset();
        group.delete(RocksStore.Family.EVENT_MESSAGE, Keys.eventOfMessage(event.message(), offset));
        group.delete(
                RocksStore.Family.EVENT_TRANSMISSION,
                Keys.eventOfNumber(event.message().transmission(), offset));
        group.delete(RocksStore.Family.EVENT_RECIPIENT, Keys.eventOfNumber(Keys.hash(event.recipient()), offset));
    }

    // ---- campaigns that were called off

    private void sweepCalledOff(Instant before) throws StoreUnavailable {
        List<byte[]> old = store.read(db -> calledOff(db, before));
        if (old.isEmpty() || store.<Boolean>read(Sweep::hasCalledOff)) {
            return;
        }
        write(group -> {
            for (byte[] key : old) {
                byte[] stored = group.db().get(RocksStore.Family.META, key); // may have been replaced meanwhile
                if (stored != null && Records.calledOff(stored).at().isBefore(before)) {
                    group.delete(RocksStore.Family.META, key);
                }
            }
        });
    }

    private static List<byte[]> calledOff(RocksStore.Opened db, Instant before) throws RocksDBException {
        List<byte[]> old = new ArrayList<>();
        try (RocksStore.Entries all =
                db.entries(RocksStore.Family.META, CalledOff.PREFIX, Keys.after(CalledOff.PREFIX))) {
            for (all.first(); all.isValid(); all.next()) {
                if (Records.calledOff(all.value()).at().isBefore(before)) {
                    old.add(all.key());
                }
            }
        }
        return old;
    }

    /** Whether a transmission that is called off still waits for its end. */
    private static boolean hasCalledOff(RocksStore.Opened db) throws RocksDBException {
        try (RocksStore.Entries all = db.allEntries(RocksStore.Family.GENERATION, Group.NOTHING)) {
            for (all.first(); all.isValid(); all.next()) {
                byte[] stored = Records.generation(all.value()) instanceof Records.Generation.Scheduled
                        ? db.get(RocksStore.Family.TRANSMISSION, all.key())
                        : null;
                if (stored != null
                        && CalledOff.isCalledOff(db, Records.transmission(Keys.readNumber(all.key(), 0), stored))) {
                    return true;
                }
            }
        }
        return false;
    }

    // ---- idempotent answers

    private void sweepAnswers(Instant before) throws StoreUnavailable {
        Optional<byte[]> from = Optional.of(Group.NOTHING);
        while (from.isPresent()) {
            byte[] start = from.get();
            List<byte[]> old = new ArrayList<>();
            from = store.<Optional<byte[]>>read(db -> {
                int seen = 0;
                try (RocksStore.Entries all = db.allEntries(RocksStore.Family.IDEMPOTENCY, start)) {
                    for (all.first(); all.isValid(); all.next()) {
                        if (seen++ >= EVENTS) {
                            return Optional.of(all.key());
                        }
                        if (Records.answer(all.key(), all.value()).at().isBefore(before)) {
                            old.add(all.key());
                        }
                    }
                }
                return Optional.empty();
            });
            if (!old.isEmpty()) {
                // An answer that was replaced meanwhile would go with the old one: look again where nothing can come
                // between.
                write(group -> {
                    for (byte[] key : old) {
                        byte[] stored = group.db().get(RocksStore.Family.IDEMPOTENCY, key);
                        if (stored != null && Records.answer(key, stored).at().isBefore(before)) {
                            group.delete(RocksStore.Family.IDEMPOTENCY, key);
                        }
                    }
                });
            }
        }
    }
}
