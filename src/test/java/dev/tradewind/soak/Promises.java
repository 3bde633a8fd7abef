package dev.tradewind.soak;

import java.util.Arrays;

/** What the program answered about each message, by number; a message is one recipient. Numbers are given out here. Thread-safe. */
final class Promises {
    /** What is known of a message. */
    enum Promise {
        /** Sent, no answer yet; at the end: the answer was lost and could not be asked for again. */
        UNKNOWN,
        /** Answered 2xx. */
        ACCEPTED,
        /** Refused, or broken off before its end: must never arrive. */
        REFUSED
    }

    private static final Promise[] VALUES = Promise.values();

    private byte[] promises = new byte[1 << 16];
    private int next;
    private final long[] counts = new long[VALUES.length];

    /** Takes numbers. Returns the first. */
    synchronized int take(int count) {
        int first = next;
        next += count;
        if (next > promises.length) {
            promises = Arrays.copyOf(promises, Math.max(next, promises.length * 2));
        }
        counts[Promise.UNKNOWN.ordinal()] += count;
        return first;
    }

    /** Says what became of numbers. */
    synchronized void are(int first, int count, Promise promise) {
        for (int i = first; i < first + count; i++) {
            counts[promises[i]]--;
            promises[i] = (byte) promise.ordinal();
            counts[promise.ordinal()]++;
        }
    }

    /** What was answered about a number. */
    synchronized Promise of(int number) {
        return VALUES[promises[number]];
    }

    /** How many numbers were taken. */
    synchronized int taken() {
        return next;
    }

    synchronized long count(Promise promise) {
        return counts[promise.ordinal()];
    }
}
