package dev.tradewind.bench;

import org.jspecify.annotations.Nullable;

import javax.net.ssl.SSLContext;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Listens on loopback and serves each connection on a platform thread, which costs the machine the fewest system calls a message. */
final class SinkServer implements Closeable {
    private static final int BACKLOG = 1024;

    private final ServerSocket listener;
    private final Tally tally;
    private final Samples samples;
    private final @Nullable SSLContext tls;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean offersTls;

    /**
     * Listens.
     *
     * @param port 0 for any
     * @param tls  what STARTTLS is offered with once {@link #offerTls} says so; null: never
     */
    SinkServer(int port, Tally tally, Samples samples, @Nullable SSLContext tls) throws IOException {
        this.tally = tally;
        this.samples = samples;
        this.tls = tls;
        this.listener = new ServerSocket();
        listener.setReuseAddress(true);
        listener.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), BACKLOG);
    }

    int port() {
        return listener.getLocalPort();
    }

    SinkServer start() {
        Thread.ofPlatform().name("sink").daemon().start(this::accept);
        return this;
    }

    /** Whether STARTTLS is offered. Connections that are open are closed, so that everyone notices. */
    void offerTls(boolean offer) throws IOException {
        offersTls = offer;
        for (Socket socket : open) {
            socket.close();
        }
    }

    int connections() {
        return open.size();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                open.add(socket);
                Thread.ofPlatform().name("sink session").daemon().start(() -> serve(socket));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    System.err.println("sink: " + e);
                }
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            new SinkSession(socket, tally, samples, offersTls ? tls : null).run();
        } catch (IOException e) {
            if (!socket.isClosed() && !listener.isClosed()) {
                System.err.println("sink: " + e);
            }
        } finally {
            open.remove(socket);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
