package dev.tradewind.lane;

/** Says when the next message of a scope may go. Times in microseconds since the epoch. Not thread-safe. */
interface Limiter {
    /** The earliest time for one more; {@code now} if it may go at once. */
    long nextAllowed(long now);

    /** One goes. */
    void take(long now);
}
