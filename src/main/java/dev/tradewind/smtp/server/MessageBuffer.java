package dev.tradewind.smtp.server;

import dev.tradewind.smtp.Octets;

import java.util.Arrays;

/** Takes a message while it arrives; what it holds is covered by its share of the budget. Used by one thread. */
final class MessageBuffer implements Octets.Keeper, AutoCloseable {
    private static final int FIRST = 16 * 1024;
    /** A declared size up to this is believed and allocated at once; beyond, only as the octets come. */
    private static final int BELIEVED = 1 << 20;

    /** Why nothing more is kept. */
    enum Trouble {
        NONE,
        TOO_LARGE,
        NO_MEMORY
    }

    private final BufferBudget.Share share;
    private final int limit;
    private byte[] octets;
    private int size;
    private Trouble trouble = Trouble.NONE;

    /** @param declared octets the client announced, 0 if it did not; the share covers them */
    MessageBuffer(BufferBudget.Share share, int declared, int limit) {
        this.share = share;
        this.limit = limit;
        octets = new byte[Math.min(firstCapacity(declared), BELIEVED)];
    }

    /** Octets to reserve for a message before its first octet is read. */
    static int firstCapacity(long declared) {
        return (int) Math.min(Integer.MAX_VALUE - 8, Math.max(FIRST, declared + 1024));
    }

    @Override
    public boolean keep(byte[] from, int start, int end) {
        int length = end - start;
        if (trouble != Trouble.NONE) {
            return false;
        }
        if (length > limit - size) {
            return refuse(Trouble.TOO_LARGE);
        }
        if (length > octets.length - size) {
            int capacity = (int) Math.min((long) limit, Math.max((long) size + length, octets.length * 2L));
            if (!share.growTo(capacity)) {
                return refuse(Trouble.NO_MEMORY);
            }
            octets = Arrays.copyOf(octets, capacity);
        }
        System.arraycopy(from, start, octets, size, length);
        size += length;
        return true;
    }

    private boolean refuse(Trouble why) {
        trouble = why;
        octets = new byte[0];
        size = 0;
        share.close(); // the rest is only heard: others may have the room
        return false;
    }

    Trouble trouble() {
        return trouble;
    }

    int size() {
        return size;
    }

    /** The octets so far, of which {@link #size} count. */
    byte[] array() {
        return octets;
    }

    /** The message in an array of its own size; the buffer is given up. */
    byte[] take() {
        byte[] taken = octets.length == size ? octets : Arrays.copyOf(octets, size);
        octets = new byte[0];
        return taken;
    }

    @Override
    public void close() {
        octets = new byte[0];
        share.close();
    }
}
