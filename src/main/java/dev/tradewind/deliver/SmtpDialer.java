package dev.tradewind.deliver;

import dev.tradewind.classify.Cause;
import dev.tradewind.classify.Phase;
import dev.tradewind.deliver.AttemptResult.Deferred;
import dev.tradewind.deliver.AttemptResult.Failed;
import dev.tradewind.deliver.AttemptResult.Scope;
import dev.tradewind.mail.EnhancedStatus;
import dev.tradewind.mail.SmtpReply;
import dev.tradewind.route.Host;
import dev.tradewind.route.Route;
import dev.tradewind.smtp.client.ClientConnection;
import dev.tradewind.smtp.client.EhloReply;
import dev.tradewind.smtp.client.Watchdog;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Opens sessions: connects, reads the greeting, says EHLO (HELO if the host does not know it) and turns TLS on where it is offered. Goes
 * through the hosts of a route in order until one is willing (RFC 5321 §5.1), at most {@code delivery.max_hosts} of them and for at most
 * {@code delivery.timeout.dial}. Thread-safe.
 *
 * <p>TLS is opportunistic: no certificate is verified. If STARTTLS is refused, the session goes on in the clear; if TLS fails, the same host
 * is tried once more in the clear. Either is told by {@link HopSession#tls()} = -1.
 *
 * <p>What a host says before MAIL is about the host or about us, not about a message. So a 5yz greeting or reply to EHLO defers: the next
 * host may be willing, or this one later. The exception is 521 (RFC 7504): when every host that was tried says that it takes no mail at
 * all, the messages fail.
 *
 * <p>Of several failures the most telling is reported: a source that cannot be used, else what a host said, else a lost session, else a
 * failed connect; of equals the first, as the most preferred host knows best.
 */
public final class SmtpDialer implements Dialer, AutoCloseable {
    private static final EnhancedStatus OUR_SYSTEM = new EnhancedStatus(4, 3, 5);
    private static final EnhancedStatus NO_ROUTE = new EnhancedStatus(4, 4, 4);
    private static final int TAKES_NO_MAIL = 521;
    private static final Duration WATCH_PERIOD = Duration.ofMillis(500);

    private final DeliverSettings settings;
    private final LongSupplier nanoTime;
    private final Watchdog watchdog;
    private final ClientTls tls = new ClientTls();

    /** @param nanoTime a clock like {@link System#nanoTime()} */
    public SmtpDialer(DeliverSettings settings, LongSupplier nanoTime) {
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.watchdog = new Watchdog(nanoTime, WATCH_PERIOD);
    }

    /** How one host answered. */
    private sealed interface Answer {
        record Willing(HopSession session) implements Answer {}

        record Unwilling(Host host, int weight, Cause cause) implements Answer {
            boolean takesNoMail() {
                return cause instanceof Cause.Refused refused && refused.reply().code() == TAKES_NO_MAIL;
            }
        }

        /** TLS was offered and did not work: try again without. */
        record TlsFailed(Cause cause) implements Answer {}
    }

    private static final int CONNECT_FAILED = 0;
    private static final int SESSION_LOST = 1;
    private static final int REFUSED = 2;
    private static final int OUR_FAULT = 3;

    @Override
    public Dialed dial(Route.Hosts route, Source source) {
        long ends = nanoTime.getAsLong() + settings.dial().toNanos();
        Answer.@Nullable Unwilling worst = null;
        int tried = 0;
        int takeNoMail = 0;
        for (Host host : route.hosts()) {
            if (!sameFamily(source, host)) {
                continue;
            }
            if (tried == settings.maxHosts() || ends - nanoTime.getAsLong() <= 0) {
                break;
            }
            tried++;
            switch (tryHost(host, source, ends)) {
                case Answer.Willing(HopSession session) -> {
                    return new Dialed.Connected(session);
                }
                case Answer.Unwilling unwilling -> {
                    takeNoMail += unwilling.takesNoMail() ? 1 : 0;
                    if (worst == null || unwilling.weight() > worst.weight()) {
                        worst = unwilling;
                    }
                }
                case Answer.TlsFailed _ -> throw new IllegalStateException("without TLS, TLS cannot fail");
            }
        }
        if (worst == null) {
            Cause cause = new Cause.Internal(
                    Phase.CONNECT, NO_ROUTE, "no host has an address that source " + source.name() + " can connect to");
            return new Dialed.NotConnected(route.hosts().getFirst(), new Deferred(cause, Scope.SITE));
        }
        return new Dialed.NotConnected(
                worst.host(),
                takeNoMail == tried ? new Failed(worst.cause()) : new Deferred(worst.cause(), Scope.SITE));
    }

    private Answer tryHost(Host host, Source source, long ends) {
        Answer answer = new Opening(host, source, ends, true).run();
        return answer instanceof Answer.TlsFailed ? new Opening(host, source, ends, false).run() : answer;
    }

    private static boolean sameFamily(Source source, Host host) {
        return source.address().isEmpty()
                || InetAddress.ofLiteral(source.address()) instanceof Inet4Address
                        == host.address() instanceof Inet4Address;
    }

    /** One try of one host. */
    private final class Opening {
        private final Host host;
        private final Source source;
        private final long ends;
        private final boolean withTls;
        private Phase phase = Phase.CONNECT;

        Opening(Host host, Source source, long ends, boolean withTls) {
            this.host = host;
            this.source = source;
            this.ends = ends;
            this.withTls = withTls;
        }

        Answer run() {
            Socket socket = new Socket();
            try {
                if (!source.address().isEmpty()) {
                    socket.bind(new InetSocketAddress(InetAddress.ofLiteral(source.address()), 0));
                }
            } catch (IOException e) {
                close(socket);
                Cause cause = new Cause.Internal(
                        Phase.CONNECT,
                        OUR_SYSTEM,
                        "source address " + source.address() + " cannot be used: " + e.getMessage());
                return new Answer.Unwilling(host, OUR_FAULT, cause);
            }
            try {
                Duration limit = shorter(settings.connect());
                socket.connect(new InetSocketAddress(host.address(), host.port()), (int) limit.toMillis());
                return greet(new ClientConnection(socket, nanoTime, watchdog, settings.block()));
            } catch (IOException e) {
                close(socket);
                return new Answer.Unwilling(host, CONNECT_FAILED, unreachable(e));
            }
        }

        private Answer greet(ClientConnection connection) {
            Answer answer;
            try {
                connection.begin(Duration.ofNanos(Math.max(1, ends - nanoTime.getAsLong())));
                phase = Phase.GREETING;
                SmtpReply greeting = connection.reply(settings.greeting());
                answer = greeting.isAccepted() ? introduce(connection) : unwilling(greeting);
            } catch (IOException e) {
                boolean tlsFailed = phase == Phase.TLS;
                answer = tlsFailed
                        ? new Answer.TlsFailed(unreachable(e))
                        : new Answer.Unwilling(host, SESSION_LOST, unreachable(e));
            }
            if (!(answer instanceof Answer.Willing)) {
                connection.close();
            }
            return answer;
        }

        private Answer introduce(ClientConnection connection) throws IOException {
            phase = Phase.EHLO;
            connection.out().text("EHLO ").text(source.ehlo()).crlf();
            SmtpReply reply = connection.exchange(settings.ehlo());
            if (reply.isPermanent() && reply.code() != TAKES_NO_MAIL) {
                connection.out().text("HELO ").text(source.ehlo()).crlf();
                reply = connection.exchange(settings.ehlo());
                return reply.isAccepted() ? willing(connection, EhloReply.NOTHING) : unwilling(reply);
            }
            if (!reply.isAccepted()) {
                return unwilling(reply);
            }
            EhloReply offered = EhloReply.of(reply);
            return offered.startTls() && withTls ? secure(connection, offered) : willing(connection, offered);
        }

        private Answer secure(ClientConnection connection, EhloReply offered) throws IOException {
            phase = Phase.STARTTLS;
            connection.out().text("STARTTLS").crlf();
            SmtpReply reply = connection.exchange(settings.ehlo());
            if (reply.code() == 421) {
                return new Answer.TlsFailed(new Cause.Refused(phase, reply));
            }
            if (!reply.isAccepted()) {
                return new Answer.Willing(new SmtpHopSession(host, connection, offered, -1, settings));
            }
            phase = Phase.TLS;
            String name = host.name().startsWith("[") ? host.address().getHostAddress() : host.name();
            connection.startTls(tls.factory(), name, host.port(), settings.tls());
            // Still phase TLS: a host that cannot go on behind the handshake is tried in the clear, too.
            connection.out().text("EHLO ").text(source.ehlo()).crlf();
            reply = connection.exchange(settings.ehlo());
            return reply.isAccepted()
                    ? new Answer.Willing(new SmtpHopSession(host, connection, EhloReply.of(reply), 1, settings))
                    : new Answer.TlsFailed(new Cause.Refused(phase, reply));
        }

        private Answer willing(ClientConnection connection, EhloReply offered) {
            return new Answer.Willing(new SmtpHopSession(host, connection, offered, withTls ? 0 : -1, settings));
        }

        private Answer unwilling(SmtpReply reply) {
            if (!reply.isTransient() && !reply.isPermanent()) {
                return new Answer.Unwilling(
                        host,
                        SESSION_LOST,
                        new Cause.Unreachable(phase, host + ": unexpected reply '" + reply.inOneLine() + "'"));
            }
            return new Answer.Unwilling(host, REFUSED, new Cause.Refused(phase, reply));
        }

        private Cause.Unreachable unreachable(IOException e) {
            String why = phase == Phase.CONNECT && e instanceof SocketTimeoutException
                    ? "connection timed out"
                    : ClientConnection.why(e);
            return new Cause.Unreachable(phase, host + ": " + why);
        }

        private Duration shorter(Duration limit) {
            Duration left = Duration.ofNanos(ends - nanoTime.getAsLong());
            Duration shorter = left.compareTo(limit) < 0 ? left : limit;
            return shorter.toMillis() < 1 ? Duration.ofMillis(1) : shorter;
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It was never connected, so nothing is lost; its failure to connect is reported.
        }
    }

    /** Ends the watch over time limits of writes; open sessions stay usable, but must be closed soon. */
    @Override
    public void close() {
        watchdog.close();
    }
}
