package dev.tradewind.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Says octets to a port and reads one answer. */
public final class RawHttp {
    private RawHttp() {}

    static Reply exchange(int port, String request) {
        return exchange(port, request.getBytes(StandardCharsets.ISO_8859_1));
    }

    static Reply exchange(int port, byte[] request) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(request);
            socket.getOutputStream().flush();
            return read(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next answer; status 0 if the connection ends before one. */
    public static Reply read(InputStream in) throws IOException {
        return read(in, true);
    }

    /** As {@link #read}, for the answer to HEAD, which has no body whatever its length says. */
    public static Reply readHead(InputStream in) throws IOException {
        return read(in, false);
    }

    private static Reply read(InputStream in, boolean withBody) throws IOException {
        String status = line(in);
        if (status.isEmpty()) {
            return new Reply(0, Map.of(), new byte[0]);
        }
        Map<String, List<String>> headers = new HashMap<>();
        for (String field = line(in); !field.isEmpty(); field = line(in)) {
            int colon = field.indexOf(':');
            headers.computeIfAbsent(field.substring(0, colon).toLowerCase(Locale.ROOT), n -> new ArrayList<>())
                    .add(field.substring(colon + 1).strip());
        }
        int length = withBody
                ? Integer.parseInt(
                        headers.getOrDefault("content-length", List.of("0")).getFirst())
                : 0;
        return new Reply(Integer.parseInt(status.split(" ", 3)[1]), headers, in.readNBytes(length));
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int octet = in.read(); octet >= 0; octet = in.read()) {
            if (octet == '\n') {
                break;
            }
            if (octet != '\r') {
                line.write(octet);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }
}
