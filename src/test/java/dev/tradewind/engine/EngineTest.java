package dev.tradewind.engine;

import dev.tradewind.accept.Intake;
import dev.tradewind.accept.SenderPolicy;
import dev.tradewind.accept.TransmissionControl;
import dev.tradewind.account.SendingDomains;
import dev.tradewind.account.Tenant;
import dev.tradewind.account.TenantScope;
import dev.tradewind.classify.Cause;
import dev.tradewind.classify.Classifier;
import dev.tradewind.classify.Phase;
import dev.tradewind.compose.Content;
import dev.tradewind.compose.ContentCodec;
import dev.tradewind.deliver.AttemptResult;
import dev.tradewind.deliver.Dialer;
import dev.tradewind.deliver.HopCapabilities;
import dev.tradewind.deliver.HopSession;
import dev.tradewind.deliver.Outgoing;
import dev.tradewind.deliver.RetrySchedule;
import dev.tradewind.deliver.RetrySettings;
import dev.tradewind.event.EventStream;
import dev.tradewind.event.EventType;
import dev.tradewind.lane.LaneLimits;
import dev.tradewind.mail.Domain;
import dev.tradewind.mail.ForwardPath;
import dev.tradewind.mail.MessageDsn;
import dev.tradewind.mail.RecipientDsn;
import dev.tradewind.mail.ReversePath;
import dev.tradewind.mail.SmtpReply;
import dev.tradewind.route.Host;
import dev.tradewind.route.Route;
import dev.tradewind.sign.DkimSigner;
import dev.tradewind.sign.Signers;
import dev.tradewind.spool.ContentId;
import dev.tradewind.spool.MemorySpool;
import dev.tradewind.spool.Recipient;
import dev.tradewind.spool.SendOptions;
import dev.tradewind.spool.Spool;
import dev.tradewind.spool.StoreUnavailable;
import dev.tradewind.spool.Transmission;
import dev.tradewind.spool.Ungenerateds;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.random.RandomGenerator;

import static org.assertj.core.api.Assertions.assertThat;

class EngineTest {
    private static final byte[] NOTHING = {};
    private static final SmtpReply OK = SmtpReply.of(250, "2.0.0 taken");

    private final InstantSource clock = InstantSource.system();
    private final MemorySpool spool = new MemorySpool(clock, RandomGenerator.getDefault()) {
        @Override
        public synchronized Staging stageNotification() throws StoreUnavailable {
            switch (notifications) {
                case WRITTEN -> {}
                case DEFECT -> throw new IllegalStateException("a defect made for the test");
                case UNAVAILABLE -> throw new StoreUnavailable("made for the test", Duration.ofSeconds(1));
            }
            return super.stageNotification();
        }
    };

    /** What becomes of notifications. */
    private enum Notifications {
        WRITTEN,
        DEFECT,
        UNAVAILABLE
    }

    private volatile Notifications notifications = Notifications.WRITTEN;
    private final List<Taken> taken = new CopyOnWriteArrayList<>();
    private final AtomicInteger dials = new AtomicInteger();
    private final AtomicReference<Engine> engine = new AtomicReference<>();
    private final Intake intake =
            new Intake(spool, clock, (transmission, content) -> engine.get().committed(transmission, content));

    /** By recipient, what the world answers next; delivered where nothing is said. */
    private final Map<String, Function<Integer, AttemptResult>> answers = new ConcurrentHashMap<>();

    private final Map<String, Integer> attempts = new ConcurrentHashMap<>();
    private volatile boolean willing = true;
    /** How a site that is not willing says so. */
    private volatile AttemptResult unwilling = new AttemptResult.Deferred(
            new Cause.Unreachable(Phase.CONNECT, "connection refused"), AttemptResult.Scope.SITE);

    private volatile Route route =
            new Route.Hosts("site", List.of(new Host("mx.test", InetAddress.getLoopbackAddress(), 25)));

    /** What is said to every fifth MAIL of a session. */
    private volatile Optional<AttemptResult> endOfSession = Optional.empty();

    private final AtomicInteger endings = new AtomicInteger();

    /** By recipient, the octets of every attempt. */
    private final Map<String, List<String>> shown = new ConcurrentHashMap<>();

    private record Taken(String reversePath, String recipient, String octets) {}

    /** Without a permit, routes are not found yet. */
    private final Semaphore routed = new Semaphore(1_000_000);

