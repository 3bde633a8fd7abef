package dev.tradewind.engine;

import dev.tradewind.event.Event;
import dev.tradewind.event.MessageEvents;
import dev.tradewind.mail.MessageId;
import dev.tradewind.mail.dsn.Action;
import dev.tradewind.spool.Flow;
import dev.tradewind.spool.QueueKey;
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
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Walks every committed transmission once, recipient by recipient: makes the message, writes its {@code injection} (or what went wrong)
 * together with its place in the queue, and offers it to the lanes. Transmissions take turns, a run of recipients each, so that a large
 * one does not hold up a small one.
 *
 * <p>Threads: a few platform threads, since making a message is computation and reads the store by JNI, which would pin a virtual thread.
 */
final class Generator implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Generator.class);
    /** Recipients of one turn. */
    private static final int RUN = 100;
    /** Octets of made messages that may be kept for their attempt, all together; others are made again. */
    private static final long MAX_KEPT_OCTETS = 64L << 20;
    /** Runs whose outcome is not durable yet, at most, so that memory is bounded while the store is slow. */
    private static final int MAX_UNDURABLE = 400;

    private final Spool spool;
    private final MessageMaker maker;
    private final TransmissionCache transmissions;
    private final Dispatcher dispatcher;
    private final InstantSource clock;
    private final Meters meters;
    private final KeptOctets kept;
    private final DsnSender dsns;
    private final LinkedBlockingQueue<Turn> turns = new LinkedBlockingQueue<>();
    private final PriorityQueue<Scheduled> scheduled = new PriorityQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Semaphore undurable = new Semaphore(MAX_UNDURABLE);
    private volatile boolean stopped;

    /** The next run of a transmission. */
    private record Turn(long transmission, int nextPlace, boolean cancelling) {}

    private record Scheduled(Instant start, long transmission) implements Comparable<Scheduled> {
        @Override
        public int compareTo(Scheduled other) {
            return start.compareTo(other.start);
        }
    }

    /** Octets of made messages held for their attempt. */
    static final class KeptOctets {
        private final AtomicLong octets = new AtomicLong();

        boolean tryKeep(int size) {
            if (octets.addAndGet(size) > MAX_KEPT_OCTETS) {
                octets.addAndGet(-size);
                return false;
            }
            return true;
        }

        void release(int size) {
            octets.addAndGet(-size);
        }

        long octets() {
            return octets.get();
        }
    }

    Generator(Engine.Parts parts, TransmissionCache transmissions, Dispatcher dispatcher, KeptOctets kept) {
        this.spool = parts.spool();
        this.maker = parts.maker();
        this.clock = parts.clock();
        this.meters = parts.meters();
        this.transmissions = transmissions;
        this.dispatcher = dispatcher;
        this.kept = kept;
        this.dsns = new DsnSender(parts);
    }

    /** Takes up what an earlier run of the program left, and begins. */
    void start(int threadCount) {
        spool.forEachUngenerated(left -> {
            switch (left.progress()) {
                case SCHEDULED -> schedule(left.transmission());
                case CALLED_OFF -> {} // CallingOff brings it back as cancelled
                case GENERATING -> turns.add(new Turn(left.transmission().id(), left.nextPlace(), false));
                case CANCELLING -> turns.add(new Turn(left.transmission().id(), left.nextPlace(), true));
            }
        });
        for (int i = 1; i <= threadCount; i++) {
            threads.add(Thread.ofPlatform().name("generate-" + i).daemon().start(this::work));
        }
        threads.add(Thread.ofPlatform().name("start-scheduled").daemon().start(this::startScheduled));
    }

    /** A transmission has just become durable. */
    void committed(Transmission transmission) {
        transmissions.add(transmission);
        if (transmission.startTime().isPresent()) {
            schedule(transmission);
        } else {
            turns.add(new Turn(transmission.id(), 0, false));
        }
    }

    /** A scheduled transmission has been cancelled: its recipients get their final events. */
    void cancelled(long transmission) {
        turns.add(new Turn(transmission, 0, true));
    }

    // ---- scheduled ones

    private void schedule(Transmission transmission) {
        Instant start = transmission.startTime().orElseThrow();
        synchronized (scheduled) {
            scheduled.add(new Scheduled(start, transmission.id()));
            scheduled.notifyAll();
        }
    }

    private void startScheduled() {
        while (!stopped) {
            Scheduled due;
            synchronized (scheduled) {
                due = scheduled.peek();
                long wait = due == null
                        ? 1000
                        : Math.min(
                                1000,
                                Duration.between(clock.instant(), due.start()).toMillis());
                if (wait > 0) {
                    try {
                        scheduled.wait(wait); // a second at most, so that a step of the clock is noticed
                    } catch (InterruptedException e) {
                        return;
                    }
                    continue;
                }
                scheduled.poll();
            }
            if (due != null) {
                begin(due);
            }
        }
    }

    private void begin(Scheduled due) {
        try {
            if (spool.start(due.transmission())) {
                turns.add(new Turn(due.transmission(), 0, false));
            } else if (isCalledOff(due.transmission()) && spool.cancel(due.transmission())) {
                cancelled(due.transmission()); // begun before its campaign was cancelled, and committed after
            }
        } catch (StoreUnavailable e) {
            LOG.atWarn()
                    .addKeyValue("transmission", due.transmission())
                    .addKeyValue("why", e.getMessage())
                    .log("start delayed");
            synchronized (scheduled) {
                scheduled.add(new Scheduled(clock.instant().plus(e.retryAfter()), due.transmission()));
            }
        }
    }

    private boolean isCalledOff(long transmission) throws StoreUnavailable {
        try {
            return spool.ungenerated(transmission)
                    .filter(left -> left.progress() == Spool.Ungenerated.Progress.CALLED_OFF)
                    .isPresent();
        } catch (StoreUnreadable e) {
            throw new StoreUnavailable(String.valueOf(e.getMessage()), Duration.ofSeconds(1));
        }
    }

    // ---- generation

    private void work() {
        while (!stopped) {
            try {
                Turn turn = turns.poll(200, TimeUnit.MILLISECONDS);
                if (turn != null) {
                    take(turn);
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void take(Turn turn) throws InterruptedException {
        while (!undurable.tryAcquire(200, TimeUnit.MILLISECONDS)) {
            if (stopped) {
                return;
            }
        }
        boolean handedOver = false;
        try {
            handedOver = run(turn);
        } catch (NotNow e) {
            LOG.atWarn()
                    .addKeyValue("transmission", turn.transmission())
                    .addKeyValue("place", turn.nextPlace())
                    .addKeyValue("why", e.getMessage())
                    .log("generation delayed");
            later(turn);
        } catch (RuntimeException | Error e) {
            // The store may be in trouble, or the stack too short: the others go on, this one is tried again.
            LOG.error("event=generation_delayed transmission={} place={}", turn.transmission(), turn.nextPlace(), e);
            later(turn);
        } finally {
            if (!handedOver) {
                undurable.release();
            }
        }
    }

    private void later(Turn turn) {
        CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS).execute(() -> turns.add(turn));
    }

    /** One run of recipients. True: its outcome is with the spool, which releases the permit. */
    private boolean run(Turn turn) {
        List<Dispatcher.Offer> offers = new ArrayList<>(RUN);
        try {
            return run(turn, offers);
        } catch (RuntimeException | Error e) {
            offers.forEach(this::forget);
            throw e;
        }
    }

    private boolean run(Turn turn, List<Dispatcher.Offer> offers) {
        Optional<Transmission> found = transmissions.find(turn.transmission());
        if (found.isEmpty()) {
            LOG.error("event=transmission_missing transmission={}", turn.transmission());
            return false;
        }
        Transmission transmission = found.get();
        Flow flow = Flow.of(transmission);
        List<Spool.StoredRecipient> recipients = spool.recipients(transmission.id(), turn.nextPlace(), RUN);
        List<Waiting> waiting = new ArrayList<>(recipients.size());
        List<MessageId> finals = new ArrayList<>();
        List<Event> events = new ArrayList<>(recipients.size());
        for (Spool.StoredRecipient stored : recipients) {
            Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
            Made made = make(transmission, stored, now);
            if (turn.cancelling()) {
                finals.add(stored.id());
                events.add(MessageEvents.injection(made.facts(), now));
                events.add(MessageEvents.bounce(
                        made.facts(), now, MessageEvents.Attempted.nothing(0), Outcomes.CANCELLED));
                continue;
            }
            switch (made) {
                case Made.Message message -> {
                    Waiting place = new Waiting(
                            new QueueKey(
                                    message.facts().ipPool(),
                                    message.recipient().path().mailbox().domain(),
                                    flow),
                            now,
                            stored.id(),
                            now,
                            0,
                            Optional.empty(),
                            "");
                    waiting.add(place);
                    events.add(MessageEvents.injection(message.facts(), now));
                    boolean keep = kept.tryKeep(message.octets().size());
                    offers.add(new Dispatcher.Offer(place, keep ? message : null));
                }
                case Made.Failed failed -> {
                    MessageEvents.Reason reason = new MessageEvents.Reason(554, failed.reason(), 25, "internal");
                    tellOfFailure(transmission, stored, reason, now);
                    finals.add(stored.id());
                    events.add(MessageEvents.generationFailure(
                            failed.facts(), now, failed.reason(), failed.substitutionData()));
                }
                case Made.Rejected rejected -> {
                    tellOfFailure(transmission, stored, rejected.reason(), now);
                    finals.add(stored.id());
                    events.add(MessageEvents.generationRejection(
                            rejected.facts(), now, rejected.reason(), rejected.substitutionData()));
                }
            }
        }
        events.forEach(event -> meters.event(event.type()));
        int nextPlace = turn.nextPlace() + recipients.size();
        boolean complete = nextPlace >= transmission.recipients() || recipients.isEmpty();
        Spool.Generated generated =
                new Spool.Generated(transmission.id(), nextPlace, complete, turn.cancelling(), waiting, finals, events);
        var _ = handOver(offers, generated).thenRun(() -> {
            undurable.release();
            dispatcher.visibleOnDisk(waiting);
        });
        if (!complete) {
            turns.add(new Turn(turn.transmission(), nextPlace, turn.cancelling()));
        }
        return true;
    }

    /** A notification could not be written: the run is made again when the store works. */
    private static final class NotNow extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotNow(StoreUnavailable cause) {
            super(cause.getMessage(), cause);
        }
    }

    /** Tells a submitter that wants to know of it that a message could not be made; durable before the message is final. */
    private void tellOfFailure(
            Transmission transmission, Spool.StoredRecipient stored, MessageEvents.Reason reason, Instant now) {
        if (!DsnSender.wanted(Action.FAILED, transmission, stored.recipient())) {
            return;
        }
        try {
            dsns.sendUnmade(
                    transmission,
                    stored.recipient(),
                    DsnSender.Outcome.failed(stored.id(), 0, Optional.empty(), reason, now));
        } catch (StoreUnavailable e) {
            throw new NotNow(e);
        } catch (StoreUnreadable e) {
            throw e;
        } catch (RuntimeException defect) {
            // It would be the same the next time: the message must end all the same.
            LOG.error("event=dsn_defect message={} action=failed", stored.id(), defect);
        }
    }

    /** Takes places, writes, and lets be attempted; if that is impossible, neither place nor octets stay taken. */
    private CompletableFuture<Void> handOver(List<Dispatcher.Offer> offers, Spool.Generated generated) {
        List<Dispatcher.Offer> reserved = dispatcher.reserve(offers);
        CompletableFuture<Void> durable;
        try {
            durable = spool.generated(generated);
        } catch (RuntimeException | Error e) {
            dispatcher.withdraw(reserved);
            throw e;
        }
        // Written: from here on nothing may fail, or the run would be made twice.
        if (reserved.size() < offers.size()) {
            Set<Dispatcher.Offer> held = Collections.newSetFromMap(new IdentityHashMap<>());
            held.addAll(reserved);
            offers.stream().filter(offer -> !held.contains(offer)).forEach(this::forget);
        }
        dispatcher.admit(reserved);
        return durable;
    }

    /** A message without a place waits on disk: its octets are made again. */
    private void forget(Dispatcher.Offer offer) {
        Made.Message message = offer.kept();
        if (message != null) {
            kept.release(message.octets().size());
        }
    }

    /** A defect of ours in making one message must end in an event for that one, not in silence for all behind it. */
    private Made make(Transmission transmission, Spool.StoredRecipient stored, Instant now) {
        try {
            return maker.make(transmission, stored.id(), stored.recipient(), now);
        } catch (StoreUnreadable unreadable) {
            throw unreadable; // no fault of the message: the run is tried again
        } catch (RuntimeException | StackOverflowError defect) {
            LOG.error("event=generation_defect message={}", stored.id(), defect);
            return new Made.Failed(
                    maker.facts(transmission, stored.id(), stored.recipient()),
                    "554 5.3.0 [internal] error while making the message; see the log of the server",
                    stored.recipient().substitutionData());
        }
    }

    /** Transmissions waiting for their turn or start. */
    int pending() {
        synchronized (scheduled) {
            return turns.size() + scheduled.size();
        }
    }

    /** Ends after the runs under way. What is left is taken up at the next start. */
    @Override
    public void close() {
        stopped = true;
        synchronized (scheduled) {
            scheduled.notifyAll();
        }
        for (Thread thread : threads) {
            try {
                thread.join(Duration.ofSeconds(5));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
