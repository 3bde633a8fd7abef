package dev.tradewind.sandbox;

import dev.tradewind.account.Tenant;
import dev.tradewind.account.TenantScope;
import dev.tradewind.classify.Cause;
import dev.tradewind.classify.Phase;
import dev.tradewind.deliver.AttemptResult;
import dev.tradewind.deliver.Dialer;
import dev.tradewind.deliver.HopCapabilities;
import dev.tradewind.deliver.HopSession;
import dev.tradewind.deliver.Outgoing;
import dev.tradewind.mail.Domain;
import dev.tradewind.mail.EnhancedStatus;
import dev.tradewind.mail.Envelope;
import dev.tradewind.mail.ForwardPath;
import dev.tradewind.mail.MessageId;
import dev.tradewind.mail.MessageOctets;
import dev.tradewind.mail.ReversePath;
import dev.tradewind.route.Route;
import dev.tradewind.settings.ByteSize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import static org.assertj.core.api.Assertions.assertThat;

class SandboxInboxTest {
    private static final TenantScope ALL = TenantScope.whole(1);

    @TempDir
    Path directory;

    private SandboxInbox open(SandboxSettings settings) {
        return SandboxInbox.open(directory.resolve("sandbox.db"), settings, InstantSource.system());
    }

    private static Arrival arrival(Tenant tenant, String subject, String text) {
        return new Arrival(
                tenant,
                Optional.empty(),
                "bounce@example.com",
                "ann@example.net",
                SandboxSamples.plain("Shop <shop@example.com>", subject, text));
    }

    private static long keep(SandboxInbox inbox, String subject) {
        return keep(inbox, arrival(Tenant.MAIN, subject, "text"));
    }

    private static long keep(SandboxInbox inbox, Arrival arrival) {
        return switch (inbox.keep(arrival)) {
            case SandboxInbox.Kept.As(long id) -> id;
            case SandboxInbox.Kept.Not(String reason) -> throw new AssertionError(reason);
            case SandboxInbox.Kept.Perhaps(String reason) -> throw new AssertionError(reason);
        };
    }

    private static List<String> subjects(SandboxInbox inbox, SandboxInbox.Wanted wanted) {
        return inbox.list(wanted).messages().stream()
                .map(summary -> summary.digest().subject())
                .toList();
    }

    @Test
    void dropsTheOldestMessagesBeyondTheirNumber() {
        try (SandboxInbox inbox = open(new SandboxSettings(true, 3, new ByteSize(1_000_000)))) {
            for (int i = 1; i <= 7; i++) {
                keep(inbox, "s" + i);
            }
            assertThat(subjects(inbox, SandboxInbox.Wanted.newest(ALL, 100))).containsExactly("s7", "s6", "s5");
            assertThat(inbox.octets(1)).isEmpty();
            assertThat(inbox.octets(7)).isPresent();
        }
    }

    @Test
    void dropsTheOldestMessagesBeyondTheirSizeButNeverTheNewest() {
        try (SandboxInbox inbox = open(new SandboxSettings(true, 100, new ByteSize(10_000)))) {
            keep(inbox, "small");
            keep(inbox, arrival(Tenant.MAIN, "middle", "x".repeat(6000)));
            keep(inbox, arrival(Tenant.MAIN, "next", "x".repeat(6000)));
            assertThat(subjects(inbox, SandboxInbox.Wanted.newest(ALL, 100))).containsExactly("next");
            keep(inbox, arrival(Tenant.MAIN, "huge", "x".repeat(60_000)));
            assertThat(subjects(inbox, SandboxInbox.Wanted.newest(ALL, 100))).containsExactly("huge");
        }
    }

    @Test
    void boundsHoldAfterRestartAndNumbersGoOn() {
        try (SandboxInbox inbox = open(SandboxSettings.DEFAULT)) {
            for (int i = 1; i <= 5; i++) {
                keep(inbox, "s" + i);
            }
        }
        try (SandboxInbox inbox = open(new SandboxSettings(true, 2, new ByteSize(1_000_000)))) {
            assertThat(keep(inbox, "s6")).isEqualTo(6);
            assertThat(subjects(inbox, SandboxInbox.Wanted.newest(ALL, 100))).containsExactly("s6", "s5");
        }
    }

