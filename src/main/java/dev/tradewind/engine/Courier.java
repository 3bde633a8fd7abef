package dev.tradewind.engine;

import dev.tradewind.classify.Cause;
import dev.tradewind.classify.Phase;
import dev.tradewind.deliver.AttemptResult;
import dev.tradewind.deliver.Dialer;
import dev.tradewind.deliver.HopSession;
import dev.tradewind.deliver.Outgoing;
import dev.tradewind.lane.Held;
import dev.tradewind.lane.Lane;
import dev.tradewind.mail.Domain;
import dev.tradewind.mail.EnhancedStatus;
import dev.tradewind.route.Host;
import dev.tradewind.route.Route;
import dev.tradewind.spool.Waiting;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.util.Optional;

/**
 * One connection of a lane: opens a session, takes the next message, transacts, records the outcome, and so on until the lane has nothing
 * more for it or the session is spent. One virtual thread runs it from beginning to end.
 */
final class Courier {
    private static final Logger LOG = LoggerFactory.getLogger(Courier.class);

    private final Dispatcher dispatcher;
    private final Lane<Made.Message> lane;
    private final Work work;
    private @Nullable HopSession session;

    Courier(Dispatcher dispatcher, Lane<Made.Message> lane, Work work) {
        this.dispatcher = dispatcher;
        this.lane = lane;
        this.work = work;
    }

    /** What couriers do with messages, apart from finding and connecting. Shared by all couriers. */
    interface Work {
        /** The message as it is to be sent; empty if it has ended meanwhile (expired, cancelled, damaged), which is recorded. */
        Optional<Made.Message> prepare(Dispatcher dispatcher, Held<Made.Message> held);

        /** What a session sends for a message. */
        Outgoing outgoing(Made.Message message);

        /** Dialer of a message and the source to speak from. */
        Dialer.Dialed dial(Route.Hosts route);

        /**
         * Records how an attempt ended. {@code host} and {@code session} are empty where none was reached.
         *
         * @return what the result was taken for
         */
        AttemptResult record(
                Dispatcher dispatcher,
                Held<Made.Message> held,
                Made.Message message,
                AttemptResult result,
                Optional<Host> host,
                Optional<HopSession> session);

        /** Ends or defers a message whose domain has no route now. */
        void noRoute(Dispatcher dispatcher, Held<Made.Message> held, Route route);

        /** Whether a message is too old for another attempt. */
        boolean isExpired(Waiting waiting, Instant now);

        /** Ends a message that is too old for another attempt. */
        void expire(Dispatcher dispatcher, Held<Made.Message> held);

        /**
         * Waits while outcomes are late in becoming durable, so that a crash makes few duplicates, but not for ever.
         *
         * @return false if they still are: no message may be begun
         */
        boolean awaitDurable();

        /** Whether outcomes are late in becoming durable now: no message may be begun. */
        boolean isLate();

        /** Gives a message back to the queue after a defect of ours, so that it is tried again later. */
        void giveBack(Dispatcher dispatcher, Held<Made.Message> held, Throwable defect);
    }

    void run() {
        try {
            boolean goOn = connect();
            while (goOn && awaitDurable()) {
                Optional<Held<Made.Message>> next =
                        dispatcher.next(lane, dispatcher.limits().idle());
                if (next.isEmpty()) {
                    return;
                }
                if (hasGone()) { // the host has said 421 or hung up while we waited
                    dispatcher.putBack(lane, next.get());
                    return;
                }
                if (work.isLate()) { // since we began to wait for a message
                    dispatcher.putBack(lane, next.get());
                    continue;
                }
                goOn = attemptOrGiveBack(next.get()) && !hasGone() && !isSpent();
            }
        } finally {
            closeSession();
            dispatcher.closed(lane);
        }
    }

    /** Waits as long as it takes until a message may be begun. False: none ever may, since we stop or the store is broken. */
    private boolean awaitDurable() {
        while (!work.awaitDurable()) {
            if (!dispatcher.goesOn() || Thread.currentThread().isInterrupted()) {
                return false;
            }
        }
        return true;
    }

    private boolean hasGone() {
        HopSession open = session;
        return open != null && !open.isUsable();
    }

    private boolean isSpent() {
        HopSession open = session;
        return open != null && open.transactions() >= dispatcher.limits().messagesPerConnection();
    }

    /**
     * Opens a session before a message is taken, so that what limits count is sent at the time at which it is counted. False: there is
     * nothing to send, or no host is willing.
     */
    private boolean connect() {
        while (true) {
            Optional<Domain> domain = dispatcher.domainIn(lane);
            if (domain.isEmpty()) {
                return false;
            }
            if (!(dispatcher.routeFor(domain.get()) instanceof Route.Hosts hosts)
                    || !hosts.site().equals(lane.site())) {
                dispatcher.reroute(domain.get()); // its DNS has changed meanwhile
                continue;
            }
            return switch (work.dial(hosts)) {
                case Dialer.Dialed.NotConnected failed -> {
                    tellOf(failed);
                    dispatcher.unwilling(lane, describe(failed.result()));
                    yield false;
                }
                case Dialer.Dialed.Connected connected -> {
                    session = connected.session();
                    dispatcher.opened(lane);
                    yield true;
                }
            };
        }
    }