    private Route route(Domain domain) {
        routed.acquireUninterruptibly();
        return route;
    }

    private Engine start(LaneLimits limits, RetrySettings retries, boolean requireVerified) {
        SendingDomains none = new SendingDomains() {
            @Override
            public Optional<SendingDomain> find(Tenant tenant, Domain domain) {
                return Optional.empty();
            }

            @Override
            public Optional<byte[]> privateKey(KeyName name) {
                return Optional.empty();
            }
        };
        Meters nothing = new Meters() {
            @Override
            public void attempted(AttemptResult result) {}

            @Override
            public void event(EventType type) {}

            @Override
            public void delivered(Duration queued) {}
        };
        Engine made = new Engine(new Engine.Parts(
                spool,
                intake,
                new ContentMaker(spool, new SenderPolicy(none, requireVerified), "mx.tradewind.test"),
                this::route,
                (hosts, source) -> dial(hosts),
                new Dialer.Source("default", "", "mx.tradewind.test"),
                none,
                new DkimSigner(Signers.best()),
                new DeliveryPolicies(Classifier.shipped(), new RetrySchedule(retries), RandomGenerator.getDefault()),
                limits,
                nothing,
                clock));
        engine.set(made);
        made.start();
        return made;
    }

    private Engine start() {
        return start(quick(), retry(Duration.ofMillis(20), Duration.ofHours(1)), false);
    }

    private static LaneLimits quick() {
        return new LaneLimits(
                5, 10, 100, Duration.ofMillis(50), 100, 1000, Duration.ofMillis(100), Duration.ofMillis(200));
    }

    private static RetrySettings retry(Duration wait, Duration expireAfter) {
        return new RetrySettings(List.of(wait), expireAfter);
    }

    @AfterEach
    void stop() {
        Engine running = engine.get();
        if (running != null) {
            running.drain(Duration.ofSeconds(5));
        }
    }

    private Dialer.Dialed dial(Route.Hosts hosts) {
        dials.incrementAndGet();
        Host host = hosts.hosts().getFirst();
        if (!willing) {
            return new Dialer.Dialed.NotConnected(host, unwilling);
        }
        return new Dialer.Dialed.Connected(new Session(host));
    }

    private final class Session implements HopSession {
        private final Host host;
        private int transactions;
        private boolean usable = true;

        Session(Host host) {
            this.host = host;
        }

        @Override
        public Host host() {
            return host;
        }

        @Override
        public int tls() {
            return 0;
        }

        @Override
        public HopCapabilities capabilities() {
            return new HopCapabilities(true, true, true, true, false, OptionalLong.empty());
        }

        @Override
        public List<AttemptResult> transact(Outgoing message) {
            if (transactions > 0 && (transactions + 1) % 5 == 0 && endOfSession.isPresent()) {
                usable = false;
                endings.incrementAndGet();
                return List.of(endOfSession.get());
            }
            transactions++;
            Outgoing.Prepared.Ready ready = (Outgoing.Prepared.Ready) message.prepare(capabilities());
            String to = ready.envelope().recipients().getFirst().path().address();
            int attempt = attempts.merge(to, 1, Integer::sum);
            String octets = new String(ready.message().octets(), StandardCharsets.UTF_8);
            shown.computeIfAbsent(to, key -> new CopyOnWriteArrayList<>()).add(octets);
            AttemptResult result = answers.getOrDefault(to, n -> new AttemptResult.Delivered(OK))
                    .apply(attempt);
            if (result instanceof AttemptResult.Delivered) {
                taken.add(new Taken(ready.envelope().reversePath().address(), to, octets));
            }
            usable = !(result instanceof AttemptResult.Unknown);
            return List.of(result);
        }

        @Override
        public boolean isUsable() {
            return usable;
        }

        @Override
        public int transactions() {
            return transactions;
        }

        @Override
        public void close() {}
    }

    private static AttemptResult refused(int code, String text) {
        Cause cause = new Cause.Refused(Phase.RCPT, SmtpReply.of(code, text));
        return code >= 500
                ? new AttemptResult.Failed(cause)
                : new AttemptResult.Deferred(cause, AttemptResult.Scope.RECIPIENT);
    }

    private long send(String... recipients) throws Exception {
        return send(Optional.empty(), "Hello {{name}}", false, Set.of(), recipients);
    }

