package dev.tradewind.spool;

import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * The one thread that writes. It takes all changes that wait, fills one batch, gives the events their offsets, writes and syncs, and
 * answers; while it syncs, the next group gathers. What somebody waits for is written at once; outcomes alone at most every
 * {@code spool.outcome_gather}.
 *
 * <p>When a write fails (disk full, disk broken), nobody knows whether the log has it. So: (1) the numbers of the commits in the failed
 * group are noted in a file whose space is already there; (2) these commits, and all that come, are refused; outcomes are kept; (3) when
 * there is room, the database is closed and opened again in this process; (4) first of all the refused commits are removed, should the
 * log have brought them back, and half-received transmissions with them; (5) the kept outcomes are written in their old order, events
 * under the offsets they were meant to have, so that those the log did bring back are written over with the same. Then the store is open
 * again. A crash in between ends in the same steps at the next start, without the kept outcomes: these messages are delivered again
 * (invariant 2).
 */
final class Committer {
    private static final Logger LOG = LoggerFactory.getLogger(Committer.class);

    private static final int GROUP_CHANGES = 4096;
    private static final long GROUP_OCTETS = 8 << 20;
    private static final long CHECK_DISK_EVERY_OCTETS = 4 << 20;
    private static final long REPAIR_POLL_NANOS = 50_000_000;
    private static final long REPAIR_ANYWAY_NANOS = 10_000_000_000L;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

    private final RocksStore store;
    private final DiskGuard guard;
    private final RefusedCommits refusedFile;
    private final QueueStarts starts;
    private final LongSupplier ticker;
    private final long gatherNanos;
    private final ChangeQueue queue = new ChangeQueue();
    private final LinkedBlockingQueue<List<Change>> answers = new LinkedBlockingQueue<>();
    private final Thread thread = Thread.ofPlatform().name("spool-committer").unstarted(this::run);
    private final Thread answering =
            Thread.ofPlatform().name("spool-answers").daemon(true).unstarted(this::answer);
    private final Figures figures = new Figures();

    private volatile long end;
    private final AtomicInteger epoch = new AtomicInteger();
    private volatile boolean broken;
    private volatile boolean stopping;
    private long mark;
    private long lastSync;
    private long octetsSinceCheck;
    private final List<RefusedCommits.Refused> uncertain = new ArrayList<>();
    private final List<Long> uncertainDecisions = new ArrayList<>();
    private final List<Change.Row> uncertainCallOffs = new ArrayList<>();
    private final Deque<Change> kept = new ArrayDeque<>();

    /** Numbers for metrics; written by the committer, read by anybody. */
    static final class Figures {
        final AtomicLong groups = new AtomicLong();
        final AtomicLong changes = new AtomicLong();
        final AtomicLong syncs = new AtomicLong();
        final AtomicLong syncNanos = new AtomicLong();
        final AtomicLong lastSyncNanos = new AtomicLong();
        final AtomicLong longestSyncNanos = new AtomicLong();
        final AtomicLong lastGroup = new AtomicLong();
        final AtomicLong largestGroup = new AtomicLong();
        final AtomicLong failures = new AtomicLong();
        final AtomicLong repairs = new AtomicLong();
        final AtomicLong kept = new AtomicLong();

        private void group(int count, boolean sync, long nanos) {
            groups.incrementAndGet();
            changes.addAndGet(count);
            lastGroup.set(count);
            largestGroup.set(Math.max(largestGroup.get(), count));
            if (sync) {
                syncs.incrementAndGet();
                syncNanos.addAndGet(nanos);
                lastSyncNanos.set(nanos);
                longestSyncNanos.set(Math.max(longestSyncNanos.get(), nanos));
            }
        }
    }

