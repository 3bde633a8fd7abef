package dev.tradewind.engine;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.tradewind.classify.Cause;
import dev.tradewind.classify.Phase;
import dev.tradewind.deliver.AttemptResult;
import dev.tradewind.deliver.Dialer;
import dev.tradewind.deliver.HopSession;
import dev.tradewind.deliver.Outgoing;
import dev.tradewind.event.Event;
import dev.tradewind.event.EventType;
import dev.tradewind.event.MessageEvents;
import dev.tradewind.lane.Held;
import dev.tradewind.mail.EnhancedStatus;
import dev.tradewind.mail.dsn.Action;
import dev.tradewind.route.Host;
import dev.tradewind.route.Route;
import dev.tradewind.sign.DkimSigner;
import dev.tradewind.spool.Recipient;
import dev.tradewind.spool.Spool;
import dev.tradewind.spool.StoreUnavailable;
import dev.tradewind.spool.StoreUnreadable;
import dev.tradewind.spool.Transmission;
import dev.tradewind.spool.Waiting;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** What couriers do with a message: make it ready, and turn the result of an attempt into events and the next due time. Thread-safe. */
final class Outcomes implements Courier.Work {
    private static final Logger LOG = LoggerFactory.getLogger(Outcomes.class);

    /** Why a message of a cancelled transmission ends (API facts §2.1). */
    static final MessageEvents.Reason CANCELLED =
            new MessageEvents.Reason(554, "554 5.7.1 [internal] Campaign cancelled", 25, "internal/cancelled");

    private static final Duration AFTER_A_DEFECT = Duration.ofMinutes(5);
    /** A submitter that asked for NOTIFY=DELAY hears of it when a message has waited so long (RFC 5321 §4.5.4.1). */
    private static final Duration DELAY_TOLD_AFTER = Duration.ofHours(4);

    private final Spool spool;
    private final MessageMaker maker;
    private final TransmissionCache transmissions;
    private final InstantSource clock;
    private final Policies policies;
    private final Dialer dialer;
    private final Dialer.Source source;
    private final SigningKeys keys;
    private final DkimSigner signer;
    private final Generator.KeptOctets kept;
    private final Meters meters;
    private final Undurable undurable;
    private final DsnSender dsns;

    Outcomes(Engine.Parts parts, TransmissionCache transmissions, Generator.KeptOctets kept) {
        this.spool = parts.spool();
        this.maker = parts.maker();
        this.transmissions = transmissions;
        this.clock = parts.clock();
        this.policies = parts.policies();
        this.dialer = parts.dialer();
        this.source = parts.source();
        this.keys = new SigningKeys(parts.domains());
        this.signer = parts.signer();
        this.kept = kept;
        this.meters = parts.meters();
        this.undurable = new Undurable(parts.clock());
        this.dsns = new DsnSender(parts);
    }

    @Override
    public Optional<Made.Message> prepare(Dispatcher dispatcher, Held<Made.Message> held) {
        Waiting waiting = held.waiting();
        Made.Message message = held.takeKept();
        if (message != null) {
            kept.release(message.octets().size());
        } else {
            Optional<Transmission> transmission =
                    transmissions.find(waiting.id().transmission());
            Optional<Recipient> recipient = spool.recipient(waiting.id());
            if (transmission.isEmpty() || recipient.isEmpty()) {
                // Nothing is left to say an event about. This can only be damage to the store.
                LOG.error("event=message_missing message={} queue={}", waiting.id(), waiting.queue());
                finish(dispatcher, waiting, List.of());
                return Optional.empty();
            }
            switch (maker.make(transmission.get(), waiting.id(), recipient.get(), waiting.injected())) {
                case Made.Message made -> message = made;
                case Made.Failed failed -> {
                    bounceUnmade(dispatcher, waiting, failed, failed.reason(), transmission.get(), recipient.get());
                    return Optional.empty();
                }
                case Made.Rejected rejected -> {
                    String why = rejected.reason().rawReason();
                    bounceUnmade(dispatcher, waiting, rejected, why, transmission.get(), recipient.get());
                    return Optional.empty();
                }
            }
        }
        return Optional.of(message);
    }

    @Override
    public boolean awaitDurable() {
        return undurable.await();
    }

    @Override
    public boolean isLate() {
        return undurable.isLate();
    }

    @Override
    public boolean isExpired(Waiting waiting, Instant now) {
        return policies.isExpired(waiting, now);
    }

    @Override
    public void expire(Dispatcher dispatcher, Held<Made.Message> held) {
        Waiting waiting = held.waiting();
        prepare(dispatcher, held)
                .ifPresent(message -> expire(
                        dispatcher,
                        waiting,
                        message,
                        attempted(waiting, Optional.empty(), Optional.empty()),
                        waiting.lastReply(),
                        Optional.empty()));
    }

