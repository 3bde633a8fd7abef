package dev.tradewind.route;

import dev.tradewind.settings.ListenAddress;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.ResolverConfig;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The DNS by dnsjava: a stub that asks recursive resolvers over UDP (EDNS, 1232 octets), and over TCP when an answer was truncated. Every
 * server is asked {@code dns.attempts} times, beginning with the one that answered last, each for at most {@code dns.timeout}; so a
 * question ends within servers × attempts × timeout (and twice that, if truncated); at most {@code dns.concurrent} are under way. Sockets and query ids are fresh for every query.
 * Thread-safe.
 */
public final class DnsJava implements Dns {
    /** CNAMEs followed within one answer. */
    private static final int MAX_ALIASES = 16;

    /** For a negative answer without SOA (RFC 2308 §5 says nothing): short. */
    private static final long NEGATIVE_TTL_SECONDS = 60;

    private final List<SimpleResolver> servers;
    private final DnsSettings settings;
    private final Semaphore underWay;
    private volatile int preferred;

    /** Asks the servers of the settings, else those of the system. */
    public DnsJava(DnsSettings settings) {
        this.settings = settings;
        this.underWay = new Semaphore(settings.concurrent());
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (ListenAddress server : settings.servers()) {
            addresses.add(server.socketAddress());
        }
        if (addresses.isEmpty()) {
            addresses.addAll(ResolverConfig.getCurrentConfig().servers());
        }
        List<SimpleResolver> resolvers = new ArrayList<>();
        for (InetSocketAddress address : addresses) {
            SimpleResolver resolver = new SimpleResolver(address);
            resolver.setTimeout(settings.timeout());
            resolver.setEDNS(0, 1232, 0, List.of());
            resolvers.add(resolver);
        }
        this.servers = List.copyOf(resolvers);
    }

    @Override
    public Answer ask(Question question) {
        // A backlog to very many domains must not use up the descriptors that the front doors need.
        underWay.acquireUninterruptibly();
        try {
            return askNow(question);
        } finally {
            underWay.release();
        }
    }

    private Answer askNow(Question question) {
        Name name;
        try {
            name = Name.fromString(question.name() + ".");
        } catch (TextParseException e) {
            // Cannot be in the DNS: a name too long or with an empty label.
            return new Answer.NoSuchName(settings.maxTtl());
        }
        int type = typeNumber(question.type());
        Message query = Message.newQuery(Record.newRecord(name, type, DClass.IN));
        query.getHeader().setFlag(Flags.AD); // RFC 6840 §5.7: asks for the AD bit without asking for signatures
        String reason = "no server configured";
        int first = preferred;
        for (int attempt = 0; attempt < settings.attempts(); attempt++) {
            for (int i = 0; i < servers.size(); i++) {
                int server = (first + i) % servers.size();
                Reply reply = send(servers.get(server), query);
                if (reply instanceof Reply.Got(Message response)) {
                    int rcode = response.getRcode();
                    if (rcode == Rcode.NOERROR || rcode == Rcode.NXDOMAIN) {
                        preferred = server;
                        return interpret(response, name, type);
                    }
                    reason = Rcode.string(rcode);
                } else if (reply instanceof Reply.Lost(String why)) {
                    reason = why;
                }
            }
        }
        return new Answer.Failure(question + ": " + reason, Duration.ZERO);
    }

    private sealed interface Reply {
        record Got(Message message) implements Reply {}

        record Lost(String reason) implements Reply {}
    }

    private Reply send(SimpleResolver server, Message query) {
        Message own = query.clone();
        own.getHeader().setID(ThreadLocalRandom.current().nextInt(1 << 16));
        var sent = server.sendAsync(own).toCompletableFuture();
        try {
            // dnsjava keeps its own time; this one is for the case that it does not.
            return new Reply.Got(sent.get(settings.timeout().toMillis() * 2 + 1000, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Reply.Lost("interrupted");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String message = cause.getMessage();
            return new Reply.Lost(
                    "no answer from " + server.getAddress() + (message == null ? "" : " (" + message + ")"));
        } catch (TimeoutException e) {
            sent.cancel(true);
            return new Reply.Lost("no answer from " + server.getAddress() + " in time");
        }
    }

    private Answer interpret(Message response, Name asked, int type) {
        List<Record> answers = response.getSection(Section.ANSWER);
        Name name = asked;
        long ttl = Long.MAX_VALUE;
        for (int followed = 0; followed <= MAX_ALIASES; followed++) {
            List<Resource> found = new ArrayList<>();
            Name alias = null;
            for (Record one : answers) {
                if (!one.getName().equals(name) || one.getDClass() != DClass.IN) {
                    continue;
                }
                if (one.getType() == type) {
                    ttl = Math.min(ttl, one.getTTL());
                    found.add(resource(one));
                } else if (one instanceof CNAMERecord cname) {
                    alias = cname.getTarget();
                }
            }
            if (!found.isEmpty()) {
                boolean authenticated =
                        settings.trustAd() && response.getHeader().getFlag(Flags.AD);
                return new Answer.Records(found, Duration.ofSeconds(ttl), authenticated);
            }
            if (alias == null) {
                return nothing(response, asked, name, ttl);
            }
            for (Record one : answers) {
                if (one instanceof CNAMERecord && one.getName().equals(name)) {
                    ttl = Math.min(ttl, one.getTTL());
                }
            }
            name = alias;
        }
        return new Answer.NoSuchName(Duration.ofSeconds(NEGATIVE_TTL_SECONDS));
    }

    private static Answer nothing(Message response, Name asked, Name reached, long aliasTtl) {
        long ttl = NEGATIVE_TTL_SECONDS;
        boolean proven = false;
        for (Record one : response.getSection(Section.AUTHORITY)) {
            if (one instanceof SOARecord soa) {
                ttl = Math.min(soa.getTTL(), soa.getMinimum()); // RFC 2308 §5
                proven = true;
            }
        }
        ttl = Math.min(ttl, aliasTtl);
        if (response.getRcode() == Rcode.NXDOMAIN) {
            return new Answer.NoSuchName(Duration.ofSeconds(ttl));
        }
        if (!reached.equals(asked) && !proven) {
            return new Answer.Alias(text(reached), Duration.ofSeconds(aliasTtl));
        }
        return new Answer.NoData(Duration.ofSeconds(ttl));
    }

    private static Resource resource(Record one) {
        return switch (one) {
            case MXRecord mx -> new Resource.Mx(mx.getPriority(), text(mx.getTarget()));
            case ARecord a -> new Resource.Address(a.getAddress());
            case AAAARecord aaaa -> new Resource.Address(aaaa.getAddress());
            case TXTRecord txt -> {
                StringBuilder text = new StringBuilder();
                for (Object part : txt.getStringsAsByteArrays()) {
                    text.append(new String((byte[]) part, StandardCharsets.ISO_8859_1));
                }
                yield new Resource.Text(text.toString());
            }
            default -> throw new IllegalStateException("not asked for: " + one.getType());
        };
    }

    private static int typeNumber(Type type) {
        return switch (type) {
            case MX -> org.xbill.DNS.Type.MX;
            case A -> org.xbill.DNS.Type.A;
            case AAAA -> org.xbill.DNS.Type.AAAA;
            case TXT -> org.xbill.DNS.Type.TXT;
        };
    }

    private static String text(Name name) {
        String text = name.toString(true).toLowerCase(Locale.ROOT);
        return text.equals(".") ? "" : text;
    }
}
