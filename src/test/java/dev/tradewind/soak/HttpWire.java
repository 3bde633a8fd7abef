package dev.tradewind.soak;

import dev.tradewind.api.RawHttp;
import dev.tradewind.api.Reply;
import dev.tradewind.fixture.TradewindProcess;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One kept-alive connection to the API. One thread. */
final class HttpWire implements Closeable {
    private final Socket socket = new Socket();
    private final InputStream in;

    HttpWire(InetSocketAddress address) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(60_000);
        socket.connect(address, 10_000);
        in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
    }

    /**
     * A request and its answer.
     *
     * @param fields further header fields, each ended by CRLF
     * @throws IOException if the connection is lost before the whole answer has come
     */
    Reply exchange(String method, String target, String fields, byte[] body) throws IOException {
        byte[] head = (method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + TradewindProcess.KEY
                        + "\r\n" + (body.length > 0 ? "Content-Type: application/json\r\n" : "") + fields
                        + "Content-Length: " + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        send(all);
        return answer(method);
    }

    void send(byte[] octets) throws IOException {
        socket.getOutputStream().write(octets);
    }

    /** Says that no more will be sent. */
    void endOfInput() throws IOException {
        socket.shutdownOutput();
    }

    /** The next answer, status 0 if the connection ends before one. */
    Reply read() throws IOException {
        return RawHttp.read(in);
    }

    private Reply answer(String method) throws IOException {
        Reply reply = method.equals("HEAD") ? RawHttp.readHead(in) : RawHttp.read(in);
        String length = reply.header("content-length").orElse("0");
        if (reply.status() == 0 || (!method.equals("HEAD") && reply.body().length < Integer.parseInt(length))) {
            throw new EOFException("connection lost before the end of the answer");
        }
        return reply;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
