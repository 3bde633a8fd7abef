package dev.tradewind.bench;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** The few messages of which the sink keeps a copy, so that their signature can be verified. Thread-safe. */
final class Samples {
    private final AtomicInteger wanted = new AtomicInteger();
    private final List<byte[]> kept = new CopyOnWriteArrayList<>();

    /** Forgets what was kept; the next {@code count} messages are kept. */
    void want(int count) {
        kept.clear();
        wanted.set(count);
    }

    /** Whether the message that begins now is one of them. */
    boolean take() {
        return wanted.get() > 0 && wanted.getAndDecrement() > 0;
    }

    void keep(byte[] message) {
        kept.add(message);
    }

    List<byte[]> kept() {
        return List.copyOf(kept);
    }
}
