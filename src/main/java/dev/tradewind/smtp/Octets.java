package dev.tradewind.smtp;

import java.io.IOException;

/** Where octets come from and go to, so that reading and writing the protocol works on any pair of streams. */
public final class Octets {
    private Octets() {}

    /** The side that is read; blocks until there is something. */
    @FunctionalInterface
    public interface Source {
        /**
         * Reads what is there, at least one octet.
         *
         * @return octets read, or -1 at the end
         * @throws IOException if the peer is lost or a time limit has passed
         */
        int read(byte[] into, int offset, int length) throws IOException;
    }

    /** The side that is written. */
    @FunctionalInterface
    public interface Target {
        /**
         * Writes all of it, at once.
         *
         * @throws IOException if the peer is lost
         */
        void write(byte[] from, int offset, int length) throws IOException;
    }

    /** What takes the octets of a message while it is read. */
    @FunctionalInterface
    public interface Keeper {
        /** Keeps {@code from[start..end)}; false: it will keep nothing more, and the rest of the message is read and forgotten. */
        boolean keep(byte[] from, int start, int end);
    }
}
