package dev.tradewind.event;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes every event as a line to a file ({@code events.log}): a consumer of the stream, named {@code log}, that keeps its offset in the
 * store. Each event is written once, in order: after a crash the last line of the file says where the offset, which is stored after the
 * lines are on the disk, fell behind. A line that a crash cut off is removed and written again. If the file or the newest rotated one is
 * taken away after a crash, lines may be written twice.
 *
 * <p>If the disk is full the log waits; the stream keeps its events for {@code spool.retention.events}.
 */
public final class EventLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);
    private static final String CONSUMER = "log";
    private static final int PIECE = 1_000;

    /** Events that can be in the file and not yet in the stored offset. */
    private static final int LOOK_AHEAD = 20 * PIECE;

    private static final long POLL_NANOS = 100_000_000;
    private static final long TROUBLE_NANOS = 1_000_000_000;

    private final EventStream stream;
    private final LogFile file;
    private final Thread thread = Thread.ofPlatform().name("event-log").unstarted(this::run);
    private volatile boolean closed;
    private long next;
    private boolean troubled;

    /**
     * Opens the log and finds out where it goes on.
     *
     * @throws IOException if the file cannot be opened or read
     */
    public EventLog(EventStream stream, Path path, EventLogSettings settings, InstantSource clock) throws IOException {
        this.stream = stream;
        this.file = new LogFile(path, settings.rotateSize().octets(), settings.rotateDaily(), clock);
        this.next = stream.consumerOffset(CONSUMER);
        byte[] last = file.lastLine();
        long offset = next;
        if (last.length > 0) {
            while (offset < next + LOOK_AHEAD) {
                List<EventStream.Stored> piece = stream.read(offset, PIECE);
                if (piece.isEmpty()) {
                    return;
                }
                for (EventStream.Stored stored : piece) {
                    if (Arrays.equals(stored.event().json(), last)) {
                        next = stored.offset() + 1;
                        return;
                    }
                }
                offset = piece.getLast().offset() + 1;
            }
        }
    }

    /** Starts to follow the stream. */
    public EventLog start() {
        thread.start();
        return this;
    }

    private void run() {
        while (!closed) {
            try {
                if (pump() == 0) {
                    LockSupport.parkNanos(this, POLL_NANOS);
                }
                troubled = false;
            } catch (IOException | RuntimeException e) {
                if (!troubled) {
                    LOG.error("the log of events cannot be written; it goes on when it can", e);
                    troubled = true;
                }
                LockSupport.parkNanos(this, TROUBLE_NANOS);
            }
        }
    }

    /**
     * Writes the next events and notes that.
     *
     * @return how many
     * @throws IOException if they could not be written: none of them is in the file then
     */
    int pump() throws IOException {
        List<EventStream.Stored> events = stream.read(next, PIECE);
        if (!events.isEmpty()) {
            file.append(events);
            next = events.getLast().offset() + 1;
            stream.consumerOffset(CONSUMER, next);
        }
        return events.size();
    }

    /** Offset of the next event to write. */
    long nextOffset() {
        return next;
    }

    /** Writes what is there and closes the file. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
            long end = stream.end();
            while (next < end && pump() > 0) {
                LOG.atDebug().addKeyValue("upTo", next).log("logged the last events");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.error("the last events could not be logged; they will be at the next start", e);
        } finally {
            file.close();
        }
    }
}