    /** It could be made at generation and cannot be made any more, for instance because its content is lost. */
    private void bounceUnmade(
            Dispatcher dispatcher,
            Waiting waiting,
            Made made,
            String why,
            Transmission transmission,
            Recipient recipient) {
        LOG.atError()
                .addKeyValue("message", waiting.id())
                .addKeyValue("why", why)
                .log("message unmade");
        MessageEvents.Reason reason = new MessageEvents.Reason(554, why, 25, "internal/unmade");
        if (DsnSender.wanted(Action.FAILED, transmission, recipient)) {
            DsnSender.Outcome failed =
                    DsnSender.Outcome.failed(waiting.id(), waiting.attempts(), Optional.empty(), reason, now());
            if (!tell(failed, () -> dsns.sendUnmade(transmission, recipient, failed))) {
                putOff(dispatcher, waiting, reason.rawReason());
                return;
            }
        }
        finish(
                dispatcher,
                waiting,
                List.of(MessageEvents.bounce(
                        made.facts(), now(), attempted(waiting, Optional.empty(), Optional.empty()), reason)));
    }

    @Override
    public Outgoing outgoing(Made.Message message) {
        return new OutgoingMessage(message, keys, signer, clock.instant());
    }

    @Override
    public Dialer.Dialed dial(Route.Hosts route) {
        return dialer.dial(route, source);
    }

    @Override
    public AttemptResult record(
            Dispatcher dispatcher,
            Held<Made.Message> held,
            Made.Message message,
            AttemptResult result,
            Optional<Host> host,
            Optional<HopSession> session) {
        Waiting waiting = held.waiting();
        MessageEvents.Attempted attempt = attempted(waiting, host, session);
        AttemptResult settled = policies.settle(result);
        meters.attempted(settled);
        switch (settled) {
            case AttemptResult.Delivered delivered -> {
                Instant now = now();
                meters.delivered(Duration.between(waiting.injected(), now));
                boolean passedOn =
                        session.map(open -> open.capabilities().dsn()).orElse(false);
                if (!passedOn && DsnSender.wanted(Action.RELAYED, message)) {
                    DsnSender.Outcome relayed = new DsnSender.Outcome(
                            Action.RELAYED,
                            waiting.id(),
                            waiting.attempts(),
                            host,
                            Optional.of(delivered.reply()),
                            new EnhancedStatus(2, 0, 0),
                            Optional.empty(),
                            now);
                    // The message has been delivered: that must be recorded whatever becomes of the notification.
                    tell(message, relayed);
                }
                finish(
                        dispatcher,
                        waiting,
                        List.of(MessageEvents.delivery(
                                message.facts(), now, attempt, delivered.reply().inOneLine())));
            }
            case AttemptResult.Failed failed -> bounce(dispatcher, waiting, message, attempt, failed.cause(), host);
            case AttemptResult.Deferred deferred ->
                defer(dispatcher, waiting, message, attempt, deferred.cause(), host);
            case AttemptResult.Unknown unknown ->
                defer(
                        dispatcher,
                        waiting,
                        message,
                        attempt,
                        new Cause.Unreachable(
                                Phase.END_OF_DATA,
                                "connection lost after the end of data, before the reply: " + unknown.lost()),
                        host);
        }
        return settled;
    }

    @Override
    public void noRoute(Dispatcher dispatcher, Held<Made.Message> held, Route route) {
        Optional<Made.Message> message = prepare(dispatcher, held);
        if (message.isEmpty()) {
            return;
        }
        Cause cause = Courier.causeOf(route);
        MessageEvents.Attempted attempt = attempted(held.waiting(), Optional.empty(), Optional.empty());
        if (route instanceof Route.Unresolved) {
            defer(dispatcher, held.waiting(), message.get(), attempt, cause, Optional.empty());
        } else {
            bounce(dispatcher, held.waiting(), message.get(), attempt, cause, Optional.empty());
        }
    }

    @Override
    public void giveBack(Dispatcher dispatcher, Held<Made.Message> held, Throwable defect) {
        putOff(dispatcher, held.waiting(), "451 4.3.0 [internal] error in this server; see its log");
    }

    private void defer(
            Dispatcher dispatcher,
            Waiting waiting,
            Made.Message message,
            MessageEvents.Attempted attempt,
            Cause cause,
            Optional<Host> host) {
        Instant now = now();
        Optional<Instant> next = policies.nextAttempt(waiting, now);
        if (next.isEmpty()) {
            expire(dispatcher, waiting, message, attempt, cause.inOneLine(), host);
            return;
        }
        Instant due = next.get().truncatedTo(ChronoUnit.MICROS);
        tellOfDelay(message, waiting, cause, host, now, due);
        Waiting after = waiting.deferredUntil(due, Optional.of(source.name()), cause.inOneLine());
        meters.event(EventType.DELAY);
        Event delay = MessageEvents.delay(message.facts(), now, attempt, policies.classify(cause), due);
        var _ = undurable
                .add(spool.deferred(waiting, after, List.of(delay)))
                .thenRun(() -> dispatcher.released(waiting, after));
    }

