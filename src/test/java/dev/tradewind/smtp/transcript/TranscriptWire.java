package dev.tradewind.smtp.transcript;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/** The end of a connection that a transcript plays. */
public interface TranscriptWire extends Closeable {
    InputStream input() throws IOException;

    OutputStream output() throws IOException;

    /** A TLS handshake in the part that the transcript plays. */
    void secure(boolean asClient) throws IOException;

    /** Over a socket; TLS with the given context. */
    static TranscriptWire of(Socket socket, SSLContext context) {
        return new TranscriptWire() {
            private Socket current = socket;

            @Override
            public InputStream input() throws IOException {
                return current.getInputStream();
            }

            @Override
            public OutputStream output() throws IOException {
                return current.getOutputStream();
            }

            @Override
            public void secure(boolean asClient) throws IOException {
                SSLSocket tls = (SSLSocket) context.getSocketFactory()
                        .createSocket(current, socket.getInetAddress().getHostAddress(), socket.getPort(), true);
                tls.setUseClientMode(asClient);
                tls.startHandshake();
                current = tls;
            }

            @Override
            public void close() throws IOException {
                current.close();
            }
        };
    }
}
