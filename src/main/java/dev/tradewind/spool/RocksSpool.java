package dev.tradewind.spool;

import dev.tradewind.account.Tenant;
import dev.tradewind.event.Event;
import dev.tradewind.event.EventStream;
import dev.tradewind.mail.MessageId;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * The embedded spool: RocksDB in a directory of its own, see {@code docs/store.md}. Files: {@code db} (the database), {@code format}
 * (its version), {@code reserve} (space for bad times), {@code refused} (commits in doubt). One process at a time.
 *
 * <p>Limits: pool names are without NUL; times keep microseconds; what is handed over is visible to readers when its future is complete.
 * Dependents of the futures of outcomes run on a thread of the spool: they may be slow only if others may wait.
 */
public final class RocksSpool implements Spool {
    private static final int UNGENERATED_AT_ONCE = 100;
    private static final Logger LOG = LoggerFactory.getLogger(RocksSpool.class);
    private static final long CHECK_DISK_MILLIS = 250;
    private static final int QUEUES_PER_READ = 500;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(30);

    private final RocksStore store;
    private final DiskGuard guard;
    private final Committer committer;
    private final RocksEvents events;
    private final Sweep sweep;
    private final QueueStarts starts;
    private final TransmissionNumbers numbers;
    private final RandomGenerator random;
    private final ReentrantLock randomLock = new ReentrantLock();
    private final Thread watching =
            Thread.ofPlatform().name("spool-disk").daemon(true).unstarted(this::watchDisk);
    private volatile boolean closed;

    /**
     * Opens the spool of a directory, which is made if it is not there. What a crash interrupted is tidied up: transmissions that were
     * being received are gone, all else goes on.
     *
     * @param ticker nanoseconds from any beginning, as {@link System#nanoTime}
     * @param random for the random part of message ids
     * @param disk   free space of the file system that holds the directory
     * @throws IOException if it cannot be opened: damaged, in use by another process, or of a newer version
     */
    public static RocksSpool open(
            Path directory,
            RocksSpoolSettings settings,
            InstantSource clock,
            LongSupplier ticker,
            RandomGenerator random,
            DiskProbe disk)
            throws IOException {
        return open(
                directory,
                settings,
                clock,
                ticker,
                random,
                disk,
                new StoreFormat(StoreFormat.CURRENT, StoreFormat.STEPS));
    }

    static RocksSpool open(
            Path directory,
            RocksSpoolSettings settings,
            InstantSource clock,
            LongSupplier ticker,
            RandomGenerator random,
            DiskProbe disk,
            StoreFormat format)
            throws IOException {
        Files.createDirectories(directory);
        format.requireKnown(directory.resolve("format"));
        RocksStore store = new RocksStore(directory.resolve("db"), settings);
        boolean complete = false;
        try {
            store.open();
            format.bringUpToDate(store.forCommitter(), directory.resolve("format"));
            RocksSpool spool = new RocksSpool(directory, store, settings, clock, ticker, random, disk);
            complete = true;
            return spool;
        } catch (RocksDBException e) {
            throw new IOException("spool in " + directory + ": " + e.getMessage(), e);
        } finally {
            if (!complete) {
                store.close();
            }
        }
    }

    private RocksSpool(
            Path directory,
            RocksStore store,
            RocksSpoolSettings settings,
            InstantSource clock,
            LongSupplier ticker,
            RandomGenerator random,
            DiskProbe disk)
            throws IOException, RocksDBException {
        this.store = store;
        this.random = random;
        this.starts = new QueueStarts();
        this.guard = new DiskGuard(directory.resolve("reserve"), settings, disk);
        guard.check();
        RocksStore.Opened db = store.forCommitter();
        byte[] storedMark = db.get(RocksStore.Family.META, Group.MARK_KEY);
        long mark = storedMark == null ? 0 : Keys.readNumber(storedMark, 0);
        this.numbers = new TransmissionNumbers(clock, mark);
        this.committer = new Committer(
                store,
                guard,
                new RefusedCommits(directory.resolve("refused")),
                starts,
                settings,
                ticker,
                RocksEvents.endOf(db),
                mark);
        this.events = new RocksEvents(store, committer);
        this.sweep = new Sweep(store, committer, events, guard, settings);
        committer.start();
        watching.start();
    }

