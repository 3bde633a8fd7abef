package dev.tradewind.engine;

import dev.tradewind.classify.Cause;
import dev.tradewind.classify.Phase;
import dev.tradewind.deliver.AttemptResult;
import dev.tradewind.deliver.Dialer;
import dev.tradewind.deliver.HopSession;
import dev.tradewind.deliver.Outgoing;
import dev.tradewind.lane.Held;
import dev.tradewind.lane.Lane;
import dev.tradewind.mail.EnhancedStatus;
import dev.tradewind.route.Host;
import dev.tradewind.route.Route;
import dev.tradewind.spool.Waiting;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One connection of a lane: takes the next message, opens a session if there is none, transacts, records the outcome, and so on until the
 * lane has nothing more for it. One virtual thread runs it from beginning to end.
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

        /** Waits while outcomes are late in becoming durable, so that a crash makes few duplicates. */
        void awaitDurable();

        /** Gives a message back to the queue after a defect of ours, so that it is tried again later. */
        void giveBack(Dispatcher dispatcher, Held<Made.Message> held, Throwable defect);
    }

    void run() {
        try {
            Optional<Held<Made.Message>> next = dispatcher.next(lane, Duration.ZERO);
            while (next.isPresent()) {
                Held<Made.Message> held = next.get();
                boolean goOn;
                try {
                    goOn = attempt(held);
                } catch (RuntimeException | Error defect) {
                    LOG.error(
                            "event=attempt_failed message={} site={}",
                            held.waiting().id(),
                            lane.site(),
                            defect);
                    work.giveBack(dispatcher, held, defect);
                    closeSession();
                    goOn = true;
                }
                if (!goOn) {
                    return;
                }
                HopSession open = session;
                boolean spent = open != null
                        && (!open.isUsable()
                                || open.transactions() >= dispatcher.limits().messagesPerConnection());
                if (spent) {
                    closeSession();
                }
                work.awaitDurable();
                next = dispatcher.next(
                        lane,
                        session == null ? Duration.ZERO : dispatcher.limits().idle());
            }
        } finally {
            closeSession();
            dispatcher.closed(lane);
        }
    }

    /** One attempt of one message. False: the site is unwilling, stop. */
    private boolean attempt(Held<Made.Message> held) {
        Optional<Made.Message> prepared = work.prepare(dispatcher, held);
        if (prepared.isEmpty()) {
            return true;
        }
        Made.Message message = prepared.get();
        HopSession open = session;
        if (open != null && !open.isUsable()) { // the host has said 421 or hung up while we waited
            closeSession();
            open = null;
        }
        if (open == null) {
            Route route = dispatcher.routeFor(held.waiting());
            if (!(route instanceof Route.Hosts hosts)) {
                work.noRoute(dispatcher, held, route);
                return true;
            }
            switch (work.dial(hosts)) {
                case Dialer.Dialed.NotConnected failed -> {
                    var _ = work.record(
                            dispatcher, held, message, failed.result(), Optional.of(failed.last()), Optional.empty());
                    dispatcher.unwilling(lane, describe(failed.result()));
                    return false;
                }
                case Dialer.Dialed.Connected connected -> {
                    open = connected.session();
                    session = open;
                    dispatcher.opened(lane);
                }
            }
        }
        AttemptResult answer = open.transact(work.outgoing(message)).getFirst();
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
