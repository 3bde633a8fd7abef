package dev.tradewind.event;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** A file of lines that is rotated to {@code NAME.<UTC time>.gz}. Used by one thread. */
final class LogFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogFile.class);
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final int STAMP_LENGTH = 16;
    private static final int TAIL = 1 << 16;

    private final Path path;
    private final long rotateOctets;
    private final boolean daily;
    private final InstantSource clock;
    private FileChannel channel;
    private long size;
    private LocalDate day;

    /** Opens or makes the file, cuts off half a line at its end, and finishes rotations that were interrupted. */
    LogFile(Path path, long rotateOctets, boolean daily, InstantSource clock) throws IOException {
        this.path = path.toAbsolutePath();
        this.rotateOctets = rotateOctets;
        this.daily = daily;
        this.clock = clock;
        Files.createDirectories(directory());
        this.channel = open();
        this.size = lengthOfWholeLines();
        channel.truncate(size);
        this.day =
                size == 0 ? today() : dayOf(Files.getLastModifiedTime(this.path).toInstant());
        for (Path rotated : rotated(false)) {
            compress(rotated);
        }
    }

    private Path directory() {
        return Objects.requireNonNull(path.getParent());
    }

    private FileChannel open() throws IOException {
        return FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private LocalDate today() {
        return dayOf(clock.instant());
    }

    private static LocalDate dayOf(Instant time) {
        return LocalDate.ofInstant(time, ZoneOffset.UTC);
    }

    private long lengthOfWholeLines() throws IOException {
        long end = channel.size();
        while (end > 0) {
            int length = (int) Math.min(TAIL, end);
            byte[] piece = readAt(end - length, length);
            for (int i = length - 1; i >= 0; i--) {
                if (piece[i] == '\n') {
                    return end - length + i + 1;
                }
            }
            end -= length;
        }
        return 0;
    }

    private byte[] readAt(long position, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw new IOException(path + " became shorter while it was read");
            }
        }
        return buffer.array();
    }

    /** The last line of the log without its end, from the newest rotated file if this one is empty; empty if there is none. */
    byte[] lastLine() throws IOException {
        if (size > 0) {
            ByteArrayOutputStream reversed = new ByteArrayOutputStream();
            long end = size - 1;
            while (end > 0) {
                int length = (int) Math.min(TAIL, end);
                byte[] piece = readAt(end - length, length);
                for (int i = length - 1; i >= 0; i--) {
                    if (piece[i] == '\n') {
                        return reverse(reversed.toByteArray());
                    }
                    reversed.write(piece[i]);
                }
                end -= length;
            }
            return reverse(reversed.toByteArray());
        }
        List<Path> rotated = rotated(true);
        return rotated.isEmpty() ? new byte[0] : lastLineOf(rotated.getLast());
    }

    private static byte[] reverse(byte[] octets) {
        for (int i = 0, k = octets.length - 1; i < k; i++, k--) {
            byte one = octets[i];
            octets[i] = octets[k];
            octets[k] = one;
        }
        return octets;
    }

    private static byte[] lastLineOf(Path compressed) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        byte[] last = {};
        byte[] piece = new byte[TAIL];
        try (InputStream in = new GZIPInputStream(Files.newInputStream(compressed), TAIL)) {
            for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
                for (int i = 0; i < length; i++) {
                    if (piece[i] == '\n') {
                        last = line.toByteArray();
                        line.reset();
                    } else {
                        line.write(piece[i]);
                    }
                }
            }
        }
        return last;
    }

    /** Appends the JSON of events, a line each, durable when it returns; or nothing, if it fails. */
    void append(List<EventStream.Stored> events) throws IOException {
        if (size > 0 && (size >= rotateOctets || (daily && !today().equals(day)))) {
            rotate();
        }
        int octets = 0;
        for (EventStream.Stored stored : events) {
            octets += stored.event().json().length + 1;
        }
        ByteBuffer lines = ByteBuffer.allocate(octets);
        for (EventStream.Stored stored : events) {
            lines.put(stored.event().json()).put((byte) '\n');
        }
        lines.flip();
        boolean complete = false;
        try {
            for (long at = size; lines.hasRemaining(); ) {
                at += channel.write(lines, at);
            }
            channel.force(false);
            complete = true;
        } finally {
            if (!complete) {
                channel.truncate(size);
            }
        }
        if (size == 0) {
            day = today();
        }
        size += octets;
    }

    private void rotate() throws IOException {
        Instant time = clock.instant();
        Path rotated = directory().resolve(path.getFileName() + "." + STAMP.format(time));
        while (Files.exists(rotated) || Files.exists(gzip(rotated))) {
            time = time.plusSeconds(1);
            rotated = directory().resolve(path.getFileName() + "." + STAMP.format(time));
        }
        channel.close();
        try {
            Files.move(path, rotated, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            channel = open();
            size = channel.size();
        }
        day = today();
        compress(rotated);
    }

    private static Path gzip(Path rotated) {
        return rotated.resolveSibling(rotated.getFileName() + ".gz");
    }

    /** If there is no room to compress, the plain file stays and is compressed at the next start. */
    private static void compress(Path rotated) {
        Path unfinished = rotated.resolveSibling(rotated.getFileName() + ".gz.part");
        try {
            try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(unfinished), TAIL)) {
                Files.copy(rotated, out);
            }
            Files.move(unfinished, gzip(rotated), StandardCopyOption.ATOMIC_MOVE);
            Files.delete(rotated);
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("file", rotated).setCause(e).log("a rotated log cannot be compressed now");
            try {
                Files.deleteIfExists(unfinished);
            } catch (IOException again) {
                LOG.atWarn().addKeyValue("file", unfinished).setCause(again).log("an unfinished log cannot be deleted");
            }
        }
    }

    /** Rotated files, oldest first: compressed ones, or those that still have to be. */
    private List<Path> rotated(boolean compressed) throws IOException {
        String prefix = path.getFileName() + ".";
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory())) {
            for (Path one : all) {
                String name = one.getFileName().toString();
                int length = prefix.length() + STAMP_LENGTH + (compressed ? ".gz".length() : 0);
                if (name.startsWith(prefix) && name.length() == length && name.endsWith(compressed ? "Z.gz" : "Z")) {
                    found.add(one);
                }
            }
        }
        Collections.sort(found);
        return found;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.atError().addKeyValue("file", path).setCause(e).log("closing failed");
        }
    }
}
