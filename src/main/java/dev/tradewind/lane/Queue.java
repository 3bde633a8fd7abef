package dev.tradewind.lane;

import dev.tradewind.mail.MessageId;
import dev.tradewind.spool.QueueKey;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The messages of one pool and flow to one recipient domain: what the book knows of a queue on disk. */
final class Queue<M> implements Comparable<Queue<M>> {
    final QueueKey key;
    final Destination<M> destination;
    final Portion<M> portion;
    final Set<MessageId> held = new HashSet<>(4);
    /** Held, but the site is not known yet. */
    final Deque<Held<M>> unrouted = new ArrayDeque<>(2);
    /** Held and in a lane, one strand a lane. */
    final List<Strand<M>> strands = new ArrayList<>(1);

    boolean loading;
    /** Released since loading began: what was read of them is out of date. */
    final Set<MessageId> releasedMeanwhile = new HashSet<>(2);
    /** More is due on disk, but enough is held: to be loaded when that has run low. */
    boolean loadWhenLow;
    /** More is due on disk, but the account holds enough: it stands in the line of its {@link Portion}. */
    boolean inLine;

    /** When to load; in the book's loads exactly while this is set. */
    @Nullable
    Instant loadAt;

    Queue(QueueKey key, Destination<M> destination, Portion<M> portion) {
        this.key = key;
        this.destination = destination;
        this.portion = portion;
    }

    /** Nothing is known of it that has to be remembered. */
    boolean isForgettable() {
        return held.isEmpty() && loadAt == null && !loading && !loadWhenLow && !inLine && unrouted.isEmpty();
    }

    @Override
    public int compareTo(Queue<M> other) {
        Instant mine = loadAt == null ? Instant.MAX : loadAt;
        int byTime = mine.compareTo(other.loadAt == null ? Instant.MAX : other.loadAt);
        return byTime != 0 ? byTime : key.compareTo(other.key);
    }
}
