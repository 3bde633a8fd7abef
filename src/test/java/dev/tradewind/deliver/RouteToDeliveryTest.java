package dev.tradewind.deliver;

import dev.tradewind.deliver.Dialer.Dialed;
import dev.tradewind.fixture.ScriptedHost;
import dev.tradewind.fixture.TestDns;
import dev.tradewind.mail.Domain;
import dev.tradewind.route.CachedDns;
import dev.tradewind.route.DnsJava;
import dev.tradewind.route.DnsSettings;
import dev.tradewind.route.MxRouter;
import dev.tradewind.route.Route;
import dev.tradewind.route.RouteSettings;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

/** The settings by which a test of the whole product keeps all mail on this machine. */
class RouteToDeliveryTest {
    @Test
    void mailForAnyDomainReachesTheHostOnLoopback() throws IOException {
        try (TestDns world = TestDns.allMailToLoopback();
                ScriptedHost host = ScriptedHost.start(peer -> {
                    peer.hello("PIPELINING");
                    peer.expect("MAIL FROM:<a@src.example>");
                    peer.expect("RCPT TO:<b@anywhere.example>");
                    peer.expect("DATA");
                    peer.say("250 ok", "250 ok", "354 go");
                    peer.stuffedData();
                    peer.say("250 2.0.0 queued");
                    peer.expect("QUIT");
                });
                SmtpDialer dialer = new SmtpDialer(DeliverSettings.DEFAULT, System::nanoTime)) {
            DnsSettings dns = DnsSettings.of(List.of(world.address()));
            MxRouter router = new MxRouter(
                    new CachedDns(new DnsJava(dns), dns, InstantSource.system(), Runnable::run),
                    new RouteSettings(host.port(), List.of(), Optional.empty(), RouteSettings.IpVersions.IPV4_FIRST),
                    Set.of("node.test"),
                    Set.of(),
                    new Random(1),
                    InstantSource.system(),
                    1000,
                    Runnable::run);
            Route.Hosts route = (Route.Hosts) router.route(Domain.parse("anywhere.example"));
            Dialed dialed = dialer.dial(route, new Dialer.Source("default", "", "node.test"));
            try (HopSession session = ((Dialed.Connected) dialed).session()) {
                assertThat(session.transact(TestMessage.to("b@anywhere.example")))
                        .singleElement()
                        .isInstanceOf(AttemptResult.Delivered.class);
            }
            host.verify();
        }
    }
}
