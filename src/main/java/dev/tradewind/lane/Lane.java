package dev.tradewind.lane;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One lane: the messages held for a site and what is known of the site's willingness. Changed by {@link LaneBook} only.
 *
 * @param <M> what the shell keeps with a held message
 */
public final class Lane<M> {
    private final String site;
    final Deque<Held<M>> transactional = new ArrayDeque<>();
    final Deque<Held<M>> bulk = new ArrayDeque<>();
    int connections;
    int idleConnections;
    int failures;
    int turn;
    /** Entries in the book's heap of rests. */
    int reminders;

    @Nullable
    Instant restsUntil;

    Lane(String site) {
        this.site = site;
    }

    /** Name of the site. */
    public String site() {
        return site;
    }

    /** Messages held and not yet taken. */
    public int depth() {
        return transactional.size() + bulk.size();
    }

    /** Connections open or being opened. */
    public int connections() {
        return connections;
    }

    /** Times in a row that no host was willing. */
    public int failures() {
        return failures;
    }

    /** Whether it rests now. */
    boolean rests(Instant now) {
        return restsUntil != null && now.isBefore(restsUntil);
    }

    void add(Held<M> message) {
        (message.isTransactional() ? transactional : bulk).addLast(message);
    }

    /** The next message: transactional mail has nine turns of ten while both kinds wait (invariant 5). */
    @Nullable
    Held<M> next() {
        boolean bulkTurn = transactional.isEmpty() || (!bulk.isEmpty() && turn % 10 == 9);
        Held<M> taken = (bulkTurn ? bulk : transactional).pollFirst();
        if (taken != null) {
            turn++;
        }
        return taken;
    }
}
