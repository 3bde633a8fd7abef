package dev.tradewind.smtp.server;

import java.net.InetAddress;

/**
 * The other end of a connection.
 *
 * @param address its address; an IPv4 address even if the socket is IPv6
 * @param port    its port
 */
public record Peer(InetAddress address, int port) {
    /** The network that connections are counted by: the first 24 bits of an IPv4 address, 64 of an IPv6 address. */
    public String network() {
        byte[] octets = address.getAddress();
        int kept = octets.length == 4 ? 3 : 8;
        StringBuilder network = new StringBuilder(24);
        for (int i = 0; i < kept; i++) {
            network.append(octets[i] & 0xff).append('.');
        }
        return network.append('/').append(kept * 8).toString();
    }

    @Override
    public String toString() {
        return address.getHostAddress() + ':' + port;
    }
}