    /**
     * @param end  offset of the next event
     * @param mark the stored mark of {@link TransmissionNumbers}
     */
    Committer(
            RocksStore store,
            DiskGuard guard,
            RefusedCommits refusedFile,
            QueueStarts starts,
            RocksSpoolSettings settings,
            LongSupplier ticker,
            long end,
            long mark) {
        this.store = store;
        this.guard = guard;
        this.refusedFile = refusedFile;
        this.starts = starts;
        this.ticker = ticker;
        this.gatherNanos = settings.outcomeGather().toNanos();
        this.end = end;
        this.mark = mark;
        this.lastSync = ticker.getAsLong() - gatherNanos;
    }

    /** Removes what a crash left behind, then starts the threads. */
    void start() throws IOException, RocksDBException {
        uncertain.addAll(refusedFile.read());
        removeLeftovers();
        thread.start();
        answering.start();
    }

    /** Offset of the next event; all before it are durable. */
    long end() {
        return end;
    }

    /** Grows whenever the store was reopened after an error; what was staged in an earlier life is void. */
    int epoch() {
        return epoch.get();
    }

    boolean isBroken() {
        return broken;
    }

    Figures figures() {
        return figures;
    }

    ChangeQueue queue() {
        return queue;
    }

    /** Hands a change over; may block while too much is pending. */
    void submit(Change change) {
        if (broken && !change.isOutcome()) {
            change.done.completeExceptionally(unavailable());
        } else if (!queue.offer(change)) {
            change.done.completeExceptionally(new StoreUnavailable("the store is closed", RETRY_AFTER));
        }
    }

    /** Writes what is pending and ends. In trouble, outcomes that cannot be written are given up: their messages will be sent again. */
    void stop() {
        stopping = true;
        queue.close();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        answers.add(List.of());
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (queue.awaitSome()) {
            if (!queue.isUrgent()) {
                long early = gatherNanos - (ticker.getAsLong() - lastSync);
                if (early > 0) {
                    queue.pause(early);
                }
            }
            writeGroup();
        }
    }

    // ---- the usual

    private void writeGroup() {
        List<Change> filled = new ArrayList<>();
        List<Change> later = new ArrayList<>();
        try (Group group = new Group(store.forCommitter(), end, mark)) {
            int commits = 0;
            while (filled.size() < GROUP_CHANGES && commits < RefusedCommits.LIMIT && group.octets() < GROUP_OCTETS) {
                Change change = queue.take();
                if (change == null) {
                    break;
                }
                filled.add(change);
                commits += change instanceof Change.Commit ? 1 : 0;
                switch (fill(change, group)) {
                    case YES -> {}
                    case NEXT_GROUP -> {
                        filled.removeLast();
                        later.add(change);
                    }
                    case OUTDATED -> {
                        filled.removeLast();
                        refuse(change);
                    }
                }
            }
            if (!filled.isEmpty()) {
                write(group, filled);
                settle(filled);
            }
            queue.putBack(later);
        } catch (RocksDBException | RuntimeException | Error e) {
            filled.addAll(later);
            repair(e, filled);
        }
    }

    private Change.Filled fill(Change change, Group group) throws RocksDBException {
        if (!change.readsRecords()) {
            return change.fill(group, epoch.get());
        }
        try {
            group.batch().setSavePoint();
            Change.Filled result = change.fill(group, epoch.get());
            group.batch().popSavePoint();
            return result;
        } catch (CorruptRecord e) {
            // Nothing else of the group suffers.
            LOG.error("damaged record in the store", e);
            group.batch().rollbackToSavePoint();
            return Change.Filled.OUTDATED;
        }
    }

    private void write(Group group, List<Change> changes) throws RocksDBException {
        group.finish();
        boolean sync = false;
        for (Change change : changes) {
            sync |= change.needsSync();
        }
        if (!group.isEmpty()) {
            long octets = group.octets();
            long began = ticker.getAsLong();
            group.db().write(group.batch(), sync);
            lastSync = ticker.getAsLong();
            figures.group(changes.size(), sync, lastSync - began);
            octetsSinceCheck += octets;
        }
        mark = group.mark();
        for (Change change : changes) {
            change.written(starts);
        }
        end = group.nextOffset();
        if (octetsSinceCheck > CHECK_DISK_EVERY_OCTETS) {
            octetsSinceCheck = 0;
            guard.check();
        }
    }