    /**
     * Puts a backup into the directory of a spool that is not there yet.
     *
     * @throws IOException if there is no backup, it is of a newer version, or the directory has a spool
     */
    public static void restore(Path backup, Path directory) throws IOException {
        Files.createDirectories(directory);
        StoreBackup.restore(backup, directory.resolve("db"));
        new StoreFormat(StoreFormat.CURRENT, StoreFormat.STEPS).writeFile(directory.resolve("format"));
    }

    private void watchDisk() {
        while (!closed) {
            guard.check();
            try {
                TimeUnit.MILLISECONDS.sleep(CHECK_DISK_MILLIS);
            } catch (InterruptedException e) {
                // Only close() interrupts; the loop sees that it is closed.
                if (!closed) {
                    LOG.warn("the disk watcher was interrupted", e);
                }
            }
        }
    }

    // ---- acceptance

    void requireOpen(boolean evenWhenLow) throws StoreUnavailable {
        switch (state()) {
            case OPEN -> {}
            case LOW_ON_DISK -> {
                if (!evenWhenLow) {
                    throw new StoreUnavailable("little disk space is left", RETRY_AFTER);
                }
            }
            case BROKEN -> throw new StoreUnavailable("the store cannot write", RETRY_AFTER);
            case CLOSED -> throw new StoreUnavailable("the store is closed", RETRY_AFTER);
        }
    }

    int randomBits() {
        randomLock.lock();
        try {
            return random.nextInt();
        } finally {
            randomLock.unlock();
        }
    }

    @Override
    public Staging stage() throws StoreUnavailable {
        return stage(false);
    }

    @Override
    public Staging stageNotification() throws StoreUnavailable {
        return stage(true);
    }

    @Override
    public long nextNumber() {
        return numbers.next();
    }

    private Staging stage(boolean evenWhenLow) throws StoreUnavailable {
        requireOpen(evenWhenLow);
        return new RocksStaging(this, committer, numbers.next(), evenWhenLow);
    }

    @Override
    public Optional<IdempotentAnswer> idempotentAnswer(byte[] key, Instant now) {
        byte[] stored = store.get(RocksStore.Family.IDEMPOTENCY, key);
        return stored == null
                ? Optional.empty()
                : Optional.of(Records.answer(key, stored))
                        .filter(answer -> now.isBefore(answer.at().plus(Sweep.ANSWERS)));
    }

    // ---- transmissions and generation

    @Override
    public Optional<Transmission> transmission(long id) {
        byte[] stored = store.get(RocksStore.Family.TRANSMISSION, Keys.number(id));
        return stored == null ? Optional.empty() : Optional.of(Records.transmission(id, stored));
    }

    @Override
    public void forEachUngenerated(Consumer<Ungenerated> visitor) {
        Optional<byte[]> from = Optional.of(Group.NOTHING);
        while (from.isPresent()) {
            List<Ungenerated> some = new ArrayList<>();
            from = someUngenerated(from.get(), some);
            some.forEach(visitor); // without holding the store
        }
    }

    /** Reads a few; returns where to go on. */
    private Optional<byte[]> someUngenerated(byte[] from, List<Ungenerated> some) {
        return store.read(db -> {
            try (RocksStore.Entries all = db.allEntries(RocksStore.Family.GENERATION, from)) {
                for (all.first(); all.isValid(); all.next()) {
                    if (some.size() >= UNGENERATED_AT_ONCE) {
                        return Optional.of(all.key());
                    }
                    ungenerated(db, all.key(), all.value()).ifPresent(some::add);
                }
            }
            return Optional.empty();
        });
    }

    @Override
    public Optional<Ungenerated> ungenerated(long id) {
        byte[] key = Keys.number(id);
        return store.read(db -> {
            byte[] stored = db.get(RocksStore.Family.GENERATION, key);
            return stored == null ? Optional.<Ungenerated>empty() : ungenerated(db, key, stored);
        });
    }

