package dev.tradewind.route;

import java.net.InetAddress;

/**
 * One address of one mail host.
 *
 * @param name    MX host name, or the domain itself (implicit MX), or the literal
 * @param address where it listens
 * @param port    1..65535, 25 but in tests
 */
public record Host(String name, InetAddress address, int port) {
    @Override
    public String toString() {
        return name + "[" + address.getHostAddress() + "]:" + port;
    }
}
