package dev.tradewind.smtp.server;

import dev.tradewind.mail.Domain;
import dev.tradewind.mail.SmtpReply;
import dev.tradewind.settings.ListenAddress;
import dev.tradewind.smtp.ReplyWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import javax.net.ssl.SSLContext;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** Listens, accepts, and gives each connection a session on a virtual thread. Thread-safe. */
public final class SmtpServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SmtpServer.class);
    private static final int BACKLOG = 1024;
    /** Connections that are told at one time that there are too many; more are closed without a word. */
    private static final int REFUSALS_AT_ONCE = 64;

    private static final Duration REFUSAL_TIME = Duration.ofSeconds(2);
    private static final long GRACE_NANOS = Duration.ofSeconds(30).toNanos();

    /** How a listener is secured. */
    public enum Security {
        /** In clear; STARTTLS is not offered. */
        NONE,
        /** In clear until the client says STARTTLS (RFC 3207). */
        STARTTLS,
        /** TLS from the first octet (RFC 8314 §3.3). */
        IMPLICIT
    }

    private final Domain hostname;
    private final SmtpLimits limits;
    private final SmtpService service;
    private final BufferBudget budget;
    private final SSLContext sslContext;
    private final LongSupplier ticker;
    private final SmtpReply greeting;

    private final Semaphore slots;
    private final Semaphore refusals = new Semaphore(REFUSALS_AT_ONCE);
    private final Set<ServerSession> sessions = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> networks = new ConcurrentHashMap<>();
    private final Map<ServerSession, String> counted = new ConcurrentHashMap<>();
    private final List<ServerSocket> listeners = new CopyOnWriteArrayList<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition sessionEnded = lock.newCondition();
    private volatile boolean draining;

    private final LongAdder connections = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder accepted = new LongAdder();
    private final LongAdder acceptedOctets = new LongAdder();
    private final LongAdder rejected = new LongAdder();

    /**
     * @param hostname   the name it goes by in its greeting
     * @param service    what it is for
     * @param budget     memory for messages under way; may be shared by several servers
     * @param sslContext certificate for STARTTLS and implicit TLS
     * @param ticker     monotonic nanoseconds, {@link System#nanoTime} in the program
     */
    public SmtpServer(
            Domain hostname,
            SmtpLimits limits,
            SmtpService service,
            BufferBudget budget,
            SSLContext sslContext,
            LongSupplier ticker) {
        this.hostname = hostname;
        this.limits = limits;
        this.service = service;
        this.budget = budget;
        this.sslContext = sslContext;
        this.ticker = ticker;
        greeting = SmtpReply.of(220, hostname.name() + " ESMTP Tradewind");
        slots = new Semaphore(limits.maxConnections());
        Thread.ofVirtual().name("smtp-watch").start(this::watch);
    }

    /**
     * Opens a listener; several are allowed.
     *
     * @return what was bound, with the port that was found for port 0
     * @throws IOException if the address cannot be bound; the message says which
     */
    public InetSocketAddress listen(ListenAddress address, Security security) throws IOException {
        ServerSocket listener = new ServerSocket();
        try {
            listener.setReuseAddress(true);
            listener.bind(address.socketAddress(), BACKLOG);
        } catch (IOException e) {
            listener.close();
            throw new IOException("cannot listen on " + address + ": " + e.getMessage(), e);
        }
        listeners.add(listener);
        Thread.ofVirtual().name("smtp-accept-" + address).start(() -> acceptLoop(listener, security));
        return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
    }

    private void acceptLoop(ServerSocket listener, Security security) {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                try {
                    serve(new SocketConnection(socket), security);
                } catch (IOException | RuntimeException e) {
                    LOG.atDebug().addKeyValue("why", e.toString()).log("a connection could not be served");
                    socket.close();
                }
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    LOG.atWarn()
                            .addKeyValue("port", listener.getLocalPort())
                            .addKeyValue("why", e.getMessage())
                            .log("accepting failed");
                    pause();
                }
            } catch (Error e) {
                // no memory, no thread, no file: it passes, and a server that no longer accepts would be worse
                LOG.atError()
                        .addKeyValue("port", listener.getLocalPort())
                        .setCause(e)
                        .log("accepting failed");
                pause();
            }
        }
    }

    /** Out of descriptors or memory: do not spin. */
    private void pause() {
        try {
            boolean stop = stopped.await(100, TimeUnit.MILLISECONDS);
            LOG.atDebug().addKeyValue("stopped", stop).log("accepting again");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Serves a connection, wherever it comes from, on a thread of its own; returns at once. */
    public void serve(Connection connection, Security security) {
        connections.increment();
        if (!slots.tryAcquire()) {
            refuse(connection, security);
            return;
        }
        boolean started = false;
        try {
            ServerSession session = new ServerSession(this, connection, security);
            sessions.add(session);
            Thread thread = Thread.ofVirtual().name("smtp-" + connection.peer()).unstarted(() -> run(session));
            thread.start();
            started = true;
        } finally {
            if (!started) {
                slots.release();
                connection.abort();
            }
        }
    }

    private void run(ServerSession session) {
        try {
            session.run();
        } finally {
            sessions.remove(session);
            leaveNetwork(session);
            slots.release();
            lock.lock();
            try {
                sessionEnded.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private void refuse(Connection connection, Security security) {
        refused.increment();
        if (security == Security.IMPLICIT || !refusals.tryAcquire()) {
            connection.abort();
            return;
        }
        Thread.ofVirtual().name("smtp-refuse").start(() -> {
            try {
                connection.readTimeout((int) REFUSAL_TIME.toMillis());
                ReplyWriter writer = new ReplyWriter(connection::write);
                writer.write(Replies.TOO_MANY_CONNECTIONS);
                writer.flush();
            } catch (IOException lost) {
                LOG.atDebug()
                        .addKeyValue("peer", connection.peer())
                        .addKeyValue("why", lost.getMessage())
                        .log("connection lost");
            } finally {
                connection.close();
                refusals.release();
            }
        });
    }

    /** Counts a session for its client's network; false: there are too many. */
    boolean admitsNetwork(ServerSession session, Peer peer) {
        String network = peer.network();
        int now = networks.merge(network, 1, Integer::sum);
        counted.put(session, network);
        if (now > limits.maxNetworkConnections()) {
            refused.increment();
            return false;
        }
        return true;
    }

    private void leaveNetwork(ServerSession session) {
        String network = counted.remove(session);
        if (network != null) {
            networks.computeIfPresent(network, (name, count) -> count > 1 ? count - 1 : null);
        }
    }

    private void watch() {
        try {
            while (!stopped.await(1, TimeUnit.SECONDS)) {
                long now = ticker.getAsLong();
                for (ServerSession session : sessions) {
                    session.wire().abortIfStuck(now, GRACE_NANOS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Stops accepting. Sessions that wait for a command are told 421 and closed; transactions under way may end, for so long at most.
     * Blocks until no session is left or the time is over; then what is left is cut off.
     */
    public void drain(Duration longest) {
        draining = true;
        closeListeners();
        for (ServerSession session : sessions) {
            Thread.ofVirtual().name("smtp-dismiss").start(() -> {
                try {
                    session.wire().dismiss(Replies.SHUTTING_DOWN);
                } catch (IOException lost) {
                    LOG.atDebug().addKeyValue("why", lost.getMessage()).log("dismissing failed");
                }
            });
        }
        long left = longest.toNanos();
        lock.lock();
        try {
            while (!sessions.isEmpty() && left > 0) {
                left = sessionEnded.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        close();
    }

    /** Stops at once: listeners and sessions are cut off. */
    @Override
    public void close() {
        draining = true;
        closeListeners();
        for (ServerSession session : sessions) {
            session.abort();
        }
        stopped.countDown();
    }

    private void closeListeners() {
        for (ServerSocket listener : listeners) {
            try {
                listener.close();
            } catch (IOException e) {
                LOG.atWarn()
                        .addKeyValue("port", listener.getLocalPort())
                        .addKeyValue("why", e.getMessage())
                        .log("closing the listener failed");
            }
        }
    }

    /** Sessions open now. */
    public int sessions() {
        return sessions.size();
    }

    /**
     * Numbers for metrics, name (Prometheus style, with unit) to value.
     *
     * @param prefix what the names begin with, for instance {@code tradewind_submission}
     */
    public Map<String, Double> gauges(String prefix) {
        Map<String, Double> gauges = new LinkedHashMap<>();
        gauges.put(prefix + "_sessions", (double) sessions.size());
        gauges.put(prefix + "_connections_total", connections.doubleValue());
        gauges.put(prefix + "_connections_refused_total", refused.doubleValue());
        gauges.put(prefix + "_messages_accepted_total", accepted.doubleValue());
        gauges.put(prefix + "_messages_accepted_octets_total", acceptedOctets.doubleValue());
        gauges.put(prefix + "_messages_refused_total", rejected.doubleValue());
        gauges.put(prefix + "_buffer_reserved_octets", (double) budget.reserved());
        return gauges;
    }

    void counted(SmtpReply verdict, int octets) {
        if (verdict.isAccepted()) {
            accepted.increment();
            acceptedOctets.add(octets);
        } else {
            rejected.increment();
        }
    }

    boolean isDraining() {
        return draining;
    }

    Domain hostname() {
        return hostname;
    }

    SmtpLimits limits() {
        return limits;
    }

    SmtpService service() {
        return service;
    }

    BufferBudget budget() {
        return budget;
    }

    SSLContext sslContext() {
        return sslContext;
    }

    LongSupplier ticker() {
        return ticker;
    }

    SmtpReply greeting() {
        return greeting;
    }
}
