package dev.tradewind.settings;

import java.net.InetAddress;

/**
 * A network, written {@code 192.0.2.0/24}, {@code 2001:db8::/32}, or one address.
 *
 * @param address      an address of the network
 * @param prefixLength 0..32 or 0..128 leading bits that count
 */
public record Cidr(InetAddress address, int prefixLength) {
    /** @throws IllegalArgumentException if the prefix does not fit the family */
    public Cidr {
        if (prefixLength < 0 || prefixLength > address.getAddress().length * 8) {
            throw new IllegalArgumentException(
                    "prefix length " + prefixLength + " does not fit " + address.getHostAddress());
        }
    }

    /**
     * Reads a network; never asks the DNS.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Cidr parse(String written) {
        int slash = written.indexOf('/');
        String literal = slash < 0 ? written : written.substring(0, slash);
        try {
            InetAddress address = InetAddress.ofLiteral(literal);
            int length = address.getAddress().length * 8;
            return new Cidr(address, slash < 0 ? length : Integer.parseInt(written.substring(slash + 1)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'" + written + "' is not a network such as 192.0.2.0/24 or 2001:db8::/32", e);
        }
    }

    /** Whether the network has this address; an IPv4-mapped IPv6 address counts as the IPv4 address it is. */
    public boolean contains(InetAddress other) {
        byte[] mine = address.getAddress();
        byte[] theirs = other.getAddress();
        if (mine.length != theirs.length) {
            return false;
        }
        for (int bit = 0; bit < prefixLength; bit += 8) {
            int mask = prefixLength - bit >= 8 ? 0xff : 0xff << (8 - (prefixLength - bit)) & 0xff;
            if (((mine[bit / 8] ^ theirs[bit / 8]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return address.getHostAddress() + '/' + prefixLength;
    }
}