    private static Optional<Ungenerated> ungenerated(RocksStore.Opened db, byte[] key, byte[] generation)
            throws RocksDBException {
        byte[] stored = db.get(RocksStore.Family.TRANSMISSION, key);
        if (stored == null) {
            return Optional.empty();
        }
        Transmission transmission = Records.transmission(Keys.readNumber(key, 0), stored);
        return switch (Records.generation(generation)) {
            case Records.Generation.Staging() -> Optional.empty();
            case Records.Generation.Scheduled(Instant start) ->
                Optional.of(new Ungenerated(
                        transmission,
                        0,
                        CalledOff.isCalledOff(db, transmission)
                                ? Ungenerated.Progress.CALLED_OFF
                                : Ungenerated.Progress.SCHEDULED));
            case Records.Generation.Generating(int next) ->
                Optional.of(new Ungenerated(transmission, next, Ungenerated.Progress.GENERATING));
            case Records.Generation.Cancelling(int next) ->
                Optional.of(new Ungenerated(transmission, next, Ungenerated.Progress.CANCELLING));
        };
    }

    @Override
    public boolean start(long id) throws StoreUnavailable {
        return decide(new Change.Decision(id, false));
    }

    @Override
    public boolean cancel(long id) throws StoreUnavailable {
        return decide(new Change.Decision(id, true));
    }

    @Override
    public void cancelCampaign(Tenant tenant, String campaign, Instant now) throws StoreUnavailable {
        Change callOff = new Change.CallOff(CalledOff.key(tenant, campaign), new CalledOff(numbers.next(), now));
        committer.submit(callOff);
        RocksStaging.await(callOff.done);
    }

    private boolean decide(Change.Decision decision) throws StoreUnavailable {
        committer.submit(decision);
        RocksStaging.await(decision.done);
        return decision.decided();
    }

    @Override
    public List<StoredRecipient> recipients(long transmission, int fromPlace, int limit) {
        byte[] from = MessageId.of(transmission, fromPlace, 0).octets();
        byte[] to = Keys.after(Keys.number(transmission));
        return store.read(db -> {
            List<StoredRecipient> found = new ArrayList<>();
            try (RocksStore.Entries messages = db.entries(RocksStore.Family.MESSAGE, from, to)) {
                for (messages.first(); found.size() < limit && messages.isValid(); messages.next()) {
                    MessageId id = MessageId.read(messages.key(), 0);
                    found.add(new StoredRecipient(id, recipientOf(id, messages.value())));
                }
            }
            return found;
        });
    }

    @Override
    public Optional<Recipient> recipient(MessageId id) {
        byte[] stored = store.get(RocksStore.Family.MESSAGE, id.octets());
        return stored == null ? Optional.empty() : Optional.of(recipientOf(id, stored));
    }

    private static Recipient recipientOf(MessageId id, byte[] stored) {
        try {
            return Records.recipient(stored);
        } catch (CorruptRecord damage) {
            LOG.atError()
                    .addKeyValue("message", id)
                    .setCause(damage)
                    .log("a recipient cannot be read: its message ends with a failure");
            return Recipient.UNREADABLE;
        }
    }

    @Override
    public Optional<byte[]> content(ContentId id) {
        return Optional.ofNullable(store.get(RocksStore.Family.CONTENT, Keys.content(id)));
    }

    @Override
    public CompletableFuture<Void> generated(Generated generated) {
        List<Change.Row> rows =
                new ArrayList<>(generated.waiting().size() + generated.finals().size() + 1);
        for (Waiting waiting : generated.waiting()) {
            rows.add(new Change.Row(RocksStore.Family.DUE, Keys.due(waiting), Records.waiting(waiting)));
        }
        for (MessageId message : generated.finals()) {
            rows.add(new Change.Row(RocksStore.Family.MESSAGE, message.octets(), null));
        }
        byte[] cursor = generated.complete()
                ? null
                : Records.generation(
                        generated.cancelling()
                                ? new Records.Generation.Cancelling(generated.nextPlace())
                                : new Records.Generation.Generating(generated.nextPlace()));
        rows.add(new Change.Row(RocksStore.Family.GENERATION, Keys.number(generated.transmission()), cursor));
        return outcome(rows, generated.events(), generated.waiting());
    }

    // ---- waiting

    @Override
    public void forEachQueue(BiConsumer<QueueKey, Instant> queue) {
        byte[] from = Group.NOTHING;
        List<byte[]> firsts = new ArrayList<>();
        do {
            byte[] start = from;
            firsts.clear();
            store.read(db -> firstOfQueues(db, start, firsts));
            for (byte[] first : firsts) {
                queue.accept(Keys.readQueue(first), Keys.readDue(first));
                from = Keys.after(Keys.queueOf(first));
            }
        } while (firsts.size() == QUEUES_PER_READ);
    }

