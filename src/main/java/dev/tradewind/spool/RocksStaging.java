package dev.tradewind.spool;

import dev.tradewind.mail.MessageId;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A transmission being received into {@link RocksSpool}. At most one written and one growing chunk of recipients are in memory. */
final class RocksStaging implements Spool.Staging {
    private static final int CHUNK_RECIPIENTS = 500;
    private static final int CHUNK_OCTETS = 256 << 10;

    private final RocksSpool spool;
    private final Committer committer;
    private final long id;
    private final int epoch;
    private final boolean evenWhenLow;
    private List<Change.Row> rows = new ArrayList<>();
    private int octets;
    private int size;
    private boolean chunked;
    private boolean committed;
    private @Nullable CompletableFuture<Void> writing;

    RocksStaging(RocksSpool spool, Committer committer, long id, boolean evenWhenLow) {
        this.spool = spool;
        this.committer = committer;
        this.id = id;
        this.epoch = committer.epoch();
        this.evenWhenLow = evenWhenLow;
    }

    @Override
    public long transmissionId() {
        return id;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public MessageId add(Recipient recipient) throws StoreUnavailable {
        if (committed) {
            throw new IllegalStateException("transmission " + id + " is committed");
        }
        MessageId message = MessageId.of(id, size, spool.randomBits());
        Change.Row row = new Change.Row(RocksStore.Family.MESSAGE, message.octets(), Records.recipient(recipient));
        rows.add(row);
        octets += row.octets();
        size++;
        if (rows.size() >= CHUNK_RECIPIENTS || octets >= CHUNK_OCTETS) {
            writeChunk();
        }
        return message;
    }

    private void writeChunk() throws StoreUnavailable {
        spool.requireOpen(evenWhenLow);
        if (!chunked) {
            chunked = true;
            rows.addFirst(new Change.Row(
                    RocksStore.Family.GENERATION,
                    Keys.number(id),
                    Records.generation(new Records.Generation.Staging())));
        }
        awaitChunk();
        Change.Chunk chunk = new Change.Chunk(epoch, rows);
        rows = new ArrayList<>();
        octets = 0;
        committer.submit(chunk);
        writing = chunk.done;
    }

    private void awaitChunk() throws StoreUnavailable {
        if (writing != null) {
            await(writing);
            writing = null;
        }
    }

    @Override
    public void commit(Transmission transmission, byte[] content, Optional<Spool.IdempotentAnswer> answer)
            throws StoreUnavailable {
        if (committed || transmission.id() != id || transmission.recipients() != size) {
            throw new IllegalArgumentException(transmission + " committed as transmission " + id + " of " + size
                    + " recipients" + (committed ? ", a second time" : ""));
        }
        spool.requireOpen(evenWhenLow);
        awaitChunk();
        byte[] key = Keys.number(id);
        rows.add(new Change.Row(RocksStore.Family.TRANSMISSION, key, Records.transmission(transmission)));
        rows.add(new Change.Row(
                RocksStore.Family.GENERATION, key, Records.generation(firstState(transmission.startTime()))));
        answer.ifPresent(a -> rows.add(new Change.Row(RocksStore.Family.IDEMPOTENCY, a.key(), Records.answer(a))));
        Change.Commit commit =
                new Change.Commit(epoch, transmission, content, rows, answer.map(Spool.IdempotentAnswer::key));
        committer.submit(commit);
        await(commit.done);
        committed = true;
        rows = List.of();
    }

    private static Records.Generation firstState(Optional<Instant> start) {
        return start.<Records.Generation>map(Records.Generation.Scheduled::new)
                .orElseGet(() -> new Records.Generation.Generating(0));
    }

    static void await(CompletableFuture<Void> done) throws StoreUnavailable {
        try {
            done.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof StoreUnavailable unavailable) {
                throw new StoreUnavailable(String.valueOf(unavailable.getMessage()), unavailable.retryAfter());
            }
            throw e;
        }
    }

    @Override
    public void close() {
        if (!committed && chunked) {
            committer.submit(new Change.Abort(id));
        }
        committed = true;
        rows = List.of();
    }
}
