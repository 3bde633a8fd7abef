package dev.tradewind.smtp.server;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A TCP connection, with TLS by JSSE layered on it when asked for. */
final class SocketConnection implements Connection {
    private static final Logger LOG = LoggerFactory.getLogger(SocketConnection.class);
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private final Socket socket;
    private final Peer peer;
    private Socket layered;
    private InputStream input;
    private OutputStream output;

    SocketConnection(Socket socket) throws IOException {
        this.socket = socket;
        layered = socket;
        socket.setTcpNoDelay(true);
        input = socket.getInputStream();
        output = socket.getOutputStream();
        InetSocketAddress remote = (InetSocketAddress) socket.getRemoteSocketAddress();
        if (remote == null) {
            throw new IOException("the client closed the connection before it was looked at");
        }
        peer = new Peer(plain(remote.getAddress()), remote.getPort());
    }

    /** An IPv4-mapped address as the IPv4 address it is (Java gives it so already; kept for other providers). */
    private static InetAddress plain(InetAddress address) throws IOException {
        byte[] octets = address.getAddress();
        return octets.length == 4 && !(address instanceof Inet4Address) ? InetAddress.getByAddress(octets) : address;
    }

    @Override
    public Peer peer() {
        return peer;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        return input.read(into, offset, length);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        output.write(from, offset, length);
        output.flush();
    }

    @Override
    public int available() throws IOException {
        return input.available();
    }

    @Override
    public void readTimeout(int millis) throws IOException {
        layered.setSoTimeout(millis);
    }

    @Override
    public TlsParameters secure(SSLContext context) throws IOException {
        SSLSocket tls = (SSLSocket)
                context.getSocketFactory().createSocket(socket, new ByteArrayInputStream(new byte[0]), true);
        tls.setUseClientMode(false);
        tls.setEnabledProtocols(PROTOCOLS);
        tls.startHandshake();
        layered = tls;
        input = tls.getInputStream();
        output = tls.getOutputStream();
        SSLSession session = tls.getSession();
        return new TlsParameters(session.getProtocol(), session.getCipherSuite());
    }

    @Override
    public void endOutput() throws IOException {
        layered.shutdownOutput();
    }

    @Override
    public void abort() {
        // the plain socket: closing the TLS layer would wait for a peer that does not read
        try {
            socket.close();
        } catch (IOException e) {
            LOG.atDebug()
                    .addKeyValue("peer", peer)
                    .addKeyValue("why", e.getMessage())
                    .log("closing failed");
        }
    }

    @Override
    public void close() {
        try {
            layered.close();
        } catch (IOException e) {
            LOG.atDebug()
                    .addKeyValue("peer", peer)
                    .addKeyValue("why", e.getMessage())
                    .log("closing failed");
        }
        abort();
    }
}
