package dev.tradewind.accept;

import dev.tradewind.event.Event;
import dev.tradewind.spool.Spool;
import dev.tradewind.spool.StoreUnavailable;
import dev.tradewind.spool.Transmission;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** The one way in for mail. Thread-safe. */
public final class Intake {
    /** Who carries on with what has become durable. Told once a transmission; must not block for long. */
    @FunctionalInterface
    public interface Committed {
        /**
         * A transmission is durable.
         *
         * @param content its content, so that it need not be read back
         */
        void committed(Transmission transmission, byte[] content);
    }

    private final Spool spool;
    private final InstantSource clock;
    private final Committed committed;
    private volatile boolean draining;

    /**
     * @param spool     where mail becomes durable
     * @param clock     the time of acceptance
     * @param committed told of each transmission once it is durable
     */
    public Intake(Spool spool, InstantSource clock, Committed committed) {
        this.spool = spool;
        this.clock = clock;
        this.committed = committed;
    }

    /** The clock that stamps what comes in. */
    public InstantSource clock() {
        return clock;
    }

    /**
     * Refuses early, before a body is read, what could not be kept anyway.
     *
     * @throws StoreUnavailable if the node drains or the store takes nothing: answer 503 with Retry-After, or 4yz
     */
    public void requireOpen() throws StoreUnavailable {
        if (draining) {
            throw new StoreUnavailable("this node is shutting down", Duration.ofSeconds(5));
        }
        switch (spool.state()) {
            case OPEN -> {}
            case LOW_ON_DISK -> throw new StoreUnavailable("little disk space is left", Duration.ofSeconds(30));
            case BROKEN -> throw new StoreUnavailable("the store cannot write", Duration.ofSeconds(10));
            case CLOSED -> throw new StoreUnavailable("the store is closed", Duration.ofSeconds(5));
        }
    }

    /**
     * Begins a transmission; close it in any case.
     *
     * @throws StoreUnavailable as {@link #requireOpen}
     */
    public Spool.Staging open() throws StoreUnavailable {
        requireOpen();
        return spool.stage();
    }

    /**
     * Begins a notification about mail that was accepted: also while the node drains or disk space is low, since what it tells of has
     * happened already.
     *
     * @throws StoreUnavailable if the store cannot write
     */
    public Spool.Staging openForNotification() throws StoreUnavailable {
        return spool.stageNotification();
    }

    /**
     * Makes a transmission durable and hands it on to generation. After this returns, 2xx may be said.
     *
     * @throws StoreUnavailable if it could not be made durable: nothing of it remains
     */
    public void commit(
            Spool.Staging staging, Transmission transmission, byte[] content, Optional<Spool.IdempotentAnswer> answer)
            throws StoreUnavailable {
        staging.commit(transmission, content, answer);
        committed.committed(transmission, content);
    }

    /** A number for mail that is refused by policy, to name it in the events that {@link #refused} records. */
    public long nextNumber() {
        return spool.nextNumber();
    }

    /** Records events of mail that was refused by policy, so that its sender can find out why it is not there. */
    public void refused(List<Event> events) {
        var _ = spool.happened(events);
    }

    /** From now on nothing is taken in. */
    public void drain() {
        draining = true;
    }
}
