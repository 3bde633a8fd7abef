package dev.tradewind.route;

import dev.tradewind.mail.Domain;

/** Port: finds the hosts of a domain. May block on the DNS (virtual threads only); answers are cached by their TTL. */
public interface Router {
    /** The route of a recipient domain now; an address literal is its own host. */
    Route route(Domain domain);
}
