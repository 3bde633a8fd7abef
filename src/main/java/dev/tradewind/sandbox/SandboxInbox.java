package dev.tradewind.sandbox;

import dev.tradewind.account.Tenant;
import dev.tradewind.account.TenantScope;
import dev.tradewind.mail.MessageId;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The store of the sandbox: one SQLite file, one platform thread that writes. Deliveries queue up and share a commit ({@value #BATCH}
 * messages or {@value #BATCH_OCTETS} octets at most), so that thousands a second may arrive; readers have a connection of their own and
 * see committed mail only. Bounded in messages and octets: what is over goes with the commit that would exceed the bound, oldest first.
 *
 * <p>Limits: the newest message is kept even if it alone is larger than the bound; {@code synchronous=NORMAL}, so that a power cut may
 * take the last commits (never the database).
 */
public final class SandboxInbox implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SandboxInbox.class);
    private static final int VERSION = 1;
    private static final int WAITING = 256;
    private static final int BATCH = 256;
    private static final long BATCH_OCTETS = 16 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final List<String> TABLES = List.of(
            """
            CREATE TABLE message (
              id INTEGER PRIMARY KEY AUTOINCREMENT,
              received INTEGER NOT NULL,
              account INTEGER NOT NULL,
              subaccount INTEGER NOT NULL,
              message_id TEXT NOT NULL,
              reverse_path TEXT NOT NULL,
              forward_path TEXT NOT NULL,
              sender TEXT NOT NULL,
              recipient TEXT NOT NULL,
              subject TEXT NOT NULL,
              preview TEXT NOT NULL,
              attachments INTEGER NOT NULL,
              octets INTEGER NOT NULL)""",
            // apart, so that the list does not read past the mail itself
            "CREATE TABLE content (id INTEGER PRIMARY KEY, octets BLOB NOT NULL)");

    private static final String SUMMARY = "SELECT id, received, account, subaccount, message_id, reverse_path, "
            + "forward_path, sender, recipient, subject, preview, attachments, octets FROM message ";

    /** A piece of work for the writer. */
    private sealed interface Order {
        /** To be kept. */
        record Keep(Arrival arrival, Summary.Digest digest, CompletableFuture<Long> id) implements Order {}

        /** To be removed: one message or all of a scope. */
        record Remove(TenantScope scope, OptionalLong id, CompletableFuture<Long> removed) implements Order {}

        /** The end. */
        record Stop() implements Order {}
    }

    /** How it went to keep a message. */
    public sealed interface Kept {
        /** It is in the inbox. */
        record As(long id) implements Kept {}

        /** It is not, for now. */
        record Not(String reason) implements Kept {}
    }

    /**
     * What the list is to show.
     *
     * @param scope   whose mail
     * @param to      part of a recipient, of the envelope or the To field; empty: any
     * @param subject part of the subject; empty: any
     * @param words   part of anything the list shows; empty: any
     * @param before  only mail older than this number
     * @param since   only mail newer than this number
     * @param most    1 or more
     */
    public record Wanted(
            TenantScope scope,
            String to,
            String subject,
            String words,
            OptionalLong before,
            OptionalLong since,
            int most) {
        /** The newest of a scope. */
        public static Wanted newest(TenantScope scope, int most) {
            return new Wanted(scope, "", "", "", OptionalLong.empty(), OptionalLong.empty(), most);
        }
    }

    /**
     * A part of the list, newest first.
     *
     * @param messages what fits
     * @param total    how many fit, whatever {@code before}, {@code since} and {@code most} say
     * @param more     whether older mail fits too
     */
    public record Listing(List<Summary> messages, long total, boolean more) {
        public Listing {
            messages = List.copyOf(messages);
        }
    }

    private final SandboxSettings settings;
    private final InstantSource clock;
    private final BlockingQueue<Order> orders = new ArrayBlockingQueue<>(WAITING);
    private final Handle writing;
    private final Handle reading;
    private final ReentrantLock readLock = new ReentrantLock();
    private final Thread writer;
    private long messages;
    private long octets;
    /** After a failed transaction the counts may be wrong. */
    private boolean countAgain = true;

    private volatile boolean closed;

    private SandboxInbox(SandboxSettings settings, InstantSource clock, Handle writing, Handle reading) {
        this.settings = settings;
        this.clock = clock;
        this.writing = writing;
        this.reading = reading;
        this.writer = Thread.ofPlatform().name("sandbox-inbox").daemon().unstarted(this::write);
    }

    /**
     * Opens or makes the inbox.
     *
     * @param file the database, {@code sandbox.db} in the data directory
     * @throws IllegalStateException if the file was written by a newer version of the program
     */
    public static SandboxInbox open(Path file, SandboxSettings settings, InstantSource clock) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
        config.setBusyTimeout(5000);
        config.setJournalSizeLimit(64 << 20);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file);
        Jdbi jdbi = Jdbi.create(source);
        Handle writing = jdbi.open();
        try {
            migrate(writing, file);
            SandboxInbox inbox = new SandboxInbox(settings, clock, writing, jdbi.open());
            inbox.writer.start();
            return inbox;
        } catch (RuntimeException e) {
            writing.close();
            throw e;
        }
    }

    private static void migrate(Handle handle, Path file) {
        int version =
                handle.createQuery("PRAGMA user_version").mapTo(Integer.class).one();
        if (version > VERSION) {
            throw new IllegalStateException("the sandbox inbox " + file + " has version " + version
                    + ", this program knows up to " + VERSION + ": run a newer program, or remove the file");
        }
        if (version < VERSION) {
            handle.useTransaction(h -> {
                TABLES.forEach(h::execute);
                h.execute("PRAGMA user_version = " + VERSION);
            });
        }
    }

    // ---- arrival

    /** Keeps a message; returns after the commit of its batch. Blocks for milliseconds, under load for longer, at most 30 s. */
    public Kept keep(Arrival arrival) {
        CompletableFuture<Long> id = new CompletableFuture<>();
        Order.Keep order = new Order.Keep(arrival, MailReader.digest(arrival.message(), arrival.forwardPath()), id);
        try {
            if (!submit(order)) {
                return new Kept.Not("the sandbox inbox is closing or too busy");
            }
            return new Kept.As(id.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Kept.Not("interrupted");
        } catch (ExecutionException e) {
            return new Kept.Not("the sandbox inbox cannot be written: " + e.getCause());
        } catch (TimeoutException e) {
            return new Kept.Not("the sandbox inbox did not commit within " + PATIENCE.toSeconds() + " s");
        }
    }

    private boolean submit(Order order) throws InterruptedException {
        return !closed && orders.offer(order, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void write() {
        List<Order> batch = new ArrayList<>(BATCH);
        boolean goOn = true;
        while (goOn) {
            batch.clear();
            try {
                Order first = orders.take();
                long size = add(batch, first);
                while (batch.size() < BATCH && size < BATCH_OCTETS) {
                    Order next = orders.poll();
                    if (next == null) {
                        break;
                    }
                    size += add(batch, next);
                }
            } catch (InterruptedException e) {
                goOn = false;
            }
            goOn &= batch.stream().noneMatch(Order.Stop.class::isInstance);
            commit(batch);
        }
        batch.clear();
        orders.drainTo(batch);
        batch.forEach(order -> fail(order, new IllegalStateException("the sandbox inbox is closed")));
    }

    private static long add(List<Order> batch, Order order) {
        batch.add(order);
        return order instanceof Order.Keep keep ? keep.arrival().message().size() : 0;
    }

    /** Keeps and removals in their order, in one transaction; who waits is told after its commit. */
    private void commit(List<Order> batch) {
        List<Runnable> tell = new ArrayList<>(batch.size());
        try {
            writing.useTransaction(handle -> {
                if (countAgain) {
                    measure(handle);
                    countAgain = false;
                }
                List<Order.Keep> keeps = new ArrayList<>(batch.size());
                for (Order order : batch) {
                    switch (order) {
                        case Order.Keep keep -> keeps.add(keep);
                        case Order.Remove remove -> {
                            insert(handle, keeps, tell);
                            keeps.clear();
                            long removed = remove(handle, remove);
                            tell.add(() -> remove.removed().complete(removed));
                        }
                        case Order.Stop stop -> {}
                    }
                }
                insert(handle, keeps, tell);
                dropOldest(handle);
            });
            tell.forEach(Runnable::run);
        } catch (RuntimeException e) { // whatever it is, the writer must live on and nobody may wait in vain
            LOG.error("event=sandbox_write_failed messages={}", batch.size(), e);
            countAgain = true;
            batch.forEach(order -> fail(order, e));
        }
    }

    private static void fail(Order order, RuntimeException why) {
        switch (order) {
            case Order.Keep keep -> keep.id().completeExceptionally(why);
            case Order.Remove remove -> remove.removed().completeExceptionally(why);
            case Order.Stop stop -> {}
        }
    }

    private void insert(Handle handle, List<Order.Keep> keeps, List<Runnable> tell) {
        if (keeps.isEmpty()) {
            return;
        }
        long next = handle.createQuery("SELECT COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'message'), 0)")
                .mapTo(Long.class)
                .one();
        long now = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
        try (PreparedBatch rows = handle.prepareBatch(
                        "INSERT INTO message VALUES (:id, :received, :account, :subaccount, :messageId, :reversePath, "
                                + ":forwardPath, :sender, :recipient, :subject, :preview, :attachments, :octets)");
                PreparedBatch contents = handle.prepareBatch("INSERT INTO content VALUES (:id, :octets)")) {
            for (Order.Keep keep : keeps) {
                Arrival arrival = keep.arrival();
                Summary.Digest digest = keep.digest();
                long id = ++next;
                rows.bind("id", id)
                        .bind("received", now)
                        .bind("account", arrival.tenant().account())
                        .bind("subaccount", arrival.tenant().subaccount())
                        .bind("messageId", arrival.id().map(MessageId::toString).orElse(""))
                        .bind("reversePath", arrival.reversePath())
                        .bind("forwardPath", arrival.forwardPath())
                        .bind("sender", digest.from())
                        .bind("recipient", digest.to())
                        .bind("subject", digest.subject())
                        .bind("preview", digest.preview())
                        .bind("attachments", digest.attachments())
                        .bind("octets", arrival.message().size())
                        .add();
                contents.bind("id", id)
                        .bind("octets", arrival.message().octets())
                        .add();
                messages++;
                octets += arrival.message().size();
                tell.add(() -> keep.id().complete(id));
            }
            rows.execute();
            contents.execute();
        }
    }

    private long remove(Handle handle, Order.Remove order) {
        String where = whose(order.scope()) + (order.id().isPresent() ? " AND id = :id" : "");
        var content =
                handle.createUpdate("DELETE FROM content WHERE id IN (SELECT id FROM message WHERE " + where + ")");
        var row = handle.createUpdate("DELETE FROM message WHERE " + where);
        order.id().ifPresent(id -> {
            content.bind("id", id);
            row.bind("id", id);
        });
        bindScope(content, order.scope());
        bindScope(row, order.scope());
        content.execute();
        int removed = row.execute();
        if (removed > 0) {
            measure(handle);
        }
        return removed;
    }

    private void dropOldest(Handle handle) {
        long most = settings.maxOctets().octets();
        while (messages > 1 && (messages > settings.maxMessages() || octets > most)) {
            long excess = Math.max(1, messages - settings.maxMessages());
            List<long[]> oldest = handle.createQuery("SELECT id, octets FROM message ORDER BY id LIMIT :n")
                    .bind("n", Math.min(excess, BATCH))
                    .map((row, context) -> new long[] {row.getLong(1), row.getLong(2)})
                    .list();
            long last = oldest.getLast()[0];
            handle.execute("DELETE FROM content WHERE id <= ?", last);
            handle.execute("DELETE FROM message WHERE id <= ?", last);
            messages -= oldest.size();
            for (long[] dropped : oldest) {
                octets -= dropped[1];
            }
        }
    }

    private void measure(Handle handle) {
        long[] found = handle.createQuery("SELECT COUNT(*), COALESCE(SUM(octets), 0) FROM message")
                .map((row, context) -> new long[] {row.getLong(1), row.getLong(2)})
                .one();
        messages = found[0];
        octets = found[1];
    }

    // ---- a look

    /** A part of the list. */
    public Listing list(Wanted wanted) {
        StringBuilder where = new StringBuilder("WHERE ").append(whose(wanted.scope()));
        if (!wanted.to().isEmpty()) {
            where.append(" AND (forward_path LIKE :to ESCAPE '!' OR recipient LIKE :to ESCAPE '!')");
        }
        if (!wanted.subject().isEmpty()) {
            where.append(" AND subject LIKE :subject ESCAPE '!'");
        }
        if (!wanted.words().isEmpty()) {
            where.append(" AND (sender LIKE :words ESCAPE '!' OR recipient LIKE :words ESCAPE '!'"
                    + " OR forward_path LIKE :words ESCAPE '!' OR reverse_path LIKE :words ESCAPE '!'"
                    + " OR subject LIKE :words ESCAPE '!' OR preview LIKE :words ESCAPE '!'"
                    + " OR message_id LIKE :words ESCAPE '!')");
        }
        String fitting = where.toString();
        wanted.before().ifPresent(id -> where.append(" AND id < :before"));
        wanted.since().ifPresent(id -> where.append(" AND id > :since"));
        readLock.lock();
        try (Query count = reading.createQuery("SELECT COUNT(*) FROM message " + fitting);
                Query page = reading.createQuery(SUMMARY + where + " ORDER BY id DESC LIMIT :most")) {
            bind(count, wanted);
            bind(page, wanted);
            wanted.before().ifPresent(id -> page.bind("before", id));
            wanted.since().ifPresent(id -> page.bind("since", id));
            page.bind("most", wanted.most() + 1L);
            List<Summary> found = page.map((row, context) -> summary(row)).list();
            boolean more = found.size() > wanted.most();
            return new Listing(
                    more ? found.subList(0, wanted.most()) : found,
                    count.mapTo(Long.class).one(),
                    more);
        } finally {
            readLock.unlock();
        }
    }

    private static void bind(Query query, Wanted wanted) {
        bindScope(query, wanted.scope());
        if (!wanted.to().isEmpty()) {
            query.bind("to", containing(wanted.to()));
        }
        if (!wanted.subject().isEmpty()) {
            query.bind("subject", containing(wanted.subject()));
        }
        if (!wanted.words().isEmpty()) {
            query.bind("words", containing(wanted.words()));
        }
    }

    /** A LIKE pattern; its own signs stand for themselves. */
    private static String containing(String text) {
        return '%' + text.replace("!", "!!").replace("%", "!%").replace("_", "!_") + '%';
    }

    /** One message of a scope. */
    public Optional<Summary> find(TenantScope scope, long id) {
        readLock.lock();
        try (Query query = reading.createQuery(SUMMARY + "WHERE id = :id")) {
            return query.bind("id", id)
                    .map((row, context) -> summary(row))
                    .findOne()
                    .filter(found -> scope.includes(found.tenant()));
        } finally {
            readLock.unlock();
        }
    }

    /** The message itself; empty if it has gone meanwhile. */
    public Optional<byte[]> octets(long id) {
        readLock.lock();
        try (Query query = reading.createQuery("SELECT octets FROM content WHERE id = :id")) {
            return query.bind("id", id).map((row, context) -> row.getBytes(1)).findOne();
        } finally {
            readLock.unlock();
        }
    }

    private static Summary summary(ResultSet row) throws SQLException {
        String message = row.getString("message_id");
        return new Summary(
                row.getLong("id"),
                Instant.EPOCH.plus(row.getLong("received"), ChronoUnit.MICROS),
                new Tenant(row.getInt("account"), row.getInt("subaccount")),
                message.isEmpty() ? Optional.empty() : Optional.of(MessageId.parse(message)),
                row.getString("reverse_path"),
                row.getString("forward_path"),
                new Summary.Digest(
                        row.getString("sender"),
                        row.getString("recipient"),
                        row.getString("subject"),
                        row.getString("preview"),
                        row.getInt("attachments")),
                row.getInt("octets"));
    }

    private static String whose(TenantScope scope) {
        return scope.subaccount().isPresent()
                ? "account = :account AND subaccount = :subaccount"
                : "account = :account";
    }

    private static void bindScope(org.jdbi.v3.core.statement.SqlStatement<?> statement, TenantScope scope) {
        statement.bind("account", scope.account());
        scope.subaccount().ifPresent(number -> statement.bind("subaccount", number));
    }

    // ---- removal

    /**
     * Removes one message; false if the scope has none of that number.
     *
     * @throws IllegalStateException if the database cannot be written
     */
    public boolean remove(TenantScope scope, long id) throws InterruptedException {
        return removed(new Order.Remove(scope, OptionalLong.of(id), new CompletableFuture<>())) > 0;
    }

    /**
     * Removes all messages of a scope and says how many there were.
     *
     * @throws IllegalStateException if the database cannot be written
     */
    public long removeAll(TenantScope scope) throws InterruptedException {
        return removed(new Order.Remove(scope, OptionalLong.empty(), new CompletableFuture<>()));
    }

    private long removed(Order.Remove order) throws InterruptedException {
        if (!submit(order)) {
            throw new IllegalStateException("the sandbox inbox is closing or too busy");
        }
        try {
            return order.removed().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the sandbox inbox cannot be written", e);
        }
    }

    /** Finishes what is queued and closes the database. */
    @Override
    public void close() {
        closed = true;
        try {
            orders.put(new Order.Stop());
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            writer.interrupt();
        }
        readLock.lock();
        try {
            reading.close();
        } finally {
            readLock.unlock();
        }
        writing.close();
    }
}
