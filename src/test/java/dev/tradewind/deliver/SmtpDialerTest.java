package dev.tradewind.deliver;

import dev.tradewind.classify.Cause;
import dev.tradewind.classify.Phase;
import dev.tradewind.deliver.Dialer.Dialed;
import dev.tradewind.fixture.ScriptedHost;
import dev.tradewind.mail.EnhancedStatus;
import dev.tradewind.route.Host;
import dev.tradewind.route.Route;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(30)
class SmtpDialerTest {
    private static final Dialer.Source SOURCE = new Dialer.Source("default", "", "client.test");

    private final AtomicLong skipped = new AtomicLong();
    private final SmtpDialer dialer = new SmtpDialer(settings(Duration.ofSeconds(20)), this::nanoTime);

    private long nanoTime() {
        return System.nanoTime() + skipped.get();
    }

    private static DeliverSettings settings(Duration transaction) {
        return new DeliverSettings(
                Duration.ofSeconds(2),
                Duration.ofMillis(400),
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofMillis(500),
                Duration.ofSeconds(1),
                transaction,
                Duration.ofSeconds(20),
                3,
                DeliverSettings.DEFAULT.flight(),
                Optional.empty());
    }

    @AfterEach
    void close() {
        dialer.close();
    }

    private static Route.Hosts route(ScriptedHost... hosts) {
        List<Host> all = new ArrayList<>();
        for (ScriptedHost host : hosts) {
            all.add(host.host("mx" + all.size() + ".test"));
        }
        return new Route.Hosts("site", all);
    }

    private HopSession connect(Route.Hosts route) {
        return ((Dialed.Connected) dialer.dial(route, SOURCE)).session();
    }

    private static AttemptResult refusal(Dialed dialed) {
        return ((Dialed.NotConnected) dialed).result();
    }

    private static void takeMessages(ScriptedHost.Peer peer, int messages) throws IOException {
        for (int i = 0; i < messages; i++) {
            String mail = peer.line();
            assertThat(mail).startsWith("MAIL FROM:");
            assertThat(peer.line()).startsWith("RCPT TO:");
            String[] bdat = peer.line().split(" ");
            peer.octets(Integer.parseInt(bdat[1]));
            peer.say("250 ok", "250 ok", "250 2.0.0 queued");
        }
        peer.expect("QUIT");
        peer.say("221 bye");
    }

    @Test
    void tlsIsUsedAndItsSessionsAreResumed() throws IOException {
        List<Long> created = new CopyOnWriteArrayList<>();
        try (ScriptedHost host = ScriptedHost.start(peer -> {
            peer.hello("STARTTLS");
            peer.expect("STARTTLS");
            peer.say("220 go");
            created.add(peer.startTls().getSession().getCreationTime());
            peer.ehlo("PIPELINING", "CHUNKING");
            takeMessages(peer, 2);
        })) {
            for (int i = 0; i < 2; i++) {
                try (HopSession session = connect(host.route())) {
                    assertThat(session.tls()).isEqualTo(1);
                    assertThat(session.capabilities().chunking()).isTrue();
                    assertThat(session.transact(TestMessage.to("b@dst.example")))
                            .singleElement()
                            .isInstanceOf(AttemptResult.Delivered.class);
                    // Long enough idle to be listened to; what TLS itself has to say is no reply.
                    skipped.addAndGet(Duration.ofSeconds(1).toNanos());
                    assertThat(session.isUsable()).isTrue();
                    assertThat(session.transact(TestMessage.to("b@dst.example")))
                            .singleElement()
                            .isInstanceOf(AttemptResult.Delivered.class);
                    assertThat(session.transactions()).isEqualTo(2);
                }
            }
            host.verify();
            assertThat(created).hasSize(2);
            assertThat(created.get(1)).isEqualTo(created.get(0));
        }
    }

    @Test
    void hostThatOffersNoTlsIsServedInTheClear() throws IOException {
        try (ScriptedHost host = ScriptedHost.start(peer -> {
            peer.hello("SIZE 1000");
            peer.awaitHangUp();
        })) {
            try (HopSession session = connect(host.route())) {
                assertThat(session.tls()).isZero();
                assertThat(session.capabilities().size()).hasValue(1000);
            }
        }
    }

