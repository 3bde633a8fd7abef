package dev.tradewind.smtp.transcript;

import dev.tradewind.smtp.server.Connection;
import dev.tradewind.smtp.server.Peer;
import dev.tradewind.smtp.server.TlsParameters;

import javax.net.ssl.SSLContext;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A server's connection in memory, without TLS; {@link #clientInput} and {@link #clientOutput} are the client's ends. */
public final class MemoryConnection implements Connection {
    private final MemoryPipe toServer = new MemoryPipe();
    private final MemoryPipe toClient = new MemoryPipe();
    private final Peer peer;
    private volatile int timeout;

    public MemoryConnection(Peer peer) {
        this.peer = peer;
    }

    @Override
    public Peer peer() {
        return peer;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        return toServer.read(into, offset, length, timeout);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        toClient.write(from, offset, length);
    }

    @Override
    public int available() {
        return toServer.available();
    }

    @Override
    public void readTimeout(int millis) {
        timeout = millis;
    }

    @Override
    public TlsParameters secure(SSLContext context) throws IOException {
        throw new IOException("no TLS in memory");
    }

    @Override
    public void endOutput() {
        toClient.end();
    }

    @Override
    public void abort() {
        toServer.end();
        toClient.end();
    }

    @Override
    public void close() {
        abort();
    }

    /** What the client reads. */
    public InputStream clientInput() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                return toClient.read(into, offset, length, 20_000);
            }
        };
    }

    /** What the client writes; closing it is the client's end of the stream. */
    public OutputStream clientOutput() {
        return new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                write(new byte[] {(byte) octet}, 0, 1);
            }

            @Override
            public void write(byte[] octets, int offset, int length) throws IOException {
                toServer.write(octets, offset, length);
            }

            @Override
            public void close() {
                toServer.end();
            }
        };
    }
}