    private long send(
            Optional<Instant> start,
            String text,
            boolean returnDsn,
            Set<RecipientDsn.Notify> notifyOn,
            String... recipients)
            throws Exception {
        byte[] content = ContentCodec.encode(new Content.Inline(
                new Content.Author("me@example.org", Optional.empty()),
                Optional.empty(),
                "Subject of {{name}}",
                Optional.of(text),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                List.of()));
        try (Spool.Staging staging = intake.open()) {
            for (String to : recipients) {
                Recipient plain = Recipient.of(ForwardPath.parse(to));
                staging.add(new Recipient(
                        plain.path(),
                        "",
                        "",
                        Recipient.Kind.TO,
                        NOTHING,
                        ("{\"name\":\"" + to.substring(0, to.indexOf('@')) + "\"}").getBytes(StandardCharsets.UTF_8),
                        List.of("tag"),
                        Optional.empty(),
                        new RecipientDsn(notifyOn, Optional.empty())));
            }
            Transmission transmission = new Transmission(
                    staging.transmissionId(),
                    Tenant.MAIN,
                    Transmission.Method.REST,
                    clock.instant(),
                    start,
                    ContentId.of(1, content),
                    content.length,
                    staging.size(),
                    0,
                    ReversePath.parse("bounces@example.org"),
                    "campaign",
                    "",
                    NOTHING,
                    NOTHING,
                    SendOptions.PLAIN,
                    MessageDsn.NONE,
                    returnDsn,
                    "127.0.0.1",
                    "key");
            intake.commit(staging, transmission, content, Optional.empty());
            return staging.transmissionId();
        }
    }

    private List<String> eventsOf(long transmission) {
        List<String> found = new ArrayList<>();
        spool.events().backwardsOfTransmission(transmission, Long.MAX_VALUE, 0, stored -> {
            found.addFirst(stored.event().type().wireName());
            return true;
        });
        return found;
    }

    private String lastEvent(long transmission) {
        List<String> json = new ArrayList<>();
        spool.events().backwardsOfTransmission(transmission, Long.MAX_VALUE, 0, (EventStream.Stored stored) -> {
            json.add(new String(stored.event().json(), StandardCharsets.UTF_8));
            return false;
        });
        return json.getFirst();
    }

    /** Waits for something that happens on other threads. */
    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited 30 s for " + what).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Test
    void everyRecipientIsRenderedDeliveredAndFinal() throws Exception {
        start();
        String[] to = new String[250];
        for (int i = 0; i < to.length; i++) {
            to[i] = "user" + i + "@example.com";
        }
        long id = send(to);
        await("all deliveries", () -> eventsOf(id).size() == 500);
        assertThat(taken).hasSize(250).extracting(Taken::recipient).doesNotHaveDuplicates();
        assertThat(taken).allSatisfy(mail -> {
            String name = mail.recipient().substring(0, mail.recipient().indexOf('@'));
            assertThat(mail.octets()).contains("Subject: Subject of " + name, "Hello " + name);
            assertThat(mail.reversePath()).isEqualTo("bounces@example.org");
        });
        assertThat(spool.recipients(id, 0, 1)).isEmpty();
        assertThat(Ungenerateds.of(spool)).isEmpty();
    }

    @Test
    void deferredMessageIsTriedAgainWithTheSameOctets() throws Exception {
        answers.put(
                "a@example.com",
                attempt -> attempt < 3 ? refused(451, "4.7.1 greylisted") : new AttemptResult.Delivered(OK));
        start();
        long id = send("a@example.com");
        await("the delivery", () -> eventsOf(id).contains("delivery"));
        assertThat(eventsOf(id)).containsExactly("injection", "delay", "delay", "delivery");
        assertThat(lastEvent(id)).contains("\"num_retries\":\"2\"");
        assertThat(shown.get("a@example.com")).hasSize(3);
        assertThat(Set.copyOf(shown.get("a@example.com"))).hasSize(1);
    }

    @Test
    void deferredMessageIsTriedAgainWithTheSameOctetsAfterARestart() throws Exception {
        answers.put("a@example.com", attempt -> refused(451, "4.7.1 greylisted"));
        start();
        long id = send("a@example.com");
        await("the delay", () -> eventsOf(id).contains("delay"));
        engine.get().drain(Duration.ofSeconds(5));
        int before = shown.get("a@example.com").size();
        answers.clear();
        start();
        await("the delivery", () -> eventsOf(id).contains("delivery"));
        assertThat(shown.get("a@example.com")).hasSize(before + 1);
        assertThat(Set.copyOf(shown.get("a@example.com"))).hasSize(1);
    }