    /** Answers. Outcomes are answered by another thread: their futures are everybody's, and what hangs on them may take its time. */
    private void settle(List<Change> changes) {
        List<Change> outcomes = new ArrayList<>();
        for (Change change : changes) {
            queue.settled(change);
            if (change.isOutcome()) {
                outcomes.add(change);
            } else {
                change.done.complete(null);
            }
        }
        if (!outcomes.isEmpty()) {
            answers.add(outcomes);
        }
        queue.releaseBlocked();
    }

    private void answer() {
        try {
            for (List<Change> next = answers.take(); !next.isEmpty(); next = answers.take()) {
                for (Change change : next) {
                    change.done.complete(null);
                }
            }
        } catch (InterruptedException e) {
            LOG.error("nobody may interrupt this thread", e);
        }
    }

    private void refuse(Change change) {
        queue.settled(change);
        change.done.completeExceptionally(unavailable());
    }

    private static StoreUnavailable unavailable() {
        return new StoreUnavailable("the store cannot write", RETRY_AFTER);
    }

    // ---- trouble

    private void repair(Throwable cause, List<Change> failed) {
        LOG.atError()
                .addKeyValue("inDoubt", failed.size())
                .setCause(cause)
                .log("the store cannot write; outcomes are kept, mail is refused");
        broken = true;
        queue.blockOutcomesOnly(true);
        epoch.incrementAndGet();
        figures.failures.incrementAndGet();
        doubt(failed);
        for (Change change : failed) {
            keepOrRefuse(change);
        }
        Throwable last = cause;
        long lastTry = ticker.getAsLong();
        boolean tried = false;
        boolean triedAtTheEnd = false;
        while (true) {
            for (Change change = queue.take(); change != null; change = queue.take()) {
                keepOrRefuse(change);
            }
            queue.releaseBlocked();
            guard.check();
            long sinceTry = ticker.getAsLong() - lastTry;
            if (stopping ? !triedAtTheEnd : isWorthTrying(last, sinceTry, tried)) {
                triedAtTheEnd = stopping;
                tried = true;
                lastTry = ticker.getAsLong();
                try {
                    store.reopen();
                    removeLeftovers();
                    writeKept();
                    break;
                } catch (RocksDBException | IOException | RuntimeException | Error e) {
                    last = e;
                    figures.failures.incrementAndGet();
                    LOG.error("the store cannot be repaired yet", e);
                }
            } else if (stopping) {
                giveUp();
                return;
            }
            LockSupport.parkNanos(this, REPAIR_POLL_NANOS);
        }
        figures.repairs.incrementAndGet();
        broken = false;
        queue.blockOutcomesOnly(false);
        LOG.info("the store works again");
    }

    /** Notes what may be in the log though it is going to be refused; must be durable before anybody is told. */
    private void doubt(List<Change> failed) {
        for (Change change : failed) {
            if (change instanceof Change.Commit commit) {
                uncertain.add(commit.refused());
            } else if (change instanceof Change.Decision decision) {
                decision.changed().ifPresent(uncertainDecisions::add);
            } else if (change instanceof Change.CallOff callOff) {
                callOff.undo().ifPresent(uncertainCallOffs::add);
            }
        }
        if (!uncertain.isEmpty()) {
            try {
                refusedFile.write(uncertain);
            } catch (IOException e) {
                LOG.atError()
                        .addKeyValue("commits", uncertain.size())
                        .setCause(e)
                        .log("refused commits cannot be noted: a crash now could bring them back");
            }
        }
    }

    private void keepOrRefuse(Change change) {
        if (change.isOutcome()) {
            kept.addLast(change);
            figures.kept.set(kept.size());
        } else {
            refuse(change);
        }
    }

    private boolean isWorthTrying(Throwable cause, long sinceTryNanos, boolean tried) {
        if (isNoSpace(cause) && guard.usableOctets() < guard.enoughToReopen()) {
            return sinceTryNanos >= REPAIR_ANYWAY_NANOS;
        }
        return !tried || sinceTryNanos >= 20 * REPAIR_POLL_NANOS;
    }