    @Test
    void failedTlsIsTriedOnceMoreInTheClear() throws IOException {
        try (ScriptedHost host = ScriptedHost.start(
                peer -> {
                    peer.hello("STARTTLS");
                    peer.expect("STARTTLS");
                    peer.say("220 go");
                    peer.octets(5);
                },
                peer -> {
                    peer.hello("STARTTLS", "PIPELINING");
                    peer.awaitHangUp();
                })) {
            try (HopSession session = connect(host.route())) {
                assertThat(session.tls()).isEqualTo(-1);
                assertThat(session.capabilities().pipelining()).isTrue();
            }
            assertThat(host.connections()).isEqualTo(2);
        }
    }

    @Test
    void nextHostIsTriedAndTheMostTellingFailureIsReported() throws IOException {
        ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Host dead = new Host("dead.test", InetAddress.getLoopbackAddress(), gone.getLocalPort());
        gone.close();
        try (ScriptedHost refuses = ScriptedHost.start(peer -> {
                    peer.say("421 4.7.0 busy");
                    peer.awaitHangUp();
                });
                ScriptedHost silent = ScriptedHost.start(ScriptedHost.Peer::stall);
                ScriptedHost willing = ScriptedHost.start(peer -> {
                    peer.hello();
                    peer.awaitHangUp();
                })) {
            Host a = refuses.host("a.test");
            Host b = silent.host("b.test");
            Host c = willing.host("c.test");
            try (HopSession session = connect(new Route.Hosts("site", List.of(dead, a, c)))) {
                assertThat(session.host()).isEqualTo(c);
            }
            Dialed none = dialer.dial(new Route.Hosts("site", List.of(dead, b, a, c)), SOURCE);
            assertThat(((Dialed.NotConnected) none).last())
                    .as("three hosts are tried at most")
                    .isEqualTo(a);
            assertThat(refusal(none))
                    .isInstanceOfSatisfying(
                            AttemptResult.Deferred.class,
                            deferred -> assertThat(deferred.cause().inOneLine()).isEqualTo("421 4.7.0 busy"));
            assertThat(refusal(dialer.dial(new Route.Hosts("site", List.of(dead, b)), SOURCE)))
                    .isInstanceOfSatisfying(AttemptResult.Deferred.class, deferred -> {
                        assertThat(deferred.scope()).isEqualTo(AttemptResult.Scope.SITE);
                        assertThat(deferred.cause().phase()).isEqualTo(Phase.GREETING);
                    });
            assertThat(refusal(dialer.dial(new Route.Hosts("site", List.of(dead)), SOURCE)))
                    .isInstanceOfSatisfying(
                            AttemptResult.Deferred.class,
                            deferred -> assertThat(deferred.cause().phase()).isEqualTo(Phase.CONNECT));
        }
    }

    @Test
    void onlyWhenEveryHostTakesNoMailTheMessageFails() throws IOException {
        ScriptedHost.Script never = peer -> {
            peer.say("521 5.3.2 no mail");
            peer.awaitHangUp();
        };
        try (ScriptedHost a = ScriptedHost.start(never);
                ScriptedHost b = ScriptedHost.start(never);
                ScriptedHost busy = ScriptedHost.start(peer -> {
                    peer.say("421 busy");
                    peer.awaitHangUp();
                })) {
            assertThat(refusal(dialer.dial(route(a, b), SOURCE))).isInstanceOf(AttemptResult.Failed.class);
            assertThat(refusal(dialer.dial(route(a, busy), SOURCE))).isInstanceOf(AttemptResult.Deferred.class);
        }
    }

    @Test
    void byteAMinuteDoesNotHoldTheThread() throws IOException {
        try (ScriptedHost host =
                ScriptedHost.start(peer -> peer.drip("220-" + "x".repeat(10_000) + "\r\n", Duration.ofMillis(20)))) {
            long start = System.nanoTime();
            assertThat(refusal(dialer.dial(host.route(), SOURCE)))
                    .isInstanceOfSatisfying(
                            AttemptResult.Deferred.class,
                            deferred -> assertThat(deferred.cause().inOneLine()).contains("did not answer in time"));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
        }
    }