    @Test
    void refusedMessageBouncesWithItsClass() throws Exception {
        answers.put("a@example.com", attempt -> refused(550, "5.1.1 no such user"));
        start();
        long id = send("a@example.com");
        await("the bounce", () -> eventsOf(id).contains("bounce"));
        assertThat(eventsOf(id)).containsExactly("injection", "bounce");
        assertThat(lastEvent(id)).contains("\"bounce_class\":\"10\"", "\"error_code\":\"550\"");
        assertThat(taken).as("no DSN unless it was asked for").isEmpty();
    }

    @Test
    void messageThatIsNeverTakenExpiresWithTheLastReply() throws Exception {
        answers.put("a@example.com", attempt -> refused(452, "4.2.2 mailbox full"));
        start(quick(), retry(Duration.ofMillis(20), Duration.ofMillis(150)), false);
        long id = send("a@example.com");
        await("the bounce", () -> eventsOf(id).contains("bounce"));
        assertThat(lastEvent(id))
                .contains("554 5.4.7 [internal] message timeout (last transfail: 452 4.2.2 mailbox full)");
    }

    @Test
    void unwillingSiteRestsAndItsMailIsDeliveredLater() throws Exception {
        willing = false;
        start();
        long id = send("a@example.com", "b@example.com", "c@example.com");
        await("some attempts", () -> dials.get() > 2);
        willing = true;
        await("all deliveries", () -> taken.size() == 3);
        await(
                "all events",
                () -> eventsOf(id).stream().filter("delivery"::equals).count() == 3);
        assertThat(eventsOf(id)).contains("delay");
    }

    @Test
    void siteThatTakesNoMailAtAllEndsEveryMessageAtOnce() throws Exception {
        willing = false;
        unwilling =
                new AttemptResult.Failed(new Cause.Refused(Phase.GREETING, SmtpReply.of(521, "5.3.2 takes no mail")));
        LaneLimits longRests = new LaneLimits(
                5, 10, 100, Duration.ofMillis(50), 100, 1000, Duration.ofMinutes(10), Duration.ofMinutes(20));
        routed.drainPermits();
        Engine running = start(longRests, retry(Duration.ofMinutes(20), Duration.ofHours(1)), false);
        long id = send("a@example.com", "b@example.com", "c@example.com");
        await("three places", () -> running.depth().held() == 3);
        routed.release(1000);
        await("all ends", () -> eventsOf(id).size() == 6);
        assertThat(eventsOf(id)).filteredOn("bounce"::equals).hasSize(3);
        assertThat(lastEvent(id)).contains("521 5.3.2 takes no mail");
        await("nothing held", () -> running.depth().held() == 0);
    }

    @Test
    void domainWithoutMailBouncesAndOneWithoutAnswerWaits() throws Exception {
        route = new Route.Unresolved("SERVFAIL");
        start();
        long waits = send("a@example.com");
        await("a delay", () -> eventsOf(waits).contains("delay"));
        route = new Route.NullMx();
        await("the bounce", () -> eventsOf(waits).contains("bounce"));
        assertThat(lastEvent(waits)).contains("5.1.10");
    }

    @Test
    void connectionLostAfterTheEndOfDataIsTriedAgain() throws Exception {
        answers.put(
                "a@example.com",
                attempt -> attempt == 1 ? new AttemptResult.Unknown("reset") : new AttemptResult.Delivered(OK));
        start();
        long id = send("a@example.com");
        await("the delivery", () -> eventsOf(id).contains("delivery"));
        assertThat(eventsOf(id)).containsExactly("injection", "delay", "delivery");
    }

    @Test
    void contentThatCannotBeRenderedIsAGenerationFailureForThatRecipientAlone() throws Exception {
        start();
        long id = send(Optional.empty(), "{{1 / (#name - 1)}}", false, Set.of(), "a@example.com", "bb@example.com");
        await("both ends", () -> eventsOf(id).size() == 3);
        assertThat(eventsOf(id)).containsExactlyInAnyOrder("generation_failure", "injection", "delivery");
    }

    @Test
    void unverifiedSenderIsAGenerationRejection() throws Exception {
        start(quick(), retry(Duration.ofMillis(20), Duration.ofHours(1)), true);
        long id = send("a@example.com");
        await("the rejection", () -> eventsOf(id).contains("generation_rejection"));
        assertThat(eventsOf(id)).containsExactly("generation_rejection");
    }