    private static boolean isNoSpace(Throwable cause) {
        String message = cause.getMessage();
        return (cause instanceof RocksDBException e
                        && e.getStatus() != null
                        && e.getStatus().getSubCode() == Status.SubCode.NoSpace)
                || (message != null && message.contains("No space left"));
    }

    /** Removes what the log may have brought back though it was refused, and what was being received. */
    private void removeLeftovers() throws RocksDBException, IOException {
        try (Group group = new Group(store.forCommitter(), end, mark)) {
            for (Long id : stagings(group)) {
                group.removeTransmission(id);
            }
            for (RefusedCommits.Refused refused : uncertain) {
                group.removeTransmission(refused.transmission());
                group.delete(RocksStore.Family.IDEMPOTENCY, refused.idempotencyKey());
            }
            for (Long id : uncertainDecisions) {
                undecide(id, group);
            }
            for (Change.Row before : uncertainCallOffs) {
                before.fill(group);
            }
            if (!group.isEmpty()) {
                group.db().write(group.batch(), true);
            }
        }
        uncertainDecisions.clear();
        uncertainCallOffs.clear();
        if (!uncertain.isEmpty()) {
            // In this order: a list that cannot be emptied is worked off once more, before anything new can be
            // accepted.
            refusedFile.write(List.of());
            uncertain.clear();
        }
    }

    private static List<Long> stagings(Group group) throws RocksDBException {
        List<Long> stagings = new ArrayList<>();
        try (RocksStore.Entries all = group.db().allEntries(RocksStore.Family.GENERATION, Group.NOTHING)) {
            for (all.first(); all.isValid(); all.next()) {
                if (Records.generation(all.value()) instanceof Records.Generation.Staging) {
                    stagings.add(Keys.readNumber(all.key(), 0));
                }
            }
        }
        return stagings;
    }

    /** Who asked for a start or a cancellation was told that it failed, and will ask again: the transmission is scheduled still. */
    private static void undecide(long id, Group group) throws RocksDBException {
        byte[] key = Keys.number(id);
        byte @Nullable [] stored = group.db().get(RocksStore.Family.TRANSMISSION, key);
        byte @Nullable [] generation = group.db().get(RocksStore.Family.GENERATION, key);
        if (stored == null || generation == null) {
            return;
        }
        boolean decided = switch (Records.generation(generation)) {
            case Records.Generation.Generating(int next) -> next == 0;
            case Records.Generation.Cancelling(int next) -> next == 0;
            case Records.Generation.Staging() -> false;
            case Records.Generation.Scheduled(Instant start) -> false;
        };
        if (decided) {
            Transmission transmission = Records.transmission(id, stored);
            group.put(
                    RocksStore.Family.GENERATION,
                    key,
                    Records.generation(new Records.Generation.Scheduled(
                            transmission.startTime().orElse(transmission.accepted()))));
        }
    }

    private void writeKept() throws RocksDBException {
        while (!kept.isEmpty()) {
            List<Change> filled = new ArrayList<>();
            try (Group group = new Group(store.forCommitter(), end, mark)) {
                for (Change change : kept) {
                    if (filled.size() >= GROUP_CHANGES || group.octets() >= GROUP_OCTETS) {
                        break;
                    }
                    change.fill(group, epoch.get());
                    filled.add(change);
                }
                write(group, filled);
            }
            for (int i = 0; i < filled.size(); i++) {
                kept.removeFirst();
            }
            figures.kept.set(kept.size());
            settle(filled);
        }
    }

    private void giveUp() {
        if (!kept.isEmpty()) {
            LOG.atError()
                    .addKeyValue("outcomes", kept.size())
                    .log("closing a broken store: outcomes could not be written, their messages will be sent again");
        }
        for (Change change : kept) {
            refuse(change);
        }
        kept.clear();
        figures.kept.set(0);
    }
}
