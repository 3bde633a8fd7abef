package dev.tradewind.api;

import dev.tradewind.account.Principal;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Port: who is signed in with a browser. Asked for requests to the API that show no key; answers from memory. */
@FunctionalInterface
public interface SessionAuthenticator {
    /** Lower-case name of the header without which a session changes nothing: what our own pages send and no foreign page can. */
    String CONSOLE_HEADER = "x-tradewind-console";

    /** Nobody is. */
    SessionAuthenticator NONE = (headers, client) -> Optional.empty();

    /**
     * The principal of the session that a request belongs to.
     *
     * @param headers header fields by lower-case name
     * @param client  address of the peer
     */
    Optional<Principal> principal(Map<String, List<String>> headers, InetAddress client);
}
