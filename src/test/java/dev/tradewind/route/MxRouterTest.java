package dev.tradewind.route;

import dev.tradewind.mail.Domain;
import dev.tradewind.settings.ListenAddress;
import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

class MxRouterTest {
    private final FakeDns dns = new FakeDns();
    private Instant now = Instant.parse("2026-11-24T12:00:00Z");
    private RouteSettings settings = RouteSettings.DEFAULT;

    private MxRouter router() {
        return new MxRouter(
                dns,
                settings,
                Set.of("me.example.net"),
                Set.of(InetAddress.ofLiteral("198.51.100.9")),
                new Random(7),
                () -> now,
                100,
                Runnable::run);
    }

    private Route route(String domain) {
        return router().route(Domain.parse(domain));
    }

    private static List<String> hosts(Route route) {
        return ((Route.Hosts) route)
                .hosts().stream()
                        .map(host -> host.name() + " " + host.address().getHostAddress())
                        .toList();
    }

    @Test
    void hostsComeByPreferenceAndAddressesBesideEachOther() {
        dns.mx("example.com", 20, "b.example.com", 10, "a.example.com")
                .address("a.example.com", "192.0.2.1", "2001:db8::1")
                .address("b.example.com", "192.0.2.2");
        assertThat(hosts(route("Example.COM")))
                .containsExactly(
                        "a.example.com 192.0.2.1", "a.example.com 2001:db8:0:0:0:0:0:1", "b.example.com 192.0.2.2");
        settings = new RouteSettings(25, List.of(), Optional.empty(), RouteSettings.IpVersions.IPV6_FIRST);
        assertThat(hosts(route("example.com")))
                .startsWith("a.example.com 2001:db8:0:0:0:0:0:1", "a.example.com 192.0.2.1");
        settings = new RouteSettings(25, List.of(), Optional.empty(), RouteSettings.IpVersions.IPV6_ONLY);
        assertThat(hosts(route("example.com"))).containsExactly("a.example.com 2001:db8:0:0:0:0:0:1");
    }

