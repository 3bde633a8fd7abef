package dev.tradewind.account.sql;

import dev.tradewind.account.ControlUnavailable;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The database file of the control plane, migrated to the version of this program when opened. One connection, one caller at a time:
 * changes are rare and reads are served from memory. Every change is synced ({@code synchronous=FULL}).
 */
public final class ControlDatabase implements AutoCloseable {
    private final Handle handle;
    private final ReentrantLock lock = new ReentrantLock();

    private ControlDatabase(Handle handle) {
        this.handle = handle;
    }

    /**
     * Opens or makes the database.
     *
     * @throws org.flywaydb.core.api.FlywayException if the file was written by a newer version of the program, or is damaged
     */
    public static ControlDatabase open(Path file) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        config.setBusyTimeout(5000);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file);
        Flyway.configure()
                .dataSource(source)
                .locations("classpath:db/control")
                .failOnMissingLocations(true)
                .loggers("slf4j")
                .load()
                .migrate();
        return new ControlDatabase(Jdbi.create(source).open());
    }

    /** What is done inside a transaction. */
    interface Work<T> {
        T in(Handle handle) throws SQLException;
    }

    /** Runs work in one transaction, alone; it is durable when this returns. */
    <T> T transact(Work<T> work) throws ControlUnavailable {
        lock.lock();
        try {
            return handle.inTransaction(work::in);
        } catch (JdbiException | SQLException e) {
            throw new ControlUnavailable("the control database: " + e.getMessage(), e, Duration.ofSeconds(10));
        } finally {
            lock.unlock();
        }
    }

    /** Reads all of something at the start. */
    <T> T read(Work<T> work) {
        lock.lock();
        try {
            return work.in(handle);
        } catch (SQLException e) {
            throw new IllegalStateException("the control database cannot be read", e);
        } finally {
            lock.unlock();
        }
    }

    /** Copies the database, consistent, to a file that does not exist yet; online. */
    public void backup(Path target) throws ControlUnavailable {
        lock.lock();
        try {
            handle.execute("VACUUM INTO ?", target.toString());
        } catch (JdbiException e) {
            throw new ControlUnavailable(
                    "backup of the control database: " + e.getMessage(), e, Duration.ofSeconds(10));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            handle.close();
        } finally {
            lock.unlock();
        }
    }
}