    @Test
    void failureIsToldToTheSubmitterThatAskedForIt() throws Exception {
        answers.put("a@example.com", attempt -> refused(550, "5.1.1 no such user"));
        start();
        send(Optional.empty(), "x", true, Set.of(), "a@example.com");
        await("the notification", () -> !taken.isEmpty());
        Taken dsn = taken.getFirst();
        assertThat(dsn.reversePath()).isEmpty();
        assertThat(dsn.recipient()).isEqualTo("bounces@example.org");
        assertThat(dsn.octets())
                .contains("multipart/report", "Action: failed", "Status: 5.1.1", "rfc822; a@example.com");
    }

    private void awaitFailureNotification(String status, String recipient) throws InterruptedException {
        await("the notification", () -> !taken.isEmpty());
        assertThat(taken).hasSize(1);
        assertThat(taken.getFirst().reversePath()).isEmpty();
        assertThat(taken.getFirst().recipient()).isEqualTo("bounces@example.org");
        assertThat(taken.getFirst().octets())
                .contains("multipart/report", "Action: failed", "Status: " + status, "rfc822; " + recipient);
    }

    @Test
    void messageThatCannotBeMadeIsToldToTheSubmitter() throws Exception {
        start();
        long id = send(Optional.empty(), "{{1 / (#name - 1)}}", true, Set.of(), "a@example.com");
        awaitFailureNotification("5.6.0", "a@example.com");
        await("the end", () -> eventsOf(id).contains("generation_failure"));
    }

    @Test
    void messageThatMayNotBeSentIsToldToTheSubmitter() throws Exception {
        start(quick(), retry(Duration.ofMillis(20), Duration.ofHours(1)), true);
        long id = send(Optional.empty(), "x", true, Set.of(), "a@example.com");
        awaitFailureNotification("5.7.1", "a@example.com");
        await("the end", () -> eventsOf(id).contains("generation_rejection"));
    }

    @Test
    void messageThatCannotBeMadeAnyMoreIsToldToTheSubmitter() throws Exception {
        answers.put("a@example.com", attempt -> refused(451, "4.7.1 greylisted"));
        start(quick(), retry(Duration.ofMillis(500), Duration.ofHours(1)), false);
        long id = send(Optional.empty(), "x", true, Set.of(), "a@example.com");
        await("the delay", () -> eventsOf(id).contains("delay"));
        spool.damage(spool.recipients(id, 0, 1).getFirst().id());
        awaitFailureNotification("5.3.0", "unreadable@record.invalid");
        await("the end", () -> eventsOf(id).contains("bounce"));
        assertThat(lastEvent(id)).contains("internal/unmade");
    }

    @Test
    void messageThatCannotBeMadeDoesNotEndBeforeItsNotificationCanBeWritten() throws Exception {
        notifications = Notifications.UNAVAILABLE;
        start();
        long id = send(Optional.empty(), "{{1 / (#name - 1)}}", true, Set.of(), "a@example.com");
        long after = send("b@example.com");
        await("another mail", () -> eventsOf(after).contains("delivery"));
        assertThat(eventsOf(id)).isEmpty();
        taken.clear();
        notifications = Notifications.WRITTEN;
        awaitFailureNotification("5.6.0", "a@example.com");
        await("the end", () -> eventsOf(id).contains("generation_failure"));
    }

    @Test
    void messageEndsThoughItsNotificationMeetsADefect() throws Exception {
        answers.put("a@example.com", attempt -> refused(550, "5.1.1 no such user"));
        notifications = Notifications.DEFECT;
        start();
        long id = send(Optional.empty(), "x", true, Set.of(), "a@example.com");
        await("the bounce", () -> eventsOf(id).contains("bounce"));
        assertThat(lastEvent(id)).contains("550 5.1.1 no such user");
    }

    @Test
    void messageDoesNotEndBeforeItsNotificationCanBeWritten() throws Exception {
        answers.put("a@example.com", attempt -> refused(550, "5.1.1 no such user"));
        notifications = Notifications.UNAVAILABLE;
        Engine running = start();
        long id = send(Optional.empty(), "x", true, Set.of(), "a@example.com");
        await("the attempt", () -> attempts.containsKey("a@example.com"));
        await("nothing held", () -> running.depth().held() == 0);
        assertThat(eventsOf(id)).containsExactly("injection");
        assertThat(spool.recipients(id, 0, 1)).hasSize(1);
    }