    @Test
    void everyoneOfManyIsAnsweredAfterTheCommit() throws Exception {
        try (SandboxInbox inbox = open(SandboxSettings.DEFAULT);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Long>> all = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                String subject = "s" + i;
                all.add(() -> {
                    long id = keep(inbox, subject);
                    assertThat(inbox.find(ALL, id).orElseThrow().digest().subject())
                            .isEqualTo(subject);
                    return id;
                });
            }
            Set<Long> ids = new HashSet<>();
            for (Future<Long> answer : threads.invokeAll(all)) {
                ids.add(answer.get());
            }
            assertThat(ids).hasSize(1000);
        }
    }

    @Test
    void tenantsSeeTheirOwnMailOnly() throws InterruptedException {
        Tenant sub = new Tenant(1, 7);
        try (SandboxInbox inbox = open(SandboxSettings.DEFAULT)) {
            long main = keep(inbox, "main");
            long theirs = keep(inbox, arrival(sub, "theirs", "x"));
            long foreign = keep(inbox, arrival(new Tenant(2, 0), "foreign", "x"));
            assertThat(subjects(inbox, SandboxInbox.Wanted.newest(ALL, 10))).containsExactly("theirs", "main");
            assertThat(subjects(inbox, SandboxInbox.Wanted.newest(TenantScope.only(sub), 10)))
                    .containsExactly("theirs");
            assertThat(inbox.find(TenantScope.only(sub), main)).isEmpty();
            assertThat(inbox.remove(TenantScope.only(sub), main)).isFalse();
            assertThat(inbox.removeAll(ALL)).isEqualTo(2);
            assertThat(inbox.octets(theirs)).isEmpty();
            assertThat(inbox.octets(foreign)).isPresent();
        }
    }

    @Test
    void findsByPartsAndTakesPatternSignsLiterally() {
        try (SandboxInbox inbox = open(SandboxSettings.DEFAULT)) {
            keep(inbox, "100% off");
            keep(inbox, "100 euro off");
            keep(inbox, arrival(Tenant.MAIN, "other", "find_me here"));
            assertThat(subjects(inbox, wanted("", "100% O", ""))).containsExactly("100% off");
            assertThat(subjects(inbox, wanted("", "", "FIND_ME"))).containsExactly("other");
            assertThat(subjects(inbox, wanted("ander", "", ""))).hasSize(3);
            assertThat(subjects(inbox, wanted("bob", "", ""))).isEmpty();
            assertThat(subjects(inbox, wanted("", "", "'; DROP TABLE message; --")))
                    .isEmpty();
        }
    }

    private static SandboxInbox.Wanted wanted(String to, String subject, String words) {
        return new SandboxInbox.Wanted(ALL, to, subject, words, OptionalLong.empty(), OptionalLong.empty(), 10);
    }

    @Test
    void pagesByNumberAndSince() {
        try (SandboxInbox inbox = open(SandboxSettings.DEFAULT)) {
            for (int i = 1; i <= 5; i++) {
                keep(inbox, "s" + i);
            }
            SandboxInbox.Listing first = inbox.list(SandboxInbox.Wanted.newest(ALL, 2));
            assertThat(first.more()).isTrue();
            assertThat(first.total()).isEqualTo(5);
            SandboxInbox.Wanted rest =
                    new SandboxInbox.Wanted(ALL, "", "", "", OptionalLong.of(4), OptionalLong.empty(), 10);
            assertThat(subjects(inbox, rest)).containsExactly("s3", "s2", "s1");
            SandboxInbox.Wanted fresh =
                    new SandboxInbox.Wanted(ALL, "", "", "", OptionalLong.empty(), OptionalLong.of(4), 10);
            assertThat(subjects(inbox, fresh)).containsExactly("s5");
        }
    }

    @Test
    void aClosedInboxTakesNothing() {
        SandboxInbox inbox = open(SandboxSettings.DEFAULT);
        inbox.close();
        assertThat(inbox.keep(arrival(Tenant.MAIN, "late", "x"))).isInstanceOf(SandboxInbox.Kept.Not.class);
    }

    @Test
    void whatIsBeingWrittenIsUnknownAndWhatIsNotYetIsGivenUpForGood() {
        CountDownLatch goOn = new CountDownLatch(1);
        InstantSource slow = () -> { // asked by the writer, once it has taken a message up
            try {
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return Instant.EPOCH;
        };
        try (SandboxInbox inbox = SandboxInbox.open(
                        directory.resolve("sandbox.db"), SandboxSettings.DEFAULT, slow, Duration.ofSeconds(1));
                HopSession session = session(inbox)) {
            Outgoing first = new Ready(
                    new Outgoing.Prepared.Ready(
                            Envelope.of(ReversePath.NULL, ForwardPath.parse("ann@example.net")),
                            new byte[0],
                            SandboxSamples.plain("a@example.com", "taken up", "text")),
                    Optional.empty());
            assertThat(session.transact(first)).singleElement().isInstanceOf(AttemptResult.Unknown.class);
            assertThat(inbox.keep(arrival(Tenant.MAIN, "given up", "x"))).isInstanceOf(SandboxInbox.Kept.Not.class);
            goOn.countDown();
            keep(inbox, "afterwards");
            assertThat(subjects(inbox, SandboxInbox.Wanted.newest(ALL, 10))).containsExactly("afterwards", "taken up");
        }
    }

    // ---- as a destination

    private record Ready(Prepared prepared, Optional<Origin> origin) implements Outgoing {
        @Override
        public Prepared prepare(HopCapabilities host) {
            assertThat(host.eightBit() && host.smtpUtf8() && host.chunking() && host.pipelining() && host.dsn())
                    .isTrue();
            return prepared;
        }
    }

    private static HopSession session(SandboxInbox inbox) {
        Dialer.Dialed dialed = new SandboxDialer(inbox, (route, source) -> {
                    throw new AssertionError("the world was dialed");
                })
                .dial(SandboxRouter.SANDBOX, new Dialer.Source("default", "", "mx.example"));
        return ((Dialer.Dialed.Connected) dialed).session();
    }

    @Test
    void keepsWhatTheWireWouldHaveCarried() {
        MessageId id = MessageId.of(42, 3, 99);
        MessageOctets message = SandboxSamples.plain("a@example.com", "hello", "text");
        byte[] signature = "DKIM-Signature: v=1; x\r\n".getBytes(StandardCharsets.US_ASCII);
        try (SandboxInbox inbox = open(SandboxSettings.DEFAULT);
                HopSession session = session(inbox)) {
            Outgoing outgoing = new Ready(
                    new Outgoing.Prepared.Ready(
                            Envelope.of(ReversePath.NULL, ForwardPath.parse("ann@example.net")), signature, message),
                    Optional.of(new Outgoing.Origin(id, new Tenant(1, 7))));
            AttemptResult result = session.transact(outgoing).getFirst();
            assertThat(((AttemptResult.Delivered) result).reply().inOneLine())
                    .isEqualTo("250 2.0.0 Ok: in the sandbox inbox as 1");
            Summary summary = inbox.find(ALL, 1).orElseThrow();
            assertThat(summary.messageId()).contains(id);
            assertThat(summary.tenant()).isEqualTo(new Tenant(1, 7));
            assertThat(summary.reversePath()).isEmpty();
            assertThat(new String(inbox.octets(1).orElseThrow(), StandardCharsets.UTF_8))
                    .startsWith("DKIM-Signature: v=1; x\r\nFrom: a@example.com");
            assertThat(session.isUsable()).isTrue();
            assertThat(session.transactions()).isEqualTo(1);
        }
    }

    @Test
    void whatCannotBePreparedFailsAndIsNotKept() {
        Cause cause = new Cause.Internal(Phase.CONTENT, new EnhancedStatus(5, 6, 3), "cannot be converted");
        try (SandboxInbox inbox = open(SandboxSettings.DEFAULT);
                HopSession session = session(inbox)) {
            assertThat(session.transact(new Ready(new Outgoing.Prepared.Impossible(cause), Optional.empty())))
                    .containsExactly(new AttemptResult.Failed(cause));
            assertThat(inbox.list(SandboxInbox.Wanted.newest(ALL, 1)).total()).isZero();
        }
    }

    @Test
    void mailIsDeferredWhileTheInboxCannotBeWritten() {
        SandboxInbox inbox = open(SandboxSettings.DEFAULT);
        inbox.close();
        try (HopSession session = session(inbox)) {
            Outgoing outgoing = new Ready(
                    new Outgoing.Prepared.Ready(
                            Envelope.of(ReversePath.NULL, ForwardPath.parse("ann@example.net")),
                            new byte[0],
                            SandboxSamples.plain("a@example.com", "hello", "text")),
                    Optional.empty());
            assertThat(session.transact(outgoing)).singleElement().isInstanceOf(AttemptResult.Deferred.class);
        }
    }

    @Test
    void routesAllOrNothing() {
        Route nowhere = new Route.NullMx();
        Domain domain = Domain.parse("example.com");
        assertThat(new SandboxRouter(() -> true, d -> nowhere).route(domain)).isEqualTo(SandboxRouter.SANDBOX);
        assertThat(new SandboxRouter(() -> false, d -> nowhere).route(domain)).isEqualTo(nowhere);
    }
}
