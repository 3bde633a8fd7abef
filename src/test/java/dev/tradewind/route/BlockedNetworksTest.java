package dev.tradewind.route;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.InetAddress;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

class BlockedNetworksTest {
    private final BlockedNetworks shipped = new BlockedNetworks(BlockedNetworks.parse(BlockedNetworks.DEFAULT));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.1.2.3",
                "127.0.0.1",
                "127.255.255.255",
                "10.0.0.1",
                "172.31.255.255",
                "192.168.0.1",
                "100.64.0.1",
                "169.254.169.254",
                "198.19.0.1",
                "224.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "fe80::1",
                "fd00::1",
                "ff02::1",
                "::ffff:127.0.0.1",
                "::127.0.0.1",
                "64:ff9b::7f00:1",
                "64:ff9b::a9fe:a9fe",
                "2002:7f00:0001::1",
                "2002:c0a8:0101::",
                "2001:0:1:2:3:4:80ff:fffe"
            })
    void innerAddressesAreBlockedInEveryForm(String address) {
        assertThat(shipped.block(InetAddress.ofLiteral(address))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "192.0.2.1",
                "8.8.8.8",
                "172.32.0.1",
                "100.128.0.1",
                "2001:db8::1",
                "2a00:1450::1",
                "64:ff9b::808:808",
                "2002:808:808::1"
            })
    void outerAddressesAreNot(String address) {
        assertThat(shipped.block(InetAddress.ofLiteral(address))).isFalse();
        assertThat(new BlockedNetworks(List.of()).block(InetAddress.ofLiteral("127.0.0.1")))
                .isFalse();
    }
}