    @Test
    void hostThatStopsReadingIsGivenUp() throws IOException {
        try (ScriptedHost host = ScriptedHost.start(peer -> {
            peer.hello("PIPELINING", "CHUNKING");
            peer.line();
            peer.line();
            peer.say("250 ok", "250 ok");
            peer.readNothing();
        })) {
            try (HopSession session = connect(host.route())) {
                List<AttemptResult> results = session.transact(TestMessage.of(
                        "a@src.example", List.of("b@dst.example"), TestMessage.text(30_000_000), false, false));
                assertThat(results).singleElement().isInstanceOfSatisfying(AttemptResult.Deferred.class, deferred -> {
                    assertThat(deferred.cause().phase()).isEqualTo(Phase.DATA);
                    assertThat(deferred.cause().inOneLine()).contains("did not answer in time");
                });
                assertThat(session.isUsable()).isFalse();
            }
        }
    }

    @Test
    void wholeTransactionHasAnEnd() throws IOException {
        try (SmtpDialer shortOfTime = new SmtpDialer(settings(Duration.ofMillis(700)), System::nanoTime);
                ScriptedHost host = ScriptedHost.start(peer -> {
                    peer.hello("PIPELINING", "CHUNKING");
                    peer.line();
                    peer.drip("250 ok\r\n".repeat(100), Duration.ofMillis(20));
                    peer.stall();
                })) {
            List<String> to = Collections.nCopies(40, "b@dst.example");
            try (HopSession session = ((Dialed.Connected) shortOfTime.dial(host.route(), SOURCE)).session()) {
                assertThat(session.transact(TestMessage.to(to.toArray(String[]::new))))
                        .hasSize(40)
                        .allSatisfy(result -> assertThat(result).isInstanceOf(AttemptResult.Unknown.class));
            }
        }
    }