    private static boolean firstOfQueues(RocksStore.Opened db, byte[] from, List<byte[]> firsts)
            throws RocksDBException {
        try (RocksStore.Entries due = db.allEntries(RocksStore.Family.DUE, from)) {
            due.first();
            while (firsts.size() < QUEUES_PER_READ && due.isValid()) {
                byte[] key = due.key();
                firsts.add(key);
                due.seek(Keys.after(Keys.queueOf(key)));
            }
        }
        return true;
    }

    @Override
    public List<Waiting> due(QueueKey queue, Instant until, int limit) {
        byte[] prefix = Keys.queue(queue);
        byte[] end = Keys.dueAfter(prefix, until);
        QueueStarts.Look look = starts.look(queue);
        byte[] known = look.start();
        byte[] from = known == null ? prefix : known;
        if (limit <= 0 || Arrays.compareUnsigned(from, end) >= 0) {
            return List.of();
        }
        return store.read(db -> {
            List<Waiting> found = new ArrayList<>();
            byte[] first = end;
            try (RocksStore.Entries due = db.entries(RocksStore.Family.DUE, from, end)) {
                for (due.first(); found.size() < limit && due.isValid(); due.next()) {
                    byte[] key = due.key();
                    if (found.isEmpty()) {
                        first = key;
                    }
                    found.add(Records.waiting(queue, key, due.value()));
                }
            }
            starts.reached(queue, look, first);
            return found;
        });
    }

    @Override
    public Optional<Instant> nextDue(QueueKey queue, Instant after) {
        byte[] prefix = Keys.queue(queue);
        byte[] from = Keys.dueAfter(prefix, after);
        byte[] end = Keys.after(prefix);
        byte[] known = starts.look(queue).start();
        byte[] begin = known != null && Arrays.compareUnsigned(known, from) > 0 ? known : from;
        return store.read(db -> {
            try (RocksStore.Entries due = db.entries(RocksStore.Family.DUE, begin, end)) {
                return due.first().isValid() ? Optional.of(Keys.readDue(due.key())) : Optional.<Instant>empty();
            }
        });
    }

    @Override
    public CompletableFuture<Void> deferred(Waiting before, Waiting after, List<Event> happened) {
        List<Change.Row> rows = List.of(
                new Change.Row(RocksStore.Family.DUE, Keys.due(before), null),
                new Change.Row(RocksStore.Family.DUE, Keys.due(after), Records.waiting(after)));
        return outcome(rows, happened, List.of(after));
    }

    @Override
    public CompletableFuture<Void> finished(Waiting before, List<Event> happened) {
        List<Change.Row> rows = List.of(
                new Change.Row(RocksStore.Family.DUE, Keys.due(before), null),
                new Change.Row(RocksStore.Family.MESSAGE, before.id().octets(), null));
        return outcome(rows, happened, List.of());
    }

    @Override
    public CompletableFuture<Void> happened(List<Event> events) {
        return outcome(List.of(), events, List.of());
    }

    private CompletableFuture<Void> outcome(List<Change.Row> rows, List<Event> happened, List<Waiting> waiting) {
        Change outcome = new Change.Outcome(rows, Change.EncodedEvent.of(happened), waiting);
        committer.submit(outcome);
        return outcome.done;
    }

    @Override
    public EventStream events() {
        return events;
    }

    // ---- state

    @Override
    public State state() {
        if (closed) {
            return State.CLOSED;
        }
        if (committer.isBroken()) {
            return State.BROKEN;
        }
        return guard.isLow() ? State.LOW_ON_DISK : State.OPEN;
    }

    @Override
    public Map<String, Double> gauges() {
        return SpoolGauges.read(store, committer, guard, state());
    }

    @Override
    public void backup(Path directory) throws IOException {
        Files.createDirectories(directory);
        try {
            store.read(db -> {
                StoreBackup.create(db, directory);
                return true;
            });
        } catch (StoreUnreadable e) {
            throw new IOException("backup to " + directory + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void sweep(Instant now) {
        sweep.run(now);
    }

    /** The database beneath. */
    RocksStore store() {
        return store;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        watching.interrupt();
        committer.stop();
        store.close();
    }
}
