package dev.tradewind.lane;

import dev.tradewind.spool.Waiting;
import org.jspecify.annotations.Nullable;

/**
 * A waiting message that is held in memory for its attempt.
 *
 * @param <M> what the shell keeps with it, for instance the rendered message
 */
public final class Held<M> {
    private final Waiting waiting;
    private @Nullable M kept;

    Held(Waiting waiting, @Nullable M kept) {
        this.waiting = waiting;
        this.kept = kept;
    }

    /** The message and its place in the queue. */
    public Waiting waiting() {
        return waiting;
    }

    /** What the shell keeps with it, if it still does; handed out once, so that nothing large outlives the attempt. */
    public @Nullable M takeKept() {
        M value = kept;
        kept = null;
        return value;
    }
}
