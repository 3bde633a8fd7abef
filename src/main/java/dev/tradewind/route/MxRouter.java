package dev.tradewind.route;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tradewind.mail.Domain;
import dev.tradewind.route.Dns.Answer;
import dev.tradewind.route.Dns.Question;
import dev.tradewind.route.Dns.Resource;
import dev.tradewind.route.RouteSettings.IpVersions;
import dev.tradewind.settings.ListenAddress;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Finds the hosts of a domain by its MX records (RFC 5321 §5). What the RFC leaves open is decided so:
 *
 * <ul>
 *   <li>An alias (CNAME) at the domain is followed, at most {@value #MAX_ALIASES} steps; so is one at an MX host, which RFC 2181 §10.3
 *       forbids and everybody tolerates.
 *   <li>No MX record, but the name exists: the domain is its own host (implicit MX). No such name: no address is asked for.
 *   <li>One MX that names the root: the domain takes no mail (RFC 7505). Beside others it is passed over.
 *   <li>An MX whose "name" is the text of an IP address, or no host name at all, is passed over, as Postfix and Exim do.
 *   <li>An MX that is this very machine, by name or by address, is dropped together with all of equal or worse preference (loop rule of
 *       §5.1); if none is left, the route is refused.
 *   <li>Addresses in blocked networks are dropped; if only such are left, the route is refused.
 *   <li>A failed lookup of some host only means that this host is not tried now; if no other is left, the domain is unresolved.
 *   <li>At most {@value #MAX_HOSTS} hosts are looked at, the best first.
 * </ul>
 *
 * <p>What was found is kept as long as all answers it was made of; hosts of equal preference are shuffled anew for every caller.
 * Thread-safe.
 */
public final class MxRouter implements Router {
    private static final int MAX_ALIASES = 8;
    private static final int MAX_HOSTS = 16;

    private final Dns dns;
    private final RouteSettings settings;
    private final BlockedNetworks blocked;
    private final Set<String> ownNames;
    private final Set<InetAddress> ownAddresses;
    private final RandomGenerator random;
    private final InstantSource clock;
    private final Executor lookups;
    private final Sites sites = Sites.shipped();
    private final Cache<Domain, Kept> cache;

    /** A host and its usable addresses. */
    private record MailHost(int preference, String name, List<InetAddress> four, List<InetAddress> six) {}

    /** What is known of a domain until its DNS answers run out. */
    private sealed interface Plan {
        /** Always the same. */
        record Fixed(Route route) implements Plan {}

        /** By preference, not yet shuffled. */
        record Shuffled(String site, List<MailHost> hosts) implements Plan {}
    }

    private record Kept(Plan plan, Instant until) {}

    /** An answer at the end of a chain of aliases. */
    private record Reached(String name, Answer answer, Duration ttl) {}

    /**
     * A router.
     *
     * @param dns          asked for everything; should cache
     * @param settings     port, blocked networks, smart host
     * @param ownNames     names this machine goes by, lower-case
     * @param ownAddresses addresses it receives mail on
     * @param random       shuffles; used by one thread at a time
     * @param clock        now
     * @param cached       domains kept in memory
     * @param lookups      runs the lookups of the hosts of a domain side by side; may start a virtual thread each
     */
    public MxRouter(
            Dns dns,
            RouteSettings settings,
            Set<String> ownNames,
            Set<InetAddress> ownAddresses,
            RandomGenerator random,
            InstantSource clock,
            int cached,
            Executor lookups) {
        this.dns = dns;
        this.settings = settings;
        this.blocked = new BlockedNetworks(settings.blockedNetworks());
        this.ownNames = Set.copyOf(ownNames);
        this.ownAddresses = Set.copyOf(ownAddresses);
        this.random = random;
        this.clock = clock;
        this.lookups = lookups;
        this.cache = Caffeine.newBuilder()
                .maximumSize(cached)
                .executor(Runnable::run)
                .build();
    }

    @Override
    public Route route(Domain domain) {
        Optional<ListenAddress> smartHost = settings.smartHost();
        if (smartHost.isPresent()) {
            return smartHost(smartHost.get());
        }
        Instant now = clock.instant();
        Kept kept = cache.getIfPresent(domain);
        if (kept == null || !now.isBefore(kept.until())) {
            kept = domain.isLiteral() ? literal(domain) : new Search(domain).run();
            cache.put(domain, kept);
        }
        return switch (kept.plan()) {
            case Plan.Fixed(Route route) -> route;
            case Plan.Shuffled(String site, List<MailHost> hosts) -> new Route.Hosts(site, shuffled(hosts));
        };
    }

    private Kept keep(Plan plan, Duration ttl) {
        return new Kept(plan, clock.instant().plus(ttl));
    }

    private Kept literal(Domain domain) {
        String inner = domain.name().substring(1, domain.name().length() - 1);
        String text = inner.startsWith("ipv6:") ? inner.substring(5) : inner;
        Route route;
        try {
            InetAddress address = InetAddress.ofLiteral(text);
            if (text.equals(inner) == text.indexOf(':') >= 0) {
                route = new Route.NoSuchDomain("address literal " + domain + " is not understood");
            } else if (ownAddresses.contains(address)) {
                route = new Route.Refused("mail for " + domain + " loops back to this host", true);
            } else if (blocked.block(address)) {
                route = new Route.Refused(domain + " is in a blocked network", false);
            } else {
                route = new Route.Hosts(domain.name(), List.of(new Host(domain.name(), address, settings.port())));
            }
        } catch (IllegalArgumentException e) {
            route = new Route.NoSuchDomain("address literal " + domain + " is not understood");
        }
        return keep(new Plan.Fixed(route), Duration.ofHours(1));
    }

    private Route smartHost(ListenAddress smart) {
        MailHost host;
        try {
            InetAddress address = InetAddress.ofLiteral(smart.host());
            boolean four = address instanceof Inet4Address;
            host = new MailHost(
                    0, smart.host(), four ? List.of(address) : List.of(), four ? List.of() : List.of(address));
        } catch (IllegalArgumentException notLiteral) {
            List<InetAddress> four = new ArrayList<>();
            List<InetAddress> six = new ArrayList<>();
            Reached a = follow(smart.host(), Dns.Type.A);
            Reached aaaa = follow(smart.host(), Dns.Type.AAAA);
            collect(a.answer(), four);
            collect(aaaa.answer(), six);
            host = new MailHost(0, smart.host(), four, six);
        }
        List<Host> hosts = new ArrayList<>();
        addAddresses(host, smart.port(), hosts);
        return hosts.isEmpty()
                ? new Route.Unresolved("the smart host " + smart.host() + " has no address")
                : new Route.Hosts(smart.toString(), hosts);
    }

    private List<Host> shuffled(List<MailHost> hosts) {
        List<MailHost> order = new ArrayList<>(hosts);
        List<Host> result = new ArrayList<>();
        synchronized (random) {
            for (int from = 0; from < order.size(); ) {
                int to = from + 1;
                while (to < order.size()
                        && order.get(to).preference() == order.get(from).preference()) {
                    to++;
                }
                Collections.shuffle(order.subList(from, to), random);
                from = to;
            }
            for (MailHost host : order) {
                addAddresses(host, settings.port(), result);
            }
        }
        return result;
    }

    /** Adds the addresses of a host, the families by turns. */
    private void addAddresses(MailHost host, int port, List<Host> to) {
        boolean fourFirst = settings.ipVersions() != IpVersions.IPV6_FIRST;
        List<InetAddress> first = new ArrayList<>(fourFirst ? host.four() : host.six());
        List<InetAddress> second = new ArrayList<>(fourFirst ? host.six() : host.four());
        Collections.shuffle(first, random);
        Collections.shuffle(second, random);
        for (int i = 0; i < Math.max(first.size(), second.size()); i++) {
            if (i < first.size()) {
                to.add(new Host(host.name(), first.get(i), port));
            }
            if (i < second.size()) {
                to.add(new Host(host.name(), second.get(i), port));
            }
        }
    }

    private Reached follow(String name, Dns.Type type) {
        String at = name;
        Duration ttl = Duration.ofDays(7);
        for (int step = 0; step <= MAX_ALIASES; step++) {
            Answer answer = dns.ask(new Question(at, type));
            if (answer.ttl().compareTo(ttl) < 0) {
                ttl = answer.ttl();
            }
            if (!(answer instanceof Answer.Alias(String target, Duration _))) {
                return new Reached(at, answer, ttl);
            }
            at = target;
        }
        return new Reached(at, new Answer.NoSuchName(ttl), ttl);
    }

    private static void collect(Answer answer, List<InetAddress> to) {
        if (answer instanceof Answer.Records(List<Resource> records, Duration _, boolean _)) {
            for (Resource record : records) {
                if (record instanceof Resource.Address(InetAddress address)) {
                    to.add(address);
                }
            }
        }
    }

    /** One search for the hosts of a domain, with what it met on the way. */
    private final class Search {
        private final Domain domain;
        private Duration ttl = Duration.ofDays(7);
        private boolean loop;
        private boolean blockedAddress;
        private Optional<String> failure = Optional.empty();

        Search(Domain domain) {
            this.domain = domain;
        }

        Kept run() {
            Reached reached = follow(domain.name(), Dns.Type.MX);
            shorten(reached.ttl());
            return switch (reached.answer()) {
                case Answer.Records(List<Resource> records, Duration _, boolean _) -> explicit(records);
                case Answer.NoData _ -> implicit(reached.name());
                case Answer.NoSuchName _ -> fixed(new Route.NoSuchDomain("the domain " + domain + " does not exist"));
                case Answer.Failure(String reason, Duration _) -> fixed(new Route.Unresolved(reason));
                case Answer.Alias _ -> throw new IllegalStateException("an alias is followed");
            };
        }

        private Kept explicit(List<Resource> records) {
            Map<String, Integer> byHost = new HashMap<>();
            for (Resource record : records) {
                if (record instanceof Resource.Mx(int preference, String host) && !host.isEmpty()) {
                    byHost.merge(host, preference, Math::min);
                }
            }
            if (byHost.isEmpty()) {
                return fixed(new Route.NullMx());
            }
            String site = sites.of(List.copyOf(byHost.keySet()));
            List<MailHost> hosts = new ArrayList<>();
            byHost.forEach((host, preference) -> hosts.add(new MailHost(preference, host, List.of(), List.of())));
            hosts.sort((a, b) -> a.preference() != b.preference()
                    ? Integer.compare(a.preference(), b.preference())
                    : a.name().compareTo(b.name()));
            List<MailHost> usable = located(bestBefore(hosts, host -> ownNames.contains(host.name())));
            return usable.isEmpty()
                    ? fixed(nowhere("no mail host of " + domain + " has an address"))
                    : keep(new Plan.Shuffled(site, usable), ttl);
        }

        private Kept implicit(String name) {
            MailHost self = new MailHost(0, name, List.of(), List.of());
            List<MailHost> usable = located(bestBefore(List.of(self), host -> ownNames.contains(host.name())));
            return usable.isEmpty()
                    ? fixed(nowhere("the domain " + domain + " has neither a mail host nor an address"))
                    : keep(new Plan.Shuffled(sites.of(List.of(name)), usable), ttl);
        }

        /** The hosts whose preference is better than that of the best one which is ourselves. */
        private List<MailHost> bestBefore(List<MailHost> sorted, Predicate<MailHost> own) {
            for (MailHost host : sorted) {
                if (own.test(host)) {
                    loop = true;
                    return sorted.stream()
                            .filter(other -> other.preference() < host.preference())
                            .toList();
                }
            }
            return sorted;
        }

        /** Looks up addresses and drops what is not to be used. */
        private List<MailHost> located(List<MailHost> sorted) {
            List<CompletableFuture<MailHost>> running = new ArrayList<>();
            List<Reached> reached = Collections.synchronizedList(new ArrayList<>());
            for (MailHost host : sorted.subList(0, Math.min(MAX_HOSTS, sorted.size()))) {
                if (isHostName(host.name())) {
                    running.add(CompletableFuture.supplyAsync(() -> addresses(host, reached), lookups));
                }
            }
            List<MailHost> found = new ArrayList<>();
            for (CompletableFuture<MailHost> one : running) {
                found.add(one.join());
            }
            for (Reached one : reached) {
                shorten(one.ttl());
                if (one.answer() instanceof Answer.Failure(String reason, Duration _)) {
                    failure = Optional.of(reason);
                }
            }
            List<MailHost> usable = new ArrayList<>();
            for (MailHost host : bestBefore(found, this::isOurs)) {
                MailHost open = new MailHost(host.preference(), host.name(), open(host.four()), open(host.six()));
                if (!open.four().isEmpty() || !open.six().isEmpty()) {
                    usable.add(open);
                }
            }
            return usable;
        }

        private MailHost addresses(MailHost host, List<Reached> reached) {
            List<InetAddress> four = new ArrayList<>();
            List<InetAddress> six = new ArrayList<>();
            if (settings.ipVersions() != IpVersions.IPV6_ONLY) {
                Reached a = follow(host.name(), Dns.Type.A);
                reached.add(a);
                collect(a.answer(), four);
            }
            if (settings.ipVersions() != IpVersions.IPV4_ONLY) {
                Reached aaaa = follow(host.name(), Dns.Type.AAAA);
                reached.add(aaaa);
                collect(aaaa.answer(), six);
            }
            return new MailHost(host.preference(), host.name(), four, six);
        }

        private boolean isOurs(MailHost host) {
            return host.four().stream().anyMatch(ownAddresses::contains)
                    || host.six().stream().anyMatch(ownAddresses::contains);
        }

        private List<InetAddress> open(List<InetAddress> addresses) {
            List<InetAddress> open = new ArrayList<>();
            for (InetAddress address : addresses) {
                if (blocked.block(address)) {
                    blockedAddress = true;
                } else {
                    open.add(address);
                }
            }
            return open;
        }

        private Route nowhere(String nothing) {
            if (failure.isPresent()) {
                return new Route.Unresolved(failure.get());
            }
            if (loop) {
                return new Route.Refused("mail for " + domain + " loops back to this host", true);
            }
            return blockedAddress
                    ? new Route.Refused("all addresses of " + domain + " are in blocked networks", false)
                    : new Route.NoSuchDomain(nothing);
        }

        private Kept fixed(Route route) {
            return keep(new Plan.Fixed(route), ttl);
        }

        private void shorten(Duration other) {
            if (other.compareTo(ttl) < 0) {
                ttl = other;
            }
        }
    }

    private static boolean isHostName(String name) {
        try {
            if (Domain.parse(name).isLiteral()) {
                return false;
            }
        } catch (IllegalArgumentException e) {
            return false;
        }
        try {
            InetAddress.ofLiteral(name);
            return false; // the text of an address
        } catch (IllegalArgumentException notAnAddress) {
            return true;
        }
    }
}