    @Test
    void failureIsNotToldToASubmitterThatSaidNever() throws Exception {
        answers.put("a@example.com", attempt -> refused(550, "5.1.1 no such user"));
        start();
        long id = send(Optional.empty(), "x", true, Set.of(RecipientDsn.Notify.NEVER), "a@example.com");
        await("the bounce", () -> eventsOf(id).contains("bounce"));
        long other = send("b@example.com");
        await("another mail", () -> eventsOf(other).contains("delivery"));
        assertThat(taken).extracting(Taken::recipient).containsExactly("b@example.com");
    }

    @Test
    void relayedMailIsToldToTheSubmitterThatAskedForSuccess() throws Exception {
        start();
        send(Optional.empty(), "x", true, Set.of(RecipientDsn.Notify.SUCCESS), "a@example.com");
        await("the notification", () -> taken.size() == 2);
        assertThat(taken).anySatisfy(mail -> assertThat(mail.octets()).contains("Action: relayed"));
    }

    @Test
    void scheduledTransmissionStartsInTimeAndNotBefore() throws Exception {
        start();
        Instant due = clock.instant().plusMillis(700);
        long id = send(Optional.of(due), "x", false, Set.of(), "a@example.com");
        await("the delivery", () -> eventsOf(id).contains("delivery"));
        assertThat(clock.instant()).isAfterOrEqualTo(due);
    }

    @Test
    void cancelledTransmissionSendsNothingAndEndsEveryMessage() throws Exception {
        Engine running = start();
        long id = send(
                Optional.of(clock.instant().plusSeconds(3600)), "x", false, Set.of(), "a@example.com", "b@example.com");
        assertThat(running.cancel(id)).isTrue();
        assertThat(running.cancel(id)).isFalse();
        await("the bounces", () -> eventsOf(id).size() == 4);
        assertThat(eventsOf(id)).containsExactlyInAnyOrder("injection", "bounce", "injection", "bounce");
        assertThat(lastEvent(id)).contains("554 5.7.1 [internal] Campaign cancelled", "\"bounce_class\":\"25\"");
        assertThat(taken).isEmpty();
        assertThat(new EngineControl(spool, running)
                        .find(TenantScope.whole(1), id)
                        .orElseThrow()
                        .state()
                        .wireName())
                .isEqualTo("Canceled");
    }

