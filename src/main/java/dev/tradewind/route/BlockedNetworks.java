package dev.tradewind.route;

import dev.tradewind.settings.Cidr;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Networks that are never connected to. An IPv6 address that carries an IPv4 address (IPv4-mapped and -compatible RFC 4291 §2.5.5, 6to4
 * RFC 3056, NAT64 RFC 6052, Teredo RFC 4380) is blocked if either is.
 */
public final class BlockedNetworks {
    /** Unspecified, private, shared (CGNAT), loopback, link-local, protocol assignments, benchmarking, multicast, reserved. */
    public static final String DEFAULT =
            "0.0.0.0/8, 10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16, 172.16.0.0/12,"
                    + " 192.0.0.0/24, 192.168.0.0/16, 198.18.0.0/15, 224.0.0.0/4, 240.0.0.0/4,"
                    + " ::/128, ::1/128, fc00::/7, fe80::/10, fec0::/10, ff00::/8";

    private final List<Cidr> networks;

    /** Blocks these networks and no others. */
    public BlockedNetworks(List<Cidr> networks) {
        this.networks = List.copyOf(networks);
    }

    /** Reads networks with commas between. */
    static List<Cidr> parse(String written) {
        List<Cidr> networks = new ArrayList<>();
        for (String one : written.split(",", -1)) {
            networks.add(Cidr.parse(one.strip()));
        }
        return networks;
    }

    /** Whether an address must not be connected to. */
    public boolean block(InetAddress address) {
        return listed(address) || (address instanceof Inet6Address && carriesListed(address.getAddress()));
    }

    private boolean listed(InetAddress address) {
        for (Cidr network : networks) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }

    private boolean carriesListed(byte[] six) {
        boolean zeros = true;
        for (int i = 0; i < 10; i++) {
            zeros &= six[i] == 0;
        }
        boolean compatible = zeros && six[10] == 0 && six[11] == 0;
        boolean mapped = zeros && six[10] == -1 && six[11] == -1;
        boolean nat64 = six[0] == 0 && six[1] == 0x64 && six[2] == (byte) 0xff && six[3] == (byte) 0x9b;
        if ((compatible || mapped || nat64) && listed(four(six, 12, 0))) {
            return true;
        }
        boolean sixToFour = six[0] == 0x20 && six[1] == 0x02;
        if (sixToFour && listed(four(six, 2, 0))) {
            return true;
        }
        boolean teredo = six[0] == 0x20 && six[1] == 0x01 && six[2] == 0 && six[3] == 0;
        return teredo && listed(four(six, 12, 0xff));
    }

    private static InetAddress four(byte[] six, int from, int xor) {
        byte[] four = Arrays.copyOfRange(six, from, from + 4);
        for (int i = 0; i < 4; i++) {
            four[i] ^= (byte) xor;
        }
        try {
            return InetAddress.getByAddress(four);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four octets are an address", e);
        }
    }
}
