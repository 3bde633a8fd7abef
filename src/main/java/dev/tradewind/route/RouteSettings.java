package dev.tradewind.route;

import dev.tradewind.settings.Cidr;
import dev.tradewind.settings.ListenAddress;
import dev.tradewind.settings.Setting;

import java.util.List;
import java.util.Optional;

/**
 * Where mail may go.
 *
 * @param port            {@code delivery.port}
 * @param blockedNetworks {@code delivery.blocked_networks}
 * @param smartHost       {@code delivery.smart_host}
 * @param ipVersions      {@code delivery.ip_versions}
 */
public record RouteSettings(
        @Setting(key = "delivery.port", doc = "Port of the remote hosts.", def = "25", min = "1", max = "65535")
        int port,

        @Setting(
                key = "delivery.blocked_networks",
                doc =
                        "Never connected to, so that the MX of a domain cannot point inwards. An IPv4 network also stands for its IPv6"
                                + " disguises (mapped, 6to4, NAT64).",
                def = BlockedNetworks.DEFAULT)
        List<Cidr> blockedNetworks,

        @Setting(
                key = "delivery.smart_host",
                doc =
                        "HOST:PORT of a relay that takes all mail; the MX records of the recipient's domain are then not asked for, and"
                                + " delivery.blocked_networks does not apply to it.")
        Optional<ListenAddress> smartHost,

        @Setting(
                key = "delivery.ip_versions",
                doc =
                        "Which addresses of a host are used and which come first. Large receivers judge IPv6 senders more strictly.",
                def = "ipv4_first")
        IpVersions ipVersions) {
    /** Which families, in which order. */
    public enum IpVersions {
        IPV4_FIRST,
        IPV6_FIRST,
        IPV4_ONLY,
        IPV6_ONLY
    }

    /** The defaults: port 25, inner networks blocked. */
    public static final RouteSettings DEFAULT = new RouteSettings(
            25, BlockedNetworks.parse(BlockedNetworks.DEFAULT), Optional.empty(), IpVersions.IPV4_FIRST);

    public RouteSettings {
        blockedNetworks = List.copyOf(blockedNetworks);
    }
}
