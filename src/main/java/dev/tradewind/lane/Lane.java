package dev.tradewind.lane;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/**
 * One lane, source × site: the messages held for it and what is known of the site's willingness. Changed by {@link LaneBook} only.
 *
 * @param <M> what the shell keeps with a held message
 */
public final class Lane<M> {
    private final String source;
    private final String site;
    final FairShare<M> waiting;
    LanePolicy policy;
    List<Gcra> paces = List.of();
    List<Gcra> newConnections = List.of();
    List<ConnectionCount> counts = List.of();
    int connections;
    int idleConnections;
    int failures;
    /** Messages given to it, by the weight of its source among those of the pool; see {@link LaneBook}. */
    double served;
    /** When to look at it again; in the book's wake-ups exactly while this is set. */
    @Nullable
    Instant wakeAt;

    @Nullable
    Instant restsUntil;

    Lane(String source, String site, LanePolicy policy, Consumer<Strand<M>> left) {
        this.source = source;
        this.site = site;
        this.policy = policy;
        this.waiting = new FairShare<>(left);
    }

    /** Name of the source. */
    public String source() {
        return source;
    }

    /** Name of the site. */
    public String site() {
        return site;
    }

    /** Messages held and not yet taken. */
    public int depth() {
        return waiting.depth();
    }

    /** Connections open or being opened. */
    public int connections() {
        return connections;
    }

    /** Times in a row that no host was willing. */
    public int failures() {
        return failures;
    }

    /** The end of its rest; in the past, or null, if it does not rest. */
    public @Nullable Instant restsUntil() {
        return restsUntil;
    }

    /** Whether it rests now. */
    boolean rests(Instant now) {
        return restsUntil != null && now.isBefore(restsUntil);
    }

    @Override
    public String toString() {
        return source + " to " + site;
    }
}