    @Test
    void manyRecipientsGoInGroups() throws IOException {
        List<String> to = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            to.add("r" + i + "@dst.example");
        }
        TestMessage message = TestMessage.to(to.toArray(String[]::new));
        for (String extension : List.of("CHUNKING", "HELP")) {
            try (ScriptedHost host = ScriptedHost.start(peer -> {
                peer.hello("PIPELINING", extension);
                peer.line();
                for (int from = 0; from < 120; from += 50) {
                    List<String> replies = new ArrayList<>();
                    if (from == 0) {
                        replies.add("250 sender ok");
                    }
                    for (int i = from; i < Math.min(120, from + 50); i++) {
                        peer.expect("RCPT TO:<r" + i + "@dst.example>");
                        replies.add(i % 3 == 0 ? "550 5.1.1 no" : "250 ok");
                    }
                    peer.say(replies.toArray(String[]::new));
                }
                if (extension.equals("CHUNKING")) {
                    String[] bdat = peer.line().split(" ");
                    peer.octets(Integer.parseInt(bdat[1]));
                } else {
                    peer.expect("DATA");
                    peer.say("354 go");
                    peer.stuffedData();
                }
                peer.say("250 queued");
                peer.expect("QUIT");
            })) {
                try (HopSession session = connect(host.route())) {
                    List<AttemptResult> results = session.transact(message);
                    assertThat(results).hasSize(120);
                    for (int i = 0; i < 120; i++) {
                        assertThat(results.get(i))
                                .isInstanceOf(i % 3 == 0 ? AttemptResult.Failed.class : AttemptResult.Delivered.class);
                    }
                }
                host.verify();
            }
        }
    }

    @Test
    void hangUpOfAnIdleHostIsNoticedBeforeAMessageIsWasted() throws IOException {
        try (ScriptedHost host = ScriptedHost.start(peer -> {
            peer.hello("PIPELINING", "CHUNKING");
        })) {
            try (HopSession session = connect(host.route())) {
                host.verify();
                skipped.addAndGet(Duration.ofSeconds(1).toNanos());
                assertThat(session.isUsable()).isFalse();
                assertThat(session.transact(TestMessage.to("b@dst.example", "c@dst.example")))
                        .hasSize(2)
                        .allSatisfy(result -> assertThat(result).isInstanceOf(AttemptResult.Deferred.class));
            }
        }
    }

    @Test
    void refusalBeforeAHangUpWithinContentIsHeard() throws IOException {
        try (ScriptedHost host = ScriptedHost.start(peer -> {
            peer.hello("CHUNKING");
            peer.line();
            peer.say("250 ok");
            peer.line();
            peer.say("250 ok");
            peer.line();
            peer.say("552 5.3.4 too large");
        })) {
            try (HopSession session = connect(host.route())) {
                assertThat(session.transact(TestMessage.of(
                                "a@src.example", List.of("b@dst.example"), TestMessage.text(20_000_000), false, false)))
                        .singleElement()
                        .isInstanceOfSatisfying(
                                AttemptResult.Failed.class,
                                failed -> assertThat(failed.cause().inOneLine()).isEqualTo("552 5.3.4 too large"));
            }
        }
    }

    @Test
    void impossibleMessageLeavesTheSessionUsable() throws IOException {
        try (ScriptedHost host = ScriptedHost.start(peer -> {
            peer.hello();
            peer.awaitHangUp();
        })) {
            try (HopSession session = connect(host.route())) {
                Cause cause = new Cause.Internal(Phase.CONTENT, new EnhancedStatus(5, 6, 3), "cannot be converted");
                assertThat(session.transact(_ -> new Outgoing.Prepared.Impossible(cause)))
                        .containsExactly(new AttemptResult.Failed(cause));
                assertThat(session.isUsable()).isTrue();
            }
        }
    }

    @Test
    void sourceAddressIsBound() throws IOException {
        AtomicReference<InetAddress> client = new AtomicReference<>(InetAddress.getLoopbackAddress());
        try (ScriptedHost host = ScriptedHost.start(peer -> {
            client.set(peer.client());
            peer.hello();
            peer.awaitHangUp();
        })) {
            Dialed dialed = dialer.dial(host.route(), new Dialer.Source("second", "127.0.0.2", "second.test"));
            try (HopSession session = ((Dialed.Connected) dialed).session()) {
                assertThat(session.isUsable()).isTrue();
                assertThat(client.get()).isEqualTo(InetAddress.ofLiteral("127.0.0.2"));
            }
            assertThat(refusal(dialer.dial(host.route(), new Dialer.Source("foreign", "192.0.2.1", "x.test"))))
                    .isInstanceOfSatisfying(
                            AttemptResult.Deferred.class,
                            deferred -> assertThat(deferred.cause().inOneLine())
                                    .startsWith("454 4.3.5 [internal] source address 192.0.2.1"));
            assertThat(refusal(dialer.dial(host.route(), new Dialer.Source("six", "::1", "x.test"))))
                    .isInstanceOfSatisfying(
                            AttemptResult.Deferred.class,
                            deferred -> assertThat(deferred.cause().inOneLine()).contains("source six can connect to"));
        }
    }

    @Test
    void contentArrivesAsItWas() throws IOException {
        TestMessage message =
                TestMessage.of("a@src.example", List.of("b@dst.example"), TestMessage.text(300_000), false, false);
        AtomicReference<byte[]> got = new AtomicReference<>(new byte[0]);
        try (ScriptedHost host = ScriptedHost.start(peer -> {
            peer.hello("PIPELINING", "CHUNKING", "STARTTLS");
            peer.expect("STARTTLS");
            peer.say("220 go");
            peer.startTls();
            peer.ehlo("CHUNKING");
            peer.line();
            peer.say("250 ok");
            peer.line();
            peer.say("250 ok");
            peer.line();
            got.set(peer.octets(message.wire().length));
            peer.say("250 queued");
            peer.awaitHangUp();
        })) {
            try (HopSession session = connect(host.route())) {
                assertThat(session.transact(message)).singleElement().isInstanceOf(AttemptResult.Delivered.class);
            }
            assertThat(Arrays.equals(got.get(), message.wire())).isTrue();
        }
    }
}
