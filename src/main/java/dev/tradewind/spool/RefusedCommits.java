package dev.tradewind.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Commits whose write failed: the caller was or will be told "no", yet the write-ahead log may hold them and bring them back when the
 * store opens. They are noted here before anybody is told, and removed from the store when it opens. The file is written once in full
 * and later in place, so that noting needs no disk space. Used by the committer alone.
 */
final class RefusedCommits {
    /** Most commits in one group, so that all of a failed group fit. */
    static final int LIMIT = 1500;

    private static final int ENTRY = 8 + 32;
    private static final int HEAD = 8;
    private static final int SIZE = HEAD + LIMIT * ENTRY;

    /**
     * One of them.
     *
     * @param transmission number
     * @param idempotencyKey 32 octets; all zero if the request had none
     */
    record Refused(long transmission, byte[] idempotencyKey) {}

    private final Path file;

    /** Makes the file if it is not there. */
    RefusedCommits(Path file) throws IOException {
        this.file = file;
        if (!file.toFile().exists() || file.toFile().length() < SIZE) {
            write(List.of());
        }
    }

    /** Replaces what is noted; durable when it returns. */
    void write(List<Refused> refused) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(SIZE);
        buffer.position(HEAD);
        int count = Math.min(LIMIT, refused.size());
        for (Refused one : refused.subList(refused.size() - count, refused.size())) {
            buffer.putLong(one.transmission()).put(one.idempotencyKey(), 0, 32);
        }
        CRC32C sum = new CRC32C();
        sum.update(buffer.array(), HEAD, count * ENTRY);
        buffer.putInt(0, count).putInt(4, (int) sum.getValue());
        buffer.rewind();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            while (buffer.hasRemaining()) {
                channel.write(buffer, buffer.position());
            }
            channel.force(true);
        }
    }

    /** What is noted. A file that was torn while it was written was not yet relied on: nothing is noted then. */
    List<Refused> read() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(SIZE);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            int read;
            do {
                read = channel.read(buffer, buffer.position());
            } while (read > 0 && buffer.hasRemaining());
        }
        int count = buffer.getInt(0);
        if (buffer.hasRemaining() || count < 0 || count > LIMIT) {
            return List.of();
        }
        CRC32C sum = new CRC32C();
        sum.update(buffer.array(), HEAD, count * ENTRY);
        if ((int) sum.getValue() != buffer.getInt(4)) {
            return List.of();
        }
        buffer.position(HEAD);
        List<Refused> refused = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long transmission = buffer.getLong();
            byte[] key = new byte[32];
            buffer.get(key);
            refused.add(new Refused(transmission, key));
        }
        return refused;
    }
}
