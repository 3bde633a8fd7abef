package dev.tradewind.sandbox;

import dev.tradewind.account.Tenant;
import dev.tradewind.account.TenantScope;
import dev.tradewind.mail.MessageId;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The store of the sandbox: one SQLite file. One thread writes it ({@link InboxWriter}); readers have a connection of their own and see
 * committed mail only. Bounded in messages and octets: what is over goes with the commit that would exceed the bound, oldest first.
 *
 * <p>Limits: the newest message is kept even if it alone is larger than the bound; {@code synchronous=NORMAL}, so that a power cut may
 * take the last commits (never the database).
 */
public final class SandboxInbox implements AutoCloseable {
    private static final int VERSION = 1;

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

    /** How it went to keep a message. */
    public sealed interface Kept {
        /** It is in the inbox. */
        record As(long id) implements Kept {}

        /** It is not, and will not be. */
        record Not(String reason) implements Kept {}

        /** It is being written and may yet be there. */
        record Perhaps(String reason) implements Kept {}
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

    private final InboxWriter writer;
    private final Handle writing;
    private final Handle reading;
    private final ReentrantLock readLock = new ReentrantLock();

    private SandboxInbox(
            SandboxSettings settings, InstantSource clock, Duration patience, Handle writing, Handle reading) {
        this.writing = writing;
        this.reading = reading;
        this.writer = new InboxWriter(writing, settings, clock, patience);
    }

    /**
     * Opens or makes the inbox.
     *
     * @param file the database, {@code sandbox.db} in the data directory
     * @throws IllegalStateException if the file was written by a newer version of the program
     */
    public static SandboxInbox open(Path file, SandboxSettings settings, InstantSource clock) {
        return open(file, settings, clock, InboxWriter.PATIENCE);
    }

    /** With another time that a caller waits for a commit. */
    static SandboxInbox open(Path file, SandboxSettings settings, InstantSource clock, Duration patience) {
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
            SandboxInbox inbox = new SandboxInbox(settings, clock, patience, writing, jdbi.open());
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

    /** Keeps a message; returns after the commit of its batch. Blocks for milliseconds, under load for longer, at most a minute. */
    public Kept keep(Arrival arrival) {
        return writer.keep(arrival);
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

    static String whose(TenantScope scope) {
        return scope.subaccount().isPresent()
                ? "account = :account AND subaccount = :subaccount"
                : "account = :account";
    }

    static void bindScope(org.jdbi.v3.core.statement.SqlStatement<?> statement, TenantScope scope) {
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
        return writer.remove(scope, OptionalLong.of(id)) > 0;
    }

    /**
     * Removes all messages of a scope and says how many there were.
     *
     * @throws IllegalStateException if the database cannot be written
     */
    public long removeAll(TenantScope scope) throws InterruptedException {
        return writer.remove(scope, OptionalLong.empty());
    }

    /** Finishes what is queued and closes the database. */
    @Override
    public void close() {
        writer.stop();
        readLock.lock();
        try {
            reading.close();
        } finally {
            readLock.unlock();
        }
        writing.close();
    }
}
