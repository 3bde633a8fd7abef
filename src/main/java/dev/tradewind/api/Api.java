package dev.tradewind.api;

import dev.tradewind.accept.Intake;
import dev.tradewind.accept.SenderPolicy;
import dev.tradewind.accept.TransmissionControl;
import dev.tradewind.account.Accounts;
import dev.tradewind.account.ApiKeys;
import dev.tradewind.account.SendingDomainStore;
import dev.tradewind.account.TxtRecords;
import dev.tradewind.event.EventPage;
import dev.tradewind.event.EventQuery;
import dev.tradewind.mail.Mailbox;
import dev.tradewind.spool.Spool;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/** The API put together: its endpoints and its own pages, over the ports of the rest of the program. */
public final class Api {
    private Api() {}

    /**
     * What the API stands on.
     *
     * @param defaultReturnPath reverse-path of mail that names none
     * @param poolExists        whether a pool of this name (lower-case) exists
     * @param sandboxEnabled    whether there is a sandbox inbox
     * @param random            makes DKIM keys
     */
    public record Ports(
            Intake intake,
            Spool spool,
            TransmissionControl transmissions,
            SenderPolicy senders,
            Accounts accounts,
            ApiKeys keys,
            SendingDomainStore domains,
            TxtRecords dns,
            Function<EventQuery, EventPage> events,
            Probes probes,
            Mailbox defaultReturnPath,
            Predicate<String> poolExists,
            boolean sandboxEnabled,
            SecureRandom random,
            InstantSource clock) {}

    /** All endpoints, in the order of the documentation. Those of other packages may be added. */
    public static List<Endpoint> endpoints(Ports ports) {
        List<Endpoint> all = new ArrayList<>();
        all.addAll(new TransmissionsResource(new TransmissionsResource.Needs(
                        ports.intake(),
                        ports.spool(),
                        ports.transmissions(),
                        ports.senders(),
                        ports.accounts(),
                        ports.defaultReturnPath(),
                        ports.poolExists(),
                        ports.sandboxEnabled(),
                        ContentBudget.ofHeap()))
                .endpoints());
        all.addAll(new EventsResource(ports.events(), ports.clock()).endpoints());
        all.addAll(new SendingDomainsResource(ports.domains(), ports.dns(), ports.random(), ports.clock()).endpoints());
        all.addAll(new ApiKeysResource(ports.keys()).endpoints());
        all.addAll(new AccountResource(ports.accounts()).endpoints());
        all.addAll(new ProbesResource(ports.probes()).endpoints());
        return all;
    }

    /** The documentation pages. */
    public static List<Page> pages() {
        return DocsPages.pages();
    }
}