    @Test
    void cancelledCampaignIsCancelledAsAWholeAndEachOfItsMessagesEnds() throws Exception {
        Engine running = start();
        EngineControl control = new EngineControl(spool, running);
        TenantScope all = TenantScope.whole(1);
        Optional<Instant> inAnHour = Optional.of(clock.instant().plusSeconds(3600));
        List<Long> ids = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ids.add(send(inAnHour, "x", false, Set.of(), "a@example.com", "b@example.com"));
        }
        control.cancelCampaign(Tenant.MAIN, "campaign");
        for (long id : ids) {
            assertThat(control.find(all, id).orElseThrow().state()).isEqualTo(TransmissionControl.State.CANCELED);
            assertThat(control.cancel(all, id)).isEqualTo(TransmissionControl.Cancellation.TOO_LATE);
        }
        long later = send(inAnHour, "x", false, Set.of(), "a@example.com");
        assertThat(control.find(all, later).orElseThrow().state()).isEqualTo(TransmissionControl.State.SUBMITTED);
        for (long id : ids) {
            await("the bounces", () -> eventsOf(id).size() == 4);
            assertThat(eventsOf(id)).containsExactlyInAnyOrder("injection", "bounce", "injection", "bounce");
        }
        assertThat(taken).isEmpty();
    }

    @Test
    void campaignCancelledJustBeforeACrashEndsAtTheNextStart() throws Exception {
        Engine before = start();
        long id = send(
                Optional.of(clock.instant().plusSeconds(3600)), "x", false, Set.of(), "a@example.com", "b@example.com");
        before.drain(Duration.ofSeconds(5));
        spool.cancelCampaign(Tenant.MAIN, "campaign", clock.instant()); // all that had become durable
        start();
        await("the bounces", () -> eventsOf(id).size() == 4);
        assertThat(eventsOf(id)).containsExactlyInAnyOrder("injection", "bounce", "injection", "bounce");
    }

    @Test
    void whatWasBegunBeforeItsCampaignWasCancelledEndsInsteadOfStarting() throws Exception {
        start();
        long id = send(Optional.of(clock.instant().plusMillis(500)), "x", false, Set.of(), "a@example.com");
        spool.cancelCampaign(Tenant.MAIN, "campaign", clock.instant()); // nobody is told, as if it had come before
        await("the bounce", () -> eventsOf(id).size() == 2);
        assertThat(eventsOf(id)).containsExactly("injection", "bounce");
        assertThat(taken).isEmpty();
    }

    @Test
    void whatAnEarlierRunLeftIsTakenUp() throws Exception {
        willing = false;
        start();
        long id = send("a@example.com", "b@example.com");
        await(
                "the injections",
                () -> eventsOf(id).stream().filter("injection"::equals).count() == 2);
        engine.get().drain(Duration.ofSeconds(5));
        assertThat(taken).isEmpty();
        willing = true;
        start();
        await(
                "all deliveries",
                () -> eventsOf(id).stream().filter("delivery"::equals).count() == 2);
        assertThat(taken).hasSize(2);
    }

    @Test
    void moreMailThanIsHeldInMemoryIsDeliveredOnce() throws Exception {
        LaneLimits tight = new LaneLimits(
                3, 10, 100, Duration.ofMillis(50), 10, 20, Duration.ofMillis(100), Duration.ofMillis(200));
        start(tight, retry(Duration.ofMillis(20), Duration.ofHours(1)), false);
        String[] to = new String[1000];
        for (int i = 0; i < to.length; i++) {
            to[i] = "user" + i + "@d" + i % 7 + ".example";
        }
        long id = send(to);
        await("all deliveries", () -> eventsOf(id).size() == 2000);
        assertThat(taken).hasSize(1000).extracting(Taken::recipient).doesNotHaveDuplicates();
    }

    @Test
    void runThatCouldNotBeWrittenIsMadeAgainAndKeepsNoPlace() throws Exception {
        Engine running = start();
        spool.defects(1);
        long id = send("a@example.com", "b@example.com");
        await(
                "all deliveries",
                () -> eventsOf(id).stream().filter("delivery"::equals).count() == 2);
        assertThat(taken).hasSize(2);
        await("nothing held", () -> running.depth().held() == 0);
        assertThat(running.depth().keptOctets()).isZero();
    }

    @Test
    void nothingIsAttemptedWhileTheStoreIsBrokenAndEverythingAfter() throws Exception {
        Engine running = start();
        routed.drainPermits();
        long id = send("a@example.com", "b@example.com");
        await("two places", () -> running.depth().held() == 2);
        spool.state(Spool.State.BROKEN);
        routed.release();
        await("the lane", () -> running.depth().lanes() == 1);
        assertThat(running.depth().connections()).isZero();
        assertThat(dials).hasValue(0);
        routed.release(1000);
        spool.state(Spool.State.OPEN);
        await(
                "all deliveries",
                () -> eventsOf(id).stream().filter("delivery"::equals).count() == 2);
    }

    private static List<Cause> endsOfSessions() {
        return List.of(
                new Cause.Refused(Phase.MAIL, SmtpReply.of(421, "4.7.0 enough for one connection")),
                new Cause.Unreachable(Phase.MAIL, "connection reset"));
    }

    @ParameterizedTest
    @MethodSource("endsOfSessions")
    void endOfASessionThatWasUsedCostsNoMessageAnAttemptAndNoLaneARest(Cause end) throws Exception {
        endOfSession = Optional.of(new AttemptResult.Deferred(end, AttemptResult.Scope.HOST));
        LaneLimits oneConnection = new LaneLimits(
                1, 10, 100, Duration.ofSeconds(5), 100, 1000, Duration.ofSeconds(60), Duration.ofSeconds(60));
        start(oneConnection, retry(Duration.ofMinutes(20), Duration.ofHours(1)), false);
        String[] to = new String[21];
        for (int i = 0; i < to.length; i++) {
            to[i] = "user" + i + "@example.com";
        }
        long id = send(to);
        await("all events", () -> eventsOf(id).size() == 42);
        assertThat(eventsOf(id)).doesNotContain("delay");
        assertThat(lastEvent(id)).contains("\"num_retries\":\"0\"");
        assertThat(taken).hasSize(21).extracting(Taken::recipient).doesNotHaveDuplicates();
        assertThat(endings).as("sessions of four messages each").hasValue(5);
    }

    @Test
    void sessionThatEndsBeforeItsFirstMessageIsTakenDoesCostAnAttempt() throws Exception {
        Cause end = new Cause.Refused(Phase.MAIL, SmtpReply.of(421, "4.7.0 go away"));
        answers.put(
                "a@example.com",
                attempt -> attempt == 1
                        ? new AttemptResult.Deferred(end, AttemptResult.Scope.HOST)
                        : new AttemptResult.Delivered(OK));
        start();
        long id = send("a@example.com");
        await("the delivery", () -> eventsOf(id).contains("delivery"));
        assertThat(eventsOf(id)).containsExactly("injection", "delay", "delivery");
    }

    @Test
    void nothingIsBegunWhileAnOutcomeIsLateHoweverLong() throws Exception {
        start();
        spool.stalled(true);
        send("first@example.com");
        await("the first", () -> taken.size() == 1);
        Instant late = clock.instant().plus(Undurable.WINDOW);
        await("a late outcome", () -> clock.instant().isAfter(late));
        long id = send("a@example.com", "b@example.com", "c@example.com", "d@example.com");
        Instant patient = clock.instant().plus(Undurable.PATIENCE).plusMillis(500);
        await("more than the patience of a courier", () -> clock.instant().isAfter(patient));
        assertThat(taken).extracting(Taken::recipient).containsExactly("first@example.com");
        spool.stalled(false);
        await(
                "all deliveries",
                () -> eventsOf(id).stream().filter("delivery"::equals).count() == 4);
        assertThat(taken).hasSize(5);
    }

    @Test
    void messagesThatLostTheirPlaceBeforeTheyWereWrittenAreLoadedLater() throws Exception {
        willing = false;
        Engine running = start();
        routed.drainPermits();
        spool.stalled(true);
        long id = send("a@example.com", "b@example.com", "c@example.com");
        await("three places", () -> running.depth().held() == 3);
        int before = spool.loads();
        routed.release(1000);
        await("the rest", () -> running.depth().held() == 1);
        await("a load that finds nothing", () -> spool.loads() > before);
        willing = true;
        spool.stalled(false);
        await(
                "all deliveries",
                () -> eventsOf(id).stream().filter("delivery"::equals).count() == 3);
        assertThat(taken).hasSize(3);
    }

    @Test
    void recipientWhoseRecordIsDamagedFailsAloneAndHoldsUpNobody() throws Exception {
        Instant soon = clock.instant().plusMillis(300);
        start();
        long id = send(Optional.of(soon), "x", false, Set.of(), "a@example.com", "b@example.com");
        spool.damage(spool.recipients(id, 0, 1).getFirst().id());
        await("both ends", () -> eventsOf(id).size() == 3);
        assertThat(eventsOf(id)).containsExactlyInAnyOrder("generation_failure", "injection", "delivery");
    }

    @Test
    void relayIsToldToTheSubmitterAlsoWhileDiskIsLowOrTheNodeDrains() throws Exception {
        Engine running = start();
        routed.drainPermits();
        send(Optional.empty(), "x", true, Set.of(RecipientDsn.Notify.SUCCESS), "a@example.com");
        await("a place", () -> running.depth().held() == 1);
        spool.state(Spool.State.LOW_ON_DISK);
        intake.drain();
        routed.release(1000);
        await("the notification", () -> taken.size() == 2);
    }

    @Test
    void fiveYzThatMeansWaitLetsTheLaneRest() throws Exception {
        answers.put(
                "a@example.com",
                attempt -> attempt == 1 ? refused(550, "Ip frequency limited") : new AttemptResult.Delivered(OK));
        start();
        long id = send("a@example.com");
        await("the delivery", () -> eventsOf(id).contains("delivery"));
        assertThat(eventsOf(id)).containsExactly("injection", "delay", "delivery");
        assertThat(dials).as("the first connection was given up").hasValue(2);
    }

    @Test
    void eventsOfOneStepHaveTheSameIdWheneverTheyAreMade() throws Exception {
        start();
        long id = send("a@example.com");
        await("the delivery", () -> eventsOf(id).contains("delivery"));
        List<String> ids = new ArrayList<>();
        spool.events().backwardsOfTransmission(id, Long.MAX_VALUE, 0, stored -> {
            String json = new String(stored.event().json(), StandardCharsets.UTF_8);
            int at = json.indexOf("\"event_id\":\"") + 12;
            ids.add(json.substring(at, at + 36));
            return true;
        });
        assertThat(ids).hasSize(2).doesNotHaveDuplicates();
    }
}
