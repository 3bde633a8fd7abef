package dev.tradewind.soak;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What came to the receiving host: how often each number, and in which life of the sending process (lives are counted from 0, a kill ends
 * one). A second copy counts for the kill that ended the life of the copy before it. Thread-safe.
 */
final class Arrivals {
    private static final int WINDOW = 1 << 14;

    private byte[] counts = new byte[1 << 16];
    private short[] lives = new short[1 << 16];
    private final long[] recent = new long[WINDOW];
    private final List<Integer> duplicatesOfKill = new ArrayList<>();
    private final List<String> mixedUp = new ArrayList<>();
    private int life;
    private long total;
    private long unique;
    private long foreign;
    private long sameLife;
    private long firstOfLife;

    /** A message came: its RCPT command and its X-Seq. */
    synchronized void arrived(String recipient, String seq) {
        int number = number(recipient);
        long now = System.nanoTime();
        if (firstOfLife == 0) {
            firstOfLife = now;
        }
        if (number < 0) {
            foreign++;
            return;
        }
        if (!isWithin(number, seq)) {
            mixedUp.add(recipient + " got X-Seq " + seq);
        }
        if (number >= counts.length) {
            counts = Arrays.copyOf(counts, Math.max(number + 1, counts.length * 2));
            lives = Arrays.copyOf(lives, counts.length);
        }
        recent[(int) (total % WINDOW)] = now;
        total++;
        if (counts[number] == 0) {
            unique++;
        } else if (lives[number] == life) {
            sameLife++;
        } else {
            duplicatesOfKill.set(lives[number], duplicatesOfKill.get(lives[number]) + 1);
        }
        counts[number] = (byte) Math.min(100, counts[number] + 1);
        lives[number] = (short) life;
    }

    private static int number(String recipient) {
        int at = recipient.indexOf("<u");
        int end = recipient.indexOf('@');
        if (at < 0 || end <= at + 2) {
            return -1;
        }
        try {
            return Integer.parseInt(recipient, at + 2, end, 10);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static boolean isWithin(int number, String seq) {
        int dash = seq.indexOf('-');
        try {
            return dash > 0
                    && number >= Integer.parseInt(seq, 0, dash, 10)
                    && number <= Integer.parseInt(seq, dash + 1, seq.length(), 10);
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** The sending process has been killed. Returns how many messages came in the time before the last one of this life. */
    synchronized int endLife(long windowNanos) {
        int inWindow = 0;
        if (total > 0) {
            long last = recent[(int) ((total - 1) % WINDOW)];
            for (long i = total - 1; i >= Math.max(0, total - WINDOW); i--) {
                if (last - recent[(int) (i % WINDOW)] > windowNanos) {
                    break;
                }
                inWindow++;
            }
        }
        duplicatesOfKill.add(0);
        life++;
        firstOfLife = 0;
        return inWindow;
    }

    /** When the first message of this life came ({@link System#nanoTime}); 0 if none has. */
    synchronized long firstOfLife() {
        return firstOfLife;
    }

    synchronized int count(int number) {
        return number < counts.length ? counts[number] : 0;
    }

    /** Messages with a number, copies included. */
    synchronized long total() {
        return total;
    }

    synchronized long unique() {
        return unique;
    }

    /** Messages without a number. */
    synchronized long foreign() {
        return foreign;
    }

    /** Second copies for which there was no kill. */
    synchronized long duplicatesWithoutKill() {
        return sameLife;
    }

    /** Second copies by kill. */
    synchronized List<Integer> duplicatesOfKill() {
        return List.copyOf(duplicatesOfKill);
    }

    /** Messages that came to a recipient they were not for. */
    synchronized List<String> mixedUp() {
        return List.copyOf(mixedUp);
    }
}
