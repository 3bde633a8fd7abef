package dev.tradewind.api;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.http.DirectHandler;
import io.helidon.http.Headers;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionListener;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;

import java.io.UncheckedIOException;
import java.net.SocketException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;

/**
 * HTTP/1.1 with two guards that Helidon lacks: request line and header fields must be there {@value #HEAD_SECONDS} s after their first
 * octet (a read timeout alone lets a client send an octet every 29 s for a day), and a chunk of a chunked body has at most
 * {@value #MAX_CHUNK} octets, since Helidon holds a chunk whole in memory.
 */
final class GuardedConnections implements ServerConnectionSelector {
    /** Seconds for the head of a request. */
    static final long HEAD_SECONDS = 20;

    /** Octets of a chunk. */
    static final int MAX_CHUNK = 1 << 20;

    private final Http1ConnectionSelector http1;
    private final InstantSource clock;

    GuardedConnections(Http1Config.Builder config, InstantSource clock) {
        this.clock = clock;
        this.http1 = Http1ConnectionSelector.builder()
                .config(config.addReceiveListener(new HeadRead())
                        .addSendListener(new AnswerBegun())
                        .build())
                .build();
    }

    @Override
    public int bytesToIdentifyConnection() {
        return 0;
    }

    /** Takes every connection: what is no HTTP/1.1 is refused in HTTP by the parser. */
    @Override
    public Support supports(BufferData first) {
        return Support.SUPPORTED;
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        return http1.supportedApplicationProtocols();
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
        return http1.connection(new Guarded(context, new HeadClock(clock)));
    }

    /** When the head of the request that is being read began. One thread only, the connection's. */
    private static final class HeadClock {
        private final InstantSource clock;
        private long began;
        private boolean inHead;
        private boolean inBody;

        HeadClock(InstantSource clock) {
            this.clock = clock;
        }

        void octets() {
            if (inBody) {
                return;
            }
            if (!inHead) {
                inHead = true;
                began = clock.millis();
            } else if (clock.millis() - began > HEAD_SECONDS * 1000) {
                throw new CloseConnectionException("head of a request not complete in " + HEAD_SECONDS + " s");
            }
        }

        void headComplete() {
            inHead = false;
            inBody = true;
        }

        void answered() {
            inHead = false;
            inBody = false;
        }
    }

    /** Sees the head of a request complete. */
    private static final class HeadRead implements Http1ConnectionListener {
        @Override
        public void headers(ConnectionContext context, Headers headers) {
            if (context instanceof Guarded guarded) {
                guarded.clock.headComplete();
            }
        }
    }

    /** Sees an answer begin; a listener of its own, since it is told of the header fields of the answer too. */
    private static final class AnswerBegun implements Http1ConnectionListener {
        @Override
        public void status(ConnectionContext context, Status status) {
            if (context instanceof Guarded guarded) {
                guarded.clock.answered();
            }
        }
    }

    /** Reads through another reader. */
    private static final class BoundedReader extends DataReader {
        private final HeadClock clock;
        private boolean reading;

        @SuppressWarnings("removal") // the factory that replaces it allows no subclass
        BoundedReader(Supplier<byte[]> octets, HeadClock clock) {
            super(octets);
            this.clock = clock;
        }

        /** What Helidon skips within a body is the CRLF behind a chunk; anything else there is smuggled. */
        @Override
        public void skip(int length) {
            if (clock.inBody && !reading && length == 2) {
                if (read() != '\r' || read() != '\n') {
                    throw new IllegalArgumentException("a chunk does not end with CRLF");
                }
                return;
            }
            super.skip(length);
        }

        @Override
        public BufferData readBuffer(int length) {
            if (length > MAX_CHUNK && available() < length) {
                throw RequestException.builder()
                        .type(DirectHandler.EventType.BAD_REQUEST)
                        .setKeepAlive(false)
                        .message("a chunk may have " + MAX_CHUNK + " octets")
                        .build();
            }
            reading = true; // which skips by itself
            try {
                return super.readBuffer(length);
            } finally {
                reading = false;
            }
        }
    }

    /** The context of a connection with a reader of ours. */
    private record Guarded(ConnectionContext context, HeadClock clock, DataReader dataReader)
            implements ConnectionContext {
        Guarded(ConnectionContext context, HeadClock clock) {
            this(
                    context,
                    clock,
                    new BoundedReader(
                            () -> {
                                DataReader socket = context.dataReader();
                                try {
                                    socket.ensureAvailable();
                                } catch (DataReader.InsufficientDataAvailableException e) {
                                    // within a head Helidon would call this its own fault
                                    throw new CloseConnectionException("the client closed the connection", e);
                                } catch (UncheckedIOException e) {
                                    if (e.getCause() instanceof SocketException) {
                                        throw new CloseConnectionException("the client broke the connection", e);
                                    }
                                    throw e;
                                }
                                clock.octets();
                                return socket.readBytes(socket.available());
                            },
                            clock));
        }

        @Override
        public ListenerContext listenerContext() {
            return context.listenerContext();
        }

        @Override
        public ExecutorService executor() {
            return context.executor();
        }

        @Override
        public DataWriter dataWriter() {
            return context.dataWriter();
        }

        @Override
        public Router router() {
            return context.router();
        }

        @Override
        public Optional<ProxyProtocolData> proxyProtocolData() {
            return context.proxyProtocolData();
        }

        @Override
        public HelidonSocket serverSocket() {
            return context.serverSocket();
        }

        @Override
        public PeerInfo remotePeer() {
            return context.remotePeer();
        }

        @Override
        public PeerInfo localPeer() {
            return context.localPeer();
        }

        @Override
        public boolean isSecure() {
            return context.isSecure();
        }

        @Override
        public String socketId() {
            return context.socketId();
        }

        @Override
        public String childSocketId() {
            return context.childSocketId();
        }
    }

    /** How long a connection may be silent. */
    static Duration readTimeout() {
        return Duration.ofSeconds(30);
    }
}
