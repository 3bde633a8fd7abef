package dev.tradewind.route;

import dev.tradewind.fixture.TestDns;
import dev.tradewind.mail.Domain;
import dev.tradewind.route.Dns.Answer;
import dev.tradewind.route.Dns.Question;
import dev.tradewind.route.Dns.Resource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

class DnsJavaTest {
    private final TestDns server = TestDns.start();
    private final DnsJava dns = new DnsJava(settings(server));

    private static DnsSettings settings(TestDns... servers) {
        List<dev.tradewind.settings.ListenAddress> addresses =
                java.util.Arrays.stream(servers).map(TestDns::address).toList();
        return settings(addresses, 500);
    }

    private static DnsSettings settings(List<dev.tradewind.settings.ListenAddress> addresses, int concurrent) {
        return new DnsSettings(
                addresses,
                false,
                Duration.ofMillis(300),
                2,
                concurrent,
                Duration.ZERO,
                Duration.ofHours(1),
                Duration.ZERO,
                100);
    }

    private Answer ask(String name, Dns.Type type) {
        return dns.ask(new Question(name, type));
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void recordsOfEveryTypeAreRead() {
        server.ttl(123)
                .mx("example.com", 10, "MX.example.com")
                .mx("null.example", 0, ".")
                .a("mx.example.com", "192.0.2.1")
                .aaaa("mx.example.com", "2001:db8::1")
                .txt("t.example.com", "v".repeat(300));
        assertThat(ask("example.com", Dns.Type.MX))
                .isEqualTo(new Answer.Records(
                        List.of(new Resource.Mx(10, "mx.example.com")), Duration.ofSeconds(123), false));
        assertThat(ask("null.example", Dns.Type.MX))
                .isInstanceOfSatisfying(
                        Answer.Records.class,
                        records -> assertThat(records.records()).containsExactly(new Resource.Mx(0, "")));
        assertThat(ask("mx.example.com", Dns.Type.A)).isInstanceOf(Answer.Records.class);
        assertThat(ask("mx.example.com", Dns.Type.AAAA)).isInstanceOf(Answer.Records.class);
        assertThat(ask("t.example.com", Dns.Type.TXT))
                .isInstanceOfSatisfying(
                        Answer.Records.class,
                        records -> assertThat(records.records()).containsExactly(new Resource.Text("v".repeat(300))));
    }

    @Test
    void absenceIsOfTheNameOrOfTheType() {
        server.a("example.com", "192.0.2.1");
        assertThat(ask("gone.example", Dns.Type.MX)).isInstanceOf(Answer.NoSuchName.class);
        assertThat(ask("example.com", Dns.Type.MX)).isInstanceOf(Answer.NoData.class);
        assertThat(ask("a".repeat(64) + ".example", Dns.Type.MX)).isInstanceOf(Answer.NoSuchName.class);
    }

    @Test
    void aliasesAreFollowedWithinTheAnswerOrReported() {
        server.cname("www.example.com", "x.example.com")
                .cname("x.example.com", "example.com")
                .mx("example.com", 10, "mx.example.com");
        assertThat(ask("www.example.com", Dns.Type.MX)).isInstanceOf(Answer.Records.class);
        server.fault("www.example.com", TestDns.Fault.BARE_ALIAS);
        assertThat(ask("www.example.com", Dns.Type.MX))
                .isInstanceOfSatisfying(
                        Answer.Alias.class, alias -> assertThat(alias.target()).isEqualTo("x.example.com"));
        server.cname("dangling.example", "gone.example");
        assertThat(ask("dangling.example", Dns.Type.MX)).isInstanceOf(Answer.NoSuchName.class);
        server.cname("typeless.example", "t.example").a("t.example", "192.0.2.1");
        assertThat(ask("typeless.example", Dns.Type.MX)).isInstanceOf(Answer.NoData.class);
    }

    @Test
    void truncatedAnswerIsFetchedOverTcp() {
        for (int i = 0; i < 100; i++) {
            server.mx("many.example", i, "mail-host-number-" + i + ".example.com");
        }
        assertThat(ask("many.example", Dns.Type.MX))
                .isInstanceOfSatisfying(
                        Answer.Records.class,
                        records -> assertThat(records.records()).hasSize(100));
        assertThat(server.queriesOverTcp()).isEqualTo(1);
        server.a("tc.example", "192.0.2.1").fault("tc.example", TestDns.Fault.TRUNCATED);
        assertThat(ask("tc.example", Dns.Type.A)).isInstanceOf(Answer.Records.class);
    }

    @Test
    void silentOrFailingServersAreAskedAgainAndGivenUp() {
        server.a("example.com", "192.0.2.1").fault("example.com", TestDns.Fault.SERVFAIL);
        assertThat(ask("example.com", Dns.Type.A))
                .isInstanceOfSatisfying(
                        Answer.Failure.class,
                        failure -> assertThat(failure.reason()).contains("SERVFAIL"));
        assertThat(server.queries("example.com")).isEqualTo(2);
        server.fault("silent.example", TestDns.Fault.TIMEOUT);
        assertThat(ask("silent.example", Dns.Type.A)).isInstanceOf(Answer.Failure.class);
    }

    @Test
    void moreQuestionsThanMayBeUnderWayWaitForEachOther() throws Exception {
        server.fault("silent.example", TestDns.Fault.TIMEOUT);
        DnsJava narrow = new DnsJava(settings(List.of(server.address()), 2));
        long begun = System.nanoTime();
        List<Thread> askers = new java.util.ArrayList<>();
        for (int i = 0; i < 6; i++) {
            askers.add(Thread.ofVirtual().start(() -> narrow.ask(new Question("silent.example", Dns.Type.MX))));
        }
        for (Thread asker : askers) {
            asker.join();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .as("three times two questions of 600 ms, not six at once")
                .isGreaterThan(Duration.ofMillis(1500));
    }

    @Test
    void secondServerHelpsAndIsPreferredFromThenOn() {
        server.fault("*", TestDns.Fault.TIMEOUT);
        try (TestDns second = TestDns.start().a("example.com", "192.0.2.1").a("example.org", "192.0.2.2")) {
            DnsJava both = new DnsJava(settings(server, second));
            assertThat(both.ask(new Question("example.com", Dns.Type.A))).isInstanceOf(Answer.Records.class);
            assertThat(both.ask(new Question("example.org", Dns.Type.A))).isInstanceOf(Answer.Records.class);
            assertThat(server.queries("example.org")).isZero();
        }
    }

    @Test
    void wholeWayFromAnyDomainToLoopback() {
        try (TestDns world = TestDns.allMailToLoopback()) {
            DnsSettings settings = settings(world);
            MxRouter router = new MxRouter(
                    new CachedDns(new DnsJava(settings), settings, InstantSource.system(), Runnable::run),
                    new RouteSettings(2525, List.of(), Optional.empty(), RouteSettings.IpVersions.IPV4_FIRST),
                    Set.of("node.test"),
                    Set.of(),
                    new Random(1),
                    InstantSource.system(),
                    100,
                    task -> Thread.ofVirtual().start(task));
            Route.Hosts route = (Route.Hosts) router.route(Domain.parse("whatever.example"));
            assertThat(route.site()).isEqualTo("mx.test");
            assertThat(route.hosts()).hasToString("[mx.test[127.0.0.1]:2525]");
        }
    }
}