    /** The first message that waits tells its sender that the site cannot be reached; if it takes no mail at all, all messages end. */
    private void tellOf(Dialer.Dialed.NotConnected failed) {
        boolean all = true;
        while (all) {
            Optional<Held<Made.Message>> next = dispatcher.takeUnsent(lane);
            if (next.isEmpty()) {
                return;
            }
            all = tellOf(failed, next.get());
        }
    }

    /** False: the other messages may wait. */
    private boolean tellOf(Dialer.Dialed.NotConnected failed, Held<Made.Message> held) {
        try {
            Optional<Made.Message> message = work.prepare(dispatcher, held);
            return message.isEmpty()
                    || work.record(
                                    dispatcher,
                                    held,
                                    message.get(),
                                    failed.result(),
                                    Optional.of(failed.last()),
                                    Optional.empty())
                            instanceof AttemptResult.Failed;
        } catch (RuntimeException | Error defect) {
            giveBack(held, defect);
            return false;
        }
    }

    private void giveBack(Held<Made.Message> held, Throwable defect) {
        LOG.error(
                "event=attempt_failed message={} source={} site={}",
                held.waiting().id(),
                lane.source(),
                lane.site(),
                defect);
        work.giveBack(dispatcher, held, defect);
    }

    /** False: stop. */
    private boolean attemptOrGiveBack(Held<Made.Message> held) {
        try {
            return attempt(held);
        } catch (RuntimeException | Error defect) {
            giveBack(held, defect);
            return false;
        }
    }

    /** One attempt of one message. False: the site is unwilling or the session is over, stop. */
    private boolean attempt(Held<Made.Message> held) {
        Optional<Made.Message> prepared = work.prepare(dispatcher, held);
        HopSession open = session;
        if (prepared.isEmpty() || open == null) {
            return true;
        }
        Made.Message message = prepared.get();
        boolean reused = open.transactions() > 0;
        AttemptResult answer = open.transact(work.outgoing(message)).getFirst();
        if (reused && answer instanceof AttemptResult.Deferred ended && ended.endsTheSessionOnly()) {
            // Hosts end sessions after so many messages. The first of a session is never given back, so all get on.
            LOG.atDebug()
                    .addKeyValue("site", lane.site())
                    .addKeyValue("why", describe(answer))
                    .log("session ended");
            dispatcher.putBack(lane, held);
            return false;
        }
        AttemptResult result =
                work.record(dispatcher, held, message, answer, Optional.of(open.host()), Optional.of(open));
        if (result instanceof AttemptResult.Deferred deferred && isAboutTheSite(deferred.scope())) {
            dispatcher.unwilling(lane, describe(result));
            return false;
        }
        return true;
    }

    private static boolean isAboutTheSite(AttemptResult.Scope scope) {
        return switch (scope) {
            case RECIPIENT, MESSAGE -> false;
            case HOST, SITE -> true;
        };
    }

    private static String describe(AttemptResult result) {
        return switch (result) {
            case AttemptResult.Deferred deferred -> deferred.cause().inOneLine();
            case AttemptResult.Failed failed -> failed.cause().inOneLine();
            case AttemptResult.Unknown unknown -> unknown.lost();
            case AttemptResult.Delivered delivered -> delivered.reply().inOneLine();
        };
    }

    private void closeSession() {
        HopSession open = session;
        session = null;
        if (open != null) {
            open.close();
        }
    }

    /** The cause of a message that has no route, permanent or not. */
    static Cause causeOf(Route route) {
        return switch (route) {
            case Route.Hosts hosts -> throw new IllegalArgumentException("a route with hosts is no cause");
            case Route.NullMx none ->
                new Cause.Internal(Phase.ROUTE, new EnhancedStatus(5, 1, 10), "the domain takes no mail (null MX)");
            case Route.NoSuchDomain none -> new Cause.Internal(Phase.ROUTE, new EnhancedStatus(5, 1, 2), none.reason());
            case Route.Refused refused ->
                new Cause.Internal(
                        Phase.ROUTE,
                        refused.loop() ? new EnhancedStatus(5, 4, 6) : new EnhancedStatus(5, 4, 4),
                        refused.reason());
            case Route.Unresolved unresolved ->
                new Cause.Internal(Phase.ROUTE, new EnhancedStatus(4, 4, 3), unresolved.reason());
        };
    }
}
