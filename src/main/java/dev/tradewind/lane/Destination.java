package dev.tradewind.lane;

import dev.tradewind.mail.Domain;
import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A recipient domain with mail, and where that goes. */
final class Destination<M> {
    final Domain domain;
    final List<Queue<M>> queues = new ArrayList<>(1);

    @Nullable
    String site;

    Instant routedUntil = Instant.MIN;
    boolean routing;
    int dnsFailures;
    Instant unresolvedUntil = Instant.MIN;

    Destination(Domain domain) {
        this.domain = domain;
    }

    /** Its site, when that is known. */
    String site() {
        if (site == null) {
            throw new IllegalStateException(domain + " has no site yet");
        }
        return site;
    }

    /** Whether its site is known and up to date. */
    boolean isRouted(Instant now) {
        return site != null && now.isBefore(routedUntil);
    }
}
