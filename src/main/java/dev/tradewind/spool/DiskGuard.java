package dev.tradewind.spool;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Watches the free space of the disk and keeps a reserve (invariant 7). Below the low-water mark the front door closes; it opens again
 * at 1.25 times the mark. When less than twice the reserve is left, the reserve file is deleted so that outcomes can still be written;
 * it is made again when there is room for it above the opening mark. Thread-safe; {@link #check} is called four times a second and after
 * every few megabytes written.
 */
final class DiskGuard {
    private static final Logger LOG = LoggerFactory.getLogger(DiskGuard.class);
    private static final int PIECE = 1 << 20;

    private final Path reserveFile;
    private final long lowWater;
    private final long reserve;
    private final DiskProbe probe;
    private final ReentrantLock checking = new ReentrantLock();
    private volatile boolean low;
    private volatile long usable = Long.MAX_VALUE;

    DiskGuard(Path reserveFile, RocksSpoolSettings settings, DiskProbe probe) {
        this.reserveFile = reserveFile;
        this.lowWater = settings.lowWater().octets();
        this.reserve = settings.reserve().octets();
        this.probe = probe;
    }

    /** Whether the front door must be closed. */
    boolean isLow() {
        return low;
    }

    /** Free space at the last look. */
    long usableOctets() {
        return usable;
    }

    /** Whether the reserve file is there. */
    boolean hasReserve() {
        return Files.exists(reserveFile);
    }

    /** Free space from which on a store that failed for want of space is worth opening again. */
    long enoughToReopen() {
        return Math.max(1 << 20, reserve / 4);
    }

    /** Whether retention should be shortened before the front door has to close. */
    boolean isNearlyLow() {
        return usable < lowWater + lowWater / 2;
    }

    /** Looks, and acts; returns at once if another thread is about it. */
    void check() {
        if (!checking.tryLock()) {
            return;
        }
        try {
            look();
        } finally {
            checking.unlock();
        }
    }

    private void look() {
        try {
            usable = probe.usableOctets();
        } catch (IOException e) {
            LOG.error("free disk space cannot be told", e);
            return;
        }
        boolean reserved = hasReserve();
        if (reserved && usable < 2 * reserve) {
            release();
        } else if (!reserved && reserve > 0 && usable > openAt() + reserve) {
            allocate();
        }
        if (!low && usable < lowWater) {
            low = true;
            LOG.atWarn()
                    .addKeyValue("free", usable)
                    .addKeyValue("mark", lowWater)
                    .log("disk low: no new mail is taken");
        } else if (low && usable >= openAt()) {
            low = false;
            LOG.atInfo().addKeyValue("free", usable).log("disk has room again: mail is taken");
        }
    }

    private long openAt() {
        return lowWater + lowWater / 4;
    }

    private void release() {
        try {
            Files.deleteIfExists(reserveFile);
            LOG.atWarn()
                    .addKeyValue("free", usable)
                    .addKeyValue("reserve", reserve)
                    .log("disk nearly full: the reserve is given up");
            usable = probe.usableOctets();
        } catch (IOException e) {
            LOG.atError().addKeyValue("file", reserveFile).setCause(e).log("the reserve cannot be deleted");
        }
    }

    /** Writes noise, not zeros: a file system that compresses would keep no space for zeros. */
    private void allocate() {
        Path unfinished = reserveFile.resolveSibling(reserveFile.getFileName() + ".new");
        byte[] noise = new byte[PIECE];
        SplittableRandom random = new SplittableRandom(reserve);
        try (FileChannel channel = FileChannel.open(
                unfinished,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            for (long written = 0; written < reserve; ) {
                random.nextBytes(noise);
                ByteBuffer piece = ByteBuffer.wrap(noise, 0, (int) Math.min(PIECE, reserve - written));
                while (piece.hasRemaining()) {
                    written += channel.write(piece);
                }
            }
            channel.force(true);
            Files.move(unfinished, reserveFile);
            usable = probe.usableOctets();
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("file", reserveFile).setCause(e).log("the reserve cannot be made");
            try {
                Files.deleteIfExists(unfinished);
            } catch (IOException again) {
                LOG.atError()
                        .addKeyValue("file", unfinished)
                        .setCause(again)
                        .log("an unfinished reserve cannot be deleted");
            }
        }
    }
}
