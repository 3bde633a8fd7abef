package dev.tradewind.smtp.transcript;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** One direction of a connection in memory: bounded, so that a writer waits for a reader as with a socket. */
public final class MemoryPipe {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final byte[] ring = new byte[64 * 1024];
    private int from;
    private int size;
    private boolean ended;

    /** Reads what is there; -1 at the end. Waits at most {@code millis}, for ever if 0. */
    public int read(byte[] into, int offset, int length, int millis) throws IOException {
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(millis);
            while (size == 0 && !ended) {
                if (millis == 0) {
                    changed.await();
                } else if (left <= 0) {
                    throw new SocketTimeoutException("nothing in " + millis + " ms");
                } else {
                    left = changed.awaitNanos(left);
                }
            }
            if (size == 0) {
                return -1;
            }
            int count = Math.min(Math.min(size, length), ring.length - from);
            System.arraycopy(ring, from, into, offset, count);
            from = (from + count) % ring.length;
            size -= count;
            changed.signalAll();
            return count;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            lock.unlock();
        }
    }

    public void write(byte[] octets, int offset, int length) throws IOException {
        lock.lock();
        try {
            int done = 0;
            while (done < length) {
                if (ended) {
                    throw new IOException("closed");
                }
                if (size == ring.length) {
                    changed.await();
                    continue;
                }
                int at = (from + size) % ring.length;
                int count = Math.min(Math.min(length - done, ring.length - size), ring.length - at);
                System.arraycopy(octets, offset + done, ring, at, count);
                size += count;
                done += count;
                changed.signalAll();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            lock.unlock();
        }
    }

    public int available() {
        lock.lock();
        try {
            return size;
        } finally {
            lock.unlock();
        }
    }

    /** No more is written; what is in the pipe can still be read. */
    public void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
