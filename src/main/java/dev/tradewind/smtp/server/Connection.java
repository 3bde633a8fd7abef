package dev.tradewind.smtp.server;

import javax.net.ssl.SSLContext;

import java.io.IOException;

/** Port: a connection with a client. A socket in the program, memory in tests. Used by one thread, {@link #abort} apart. */
public interface Connection extends AutoCloseable {
    /** Who is there. */
    Peer peer();

    /**
     * Reads what is there, waiting for at most the read timeout.
     *
     * @return octets read; -1 at the end
     * @throws java.net.SocketTimeoutException if nothing came in time; the connection is still good
     */
    int read(byte[] into, int offset, int length) throws IOException;

    /** Writes all of it, at once. One thread may write while another reads. */
    void write(byte[] from, int offset, int length) throws IOException;

    /** Octets that could be read without waiting, as far as is known. */
    int available() throws IOException;

    /** Sets how long a read may wait, 1 ms or more. */
    void readTimeout(int millis) throws IOException;

    /**
     * Takes the server's part in a TLS handshake; from then on reading and writing are encrypted. The read timeout holds for its reads.
     *
     * @throws IOException if it fails; the connection is useless then
     */
    TlsParameters secure(SSLContext context) throws IOException;

    /** Says that nothing more is written; reading goes on. */
    void endOutput() throws IOException;

    /** Closes at once; may be called by any thread, which ends a read or write that waits. */
    void abort();

    /** Closes in order. Never throws. */
    @Override
    void close();
}