    private void expire(
            Dispatcher dispatcher,
            Waiting waiting,
            Made.Message message,
            MessageEvents.Attempted attempt,
            String lastReply,
            Optional<Host> host) {
        end(dispatcher, waiting, message, attempt, policies.expired(lastReply), host);
    }

    private void bounce(
            Dispatcher dispatcher,
            Waiting waiting,
            Made.Message message,
            MessageEvents.Attempted attempt,
            Cause cause,
            Optional<Host> host) {
        end(dispatcher, waiting, message, attempt, policies.classify(cause), host);
    }

    private void end(
            Dispatcher dispatcher,
            Waiting waiting,
            Made.Message message,
            MessageEvents.Attempted attempt,
            MessageEvents.Reason reason,
            Optional<Host> host) {
        if (DsnSender.wanted(Action.FAILED, message)) {
            DsnSender.Outcome failed = DsnSender.Outcome.failed(waiting.id(), waiting.attempts(), host, reason, now());
            if (!tell(message, failed)) {
                putOff(dispatcher, waiting, reason.rawReason());
                return;
            }
        }
        finish(dispatcher, waiting, List.of(MessageEvents.bounce(message.facts(), now(), attempt, reason)));
    }

    /** Tells of a delay once: at the attempt behind which the message will have waited so long that its sender ought to know. */
    private void tellOfDelay(
            Made.Message message, Waiting waiting, Cause cause, Optional<Host> host, Instant now, Instant due) {
        Instant toBeTold = waiting.injected().plus(DELAY_TOLD_AFTER);
        if (now.isAfter(toBeTold) || !due.isAfter(toBeTold) || !DsnSender.wanted(Action.DELAYED, message)) {
            return;
        }
        MessageEvents.Reason reason = policies.classify(cause);
        DsnSender.Outcome delayed = new DsnSender.Outcome(
                Action.DELAYED,
                waiting.id(),
                waiting.attempts(),
                host,
                Optional.of(DsnSender.replyOf(reason)),
                DsnSender.statusOf(reason, 4),
                Optional.of(policies.expires(waiting)),
                now);
        tell(message, delayed);
    }

    /**
     * Tells the submitter, as far as that is possible.
     *
     * @return false if it is not possible now and will be later, when the store works again
     */
    @CanIgnoreReturnValue
    private boolean tell(Made.Message message, DsnSender.Outcome outcome) {
        return tell(outcome, () -> dsns.send(message, outcome));
    }

    /** Writes a notification. */
    @FunctionalInterface
    private interface Telling {
        void run() throws StoreUnavailable;
    }

    private static boolean tell(DsnSender.Outcome outcome, Telling telling) {
        try {
            telling.run();
        } catch (StoreUnavailable | StoreUnreadable e) {
            LOG.atWarn()
                    .addKeyValue("message", outcome.message())
                    .addKeyValue("action", outcome.action().wireName())
                    .addKeyValue("why", e.getMessage())
                    .log("dsn not sent");
            return false;
        } catch (RuntimeException defect) {
            // It would be the same the next time: the message must end all the same.
            LOG.error(
                    "event=dsn_defect message={} action={}",
                    outcome.message(),
                    outcome.action().wireName(),
                    defect);
        }
        return true;
    }

    /** Another attempt in a while, without an event: what has to be written beside the outcome cannot be written now. */
    private void putOff(Dispatcher dispatcher, Waiting before, String reply) {
        Waiting after = before.deferredUntil(now().plus(AFTER_A_DEFECT), before.source(), reply);
        var _ = undurable
                .add(spool.deferred(before, after, List.of()))
                .thenRun(() -> dispatcher.released(before, after));
    }

    private void finish(Dispatcher dispatcher, Waiting waiting, List<Event> events) {
        events.forEach(event -> meters.event(event.type()));
        var _ = undurable.add(spool.finished(waiting, events)).thenRun(() -> dispatcher.released(waiting));
    }

    private MessageEvents.Attempted attempted(Waiting waiting, Optional<Host> host, Optional<HopSession> session) {
        return new MessageEvents.Attempted(
                "esmtp",
                host.map(h -> h.address().getHostAddress()).orElse(""),
                waiting.attempts(),
                source.address(),
                session.map(HopSession::tls).orElse(0));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
