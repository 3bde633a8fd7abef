package dev.tradewind.deliver;

import dev.tradewind.route.Host;
import dev.tradewind.route.Route;

/** Port: opens sessions with the hosts of a route, in order, until one is willing. Blocks; for virtual threads. */
public interface Dialer {
    /**
     * Where we speak from.
     *
     * @param name    name of the source in the configuration, {@code default} for the machine's own
     * @param address local address to bind; empty string: the machine chooses
     * @param ehlo    name to say in EHLO
     */
    record Source(String name, String address, String ehlo) {}

    /** How it went. */
    sealed interface Dialed {
        /** A host is ready for a transaction. */
        record Connected(HopSession session) implements Dialed {}

        /** No host was willing; the cause of the most telling failure, as a result for the messages that wait. */
        record NotConnected(Host last, AttemptResult result) implements Dialed {}
    }

    /** Tries the hosts of a route. */
    Dialed dial(Route.Hosts route, Source source);
}