    @Test
    void equalPreferencesAreShuffledAnewForEveryCaller() {
        dns.mx("example.com", 10, "a.example.com", 10, "b.example.com", 20, "c.example.com")
                .address("a.example.com", "192.0.2.1")
                .address("b.example.com", "192.0.2.2")
                .address("c.example.com", "192.0.2.3");
        MxRouter router = router();
        Set<List<String>> orders = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            orders.add(hosts(router.route(Domain.parse("example.com"))));
        }
        assertThat(orders).hasSize(2).allSatisfy(order -> assertThat(order).endsWith("c.example.com 192.0.2.3"));
        assertThat(dns.asked("example.com", Dns.Type.MX)).isEqualTo(1);
    }

    @Test
    void domainWithoutMxIsItsOwnHost() {
        dns.address("example.com", "192.0.2.1");
        Route route = route("example.com");
        assertThat(hosts(route)).containsExactly("example.com 192.0.2.1");
        assertThat(((Route.Hosts) route).site()).isEqualTo("example.com");
    }

    @Test
    void domainThatDoesNotExistIsPermanent() {
        assertThat(route("nowhere.example")).isInstanceOf(Route.NoSuchDomain.class);
        assertThat(dns.asked("nowhere.example", Dns.Type.A)).isZero();
        dns.say("empty.example", Dns.Type.MX, new Dns.Answer.NoData(Duration.ofMinutes(1)));
        assertThat(route("empty.example")).isInstanceOf(Route.NoSuchDomain.class);
        dns.mx("dangling.example", 10, "gone.example");
        assertThat(route("dangling.example")).isInstanceOf(Route.NoSuchDomain.class);
    }

    @Test
    void nullMxAloneTakesNoMailAndBesideOthersIsPassedOver() {
        dns.mx("null.example", 0, "");
        assertThat(route("null.example")).isInstanceOf(Route.NullMx.class);
        dns.mx("mixed.example", 0, "", 10, "a.example.com").address("a.example.com", "192.0.2.1");
        assertThat(hosts(route("mixed.example"))).containsExactly("a.example.com 192.0.2.1");
    }

    @Test
    void aliasesAreFollowedAndCirclesEnd() {
        dns.alias("www.example.com", "example.com")
                .mx("example.com", 10, "mx.example.com")
                .alias("mx.example.com", "real.example.com")
                .address("real.example.com", "192.0.2.1");
        assertThat(hosts(route("www.example.com"))).containsExactly("mx.example.com 192.0.2.1");
        dns.alias("a.example", "b.example").alias("b.example", "a.example");
        assertThat(route("a.example")).isInstanceOf(Route.NoSuchDomain.class);
    }

    @Test
    void mxThatIsTheTextOfAnAddressIsPassedOver() {
        dns.mx("example.com", 5, "192.0.2.7", 7, "not a name", 10, "mx.example.com")
                .address("mx.example.com", "192.0.2.1");
        assertThat(hosts(route("example.com"))).containsExactly("mx.example.com 192.0.2.1");
        dns.mx("only.example", 5, "192.0.2.7");
        assertThat(route("only.example")).isInstanceOf(Route.NoSuchDomain.class);
    }

    @Test
    void ourselvesAndAllWorseHostsAreDropped() {
        dns.mx("backup.example", 10, "a.example.com", 20, "me.example.net", 20, "c.example.com", 30, "b.example.com")
                .address("a.example.com", "192.0.2.1")
                .address("b.example.com", "192.0.2.2")
                .address("c.example.com", "192.0.2.3");
        assertThat(hosts(route("backup.example"))).containsExactly("a.example.com 192.0.2.1");

        dns.mx("byaddress.example", 10, "a.example.com", 20, "other.example").address("other.example", "198.51.100.9");
        assertThat(hosts(route("byaddress.example"))).containsExactly("a.example.com 192.0.2.1");

        dns.mx("loop.example", 10, "me.example.net");
        assertThat(route("loop.example"))
                .isInstanceOfSatisfying(
                        Route.Refused.class,
                        refused -> assertThat(refused.loop()).isTrue());
        dns.address("us.example", "198.51.100.9");
        assertThat(route("us.example"))
                .isInstanceOfSatisfying(
                        Route.Refused.class,
                        refused -> assertThat(refused.loop()).isTrue());
    }

    @Test
    void addressesInBlockedNetworksAreNeverUsed() {
        dns.mx("inward.example", 10, "a.example.com", 20, "b.example.com")
                .address("a.example.com", "127.0.0.1", "10.1.2.3", "::1", "fe80::1", "::ffff:192.168.1.1")
                .address("b.example.com", "192.0.2.2");
        assertThat(hosts(route("inward.example"))).containsExactly("b.example.com 192.0.2.2");
        dns.address("b.example.com", "172.16.0.1");
        assertThat(route("inward.example"))
                .isInstanceOfSatisfying(
                        Route.Refused.class,
                        refused -> assertThat(refused.loop()).isFalse());
    }

    @Test
    void deadDnsIsUnresolvedButOneDeadHostIsNoMatter() {
        dns.fails("example.com");
        assertThat(route("example.com")).isInstanceOf(Route.Unresolved.class);
        dns.mx("half.example", 10, "dead.example", 20, "live.example")
                .fails("dead.example")
                .address("live.example", "192.0.2.1");
        assertThat(hosts(route("half.example"))).containsExactly("live.example 192.0.2.1");
        dns.mx("allfail.example", 10, "dead.example");
        assertThat(route("allfail.example")).isInstanceOf(Route.Unresolved.class);
    }

    @Test
    void literalsAreTheirOwnHosts() {
        assertThat(hosts(route("[192.0.2.1]"))).containsExactly("[192.0.2.1] 192.0.2.1");
        assertThat(hosts(route("[IPv6:2001:db8::1]"))).containsExactly("[ipv6:2001:db8::1] 2001:db8:0:0:0:0:0:1");
        assertThat(route("[2001:db8::1]")).isInstanceOf(Route.NoSuchDomain.class);
        assertThat(route("[ipv6:192.0.2.1]")).isInstanceOf(Route.NoSuchDomain.class);
        assertThat(route("[x-tag:abc]")).isInstanceOf(Route.NoSuchDomain.class);
        assertThat(route("[127.0.0.1]")).isInstanceOf(Route.Refused.class);
        assertThat(route("[198.51.100.9]")).isInstanceOf(Route.Refused.class);
    }

    @Test
    void internationalNamesAreAskedForAsALabels() {
        dns.address("xn--bcher-kva.example", "192.0.2.1");
        assertThat(hosts(route("bücher.example"))).containsExactly("xn--bcher-kva.example 192.0.2.1");
    }

    @Test
    void sitesAreNamedByProviderOrHosts() {
        Sites sites = Sites.shipped();
        assertThat(sites.of(List.of("aspmx.l.google.com", "alt1.aspmx.l.google.com")))
                .isEqualTo("google.com");
        assertThat(sites.of(List.of("aspmx.l.google.com", "aspmx2.googlemail.com")))
                .isEqualTo("google.com");
        assertThat(sites.of(List.of("mta5.am0.yahoodns.net"))).isEqualTo("yahoodns.net");
        assertThat(sites.of(List.of("example-com.mail.protection.outlook.com")))
                .isEqualTo("mail.protection.outlook.com");
        assertThat(sites.of(List.of("mx.example.net"))).isEqualTo("mx.example.net");
        assertThat(sites.of(List.of("b.example.net", "a.example.net")))
                .isEqualTo(sites.of(List.of("a.example.net", "b.example.net")))
                .startsWith("a.example.net+1.")
                .isNotEqualTo(sites.of(List.of("a.example.net", "c.example.net")));
        assertThat(sites.of(List.of("aspmx.l.google.com", "backup.example.net")))
                .startsWith("aspmx.l.google.com+1.");
        assertThat(sites.of(List.of("notgoogle.com"))).isEqualTo("notgoogle.com");
    }

    @Test
    void routeIsAskedForAgainWhenItsAnswersRunOut() {
        dns.mx("example.com", 10, "a.example.com").address("a.example.com", "192.0.2.1");
        MxRouter router = router();
        Domain domain = Domain.parse("example.com");
        router.route(domain);
        now = now.plus(Duration.ofMinutes(4));
        router.route(domain);
        assertThat(dns.asked("example.com", Dns.Type.MX)).isEqualTo(1);
        dns.address("a.example.com", "192.0.2.2");
        now = now.plus(Duration.ofMinutes(2));
        assertThat(hosts(router.route(domain))).containsExactly("a.example.com 192.0.2.2");
    }

    @Test
    void smartHostTakesEverything() {
        settings = new RouteSettings(
                25,
                settings.blockedNetworks(),
                Optional.of(ListenAddress.parse("127.0.0.1:2600")),
                RouteSettings.IpVersions.IPV4_FIRST);
        assertThat(((Route.Hosts) route("anything.example")).hosts().getFirst().port())
                .isEqualTo(2600);
        settings = new RouteSettings(
                25,
                settings.blockedNetworks(),
                Optional.of(ListenAddress.parse("relay.example:26")),
                RouteSettings.IpVersions.IPV4_FIRST);
        assertThat(route("anything.example")).isInstanceOf(Route.Unresolved.class);
        dns.address("relay.example", "10.0.0.1");
        assertThat(hosts(route("anything.example"))).containsExactly("relay.example 10.0.0.1");
    }
}
