package dev.tradewind.route;

import java.util.List;

/** Where mail for a domain goes now. */
public sealed interface Route {
    /**
     * Hosts to try.
     *
     * @param site  name of the site: all domains served by the same MX hosts have the same (for instance {@code google.com} or the sorted MX names)
     * @param hosts in the order to try: by preference, equal preferences shuffled (RFC 5321 §5.1), IPv6 and IPv4 of a host beside each other
     */
    record Hosts(String site, List<Host> hosts) implements Route {
        public Hosts {
            if (hosts.isEmpty()) {
                throw new IllegalArgumentException("a route without hosts");
            }
            hosts = List.copyOf(hosts);
        }
    }

    /** The domain says that it takes no mail (RFC 7505): permanent, 5.1.10. */
    record NullMx() implements Route {}

    /** The domain does not exist or has neither MX nor address: permanent, 5.1.2. */
    record NoSuchDomain(String reason) implements Route {}

    /** The best MX is this host or all addresses are blocked: permanent, 5.4.6 (loop) or 5.4.4. */
    record Refused(String reason, boolean loop) implements Route {}

    /** The DNS gave no answer: try later, 4.4.3. */
    record Unresolved(String reason) implements Route {}
}
