package dev.tradewind.settings;

import java.net.InetSocketAddress;

/**
 * Where a server listens, written {@code 127.0.0.1:8080}, {@code [::1]:25}, {@code :8080} (every address) or {@code localhost:8080}.
 *
 * @param host name or address; empty for every address
 * @param port 0..65535; 0 takes a free port
 */
public record ListenAddress(String host, int port) {
    /** @throws IllegalArgumentException if the port is out of range */
    public ListenAddress {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not 0..65535");
        }
    }

    /**
     * Reads {@code host:port}.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static ListenAddress parse(String written) {
        int colon = written.lastIndexOf(':');
        String host = colon < 0 ? "" : written.substring(0, colon);
        if (colon < 0 || (host.indexOf(':') >= 0 && !(host.startsWith("[") && host.endsWith("]")))) {
            throw new IllegalArgumentException(
                    "'" + written + "' is not HOST:PORT (an IPv6 address stands in brackets)");
        }
        try {
            String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
            return new ListenAddress(bare, Integer.parseInt(written.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + written + "' is not HOST:PORT: the port is a number", e);
        }
    }

    /** The address to bind or to connect to; a name is resolved now. */
    public InetSocketAddress socketAddress() {
        return host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? '[' + host + ']' : host) + ':' + port;
    }
}
