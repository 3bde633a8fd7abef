package dev.tradewind.spool;

import dev.tradewind.account.Tenant;
import dev.tradewind.event.Event;
import dev.tradewind.event.EventStream;
import dev.tradewind.mail.MessageId;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * A spool in memory that keeps the whole contract but durability; everything is done when a call returns. Tests set {@link #state} to
 * see how others bear a store in trouble: outcomes are then kept until it is open again.
 */
public class MemorySpool implements Spool {
    private final TransmissionNumbers numbers;
    private final RandomGenerator random;
    private final Map<Long, Transmission> transmissions = new TreeMap<>();
    private final Map<Campaign, Long> calledOff = new HashMap<>();
    private final Map<Long, Records.Generation> generation = new TreeMap<>();
    private final NavigableMap<MessageId, Recipient> messages = new TreeMap<>();
    private final Map<ContentId, byte[]> contents = new HashMap<>();
    private final Map<QueueKey, NavigableMap<Place, Waiting>> queues = new TreeMap<>();
    private final Map<ByteBuffer, IdempotentAnswer> answers = new HashMap<>();
    private final List<Kept> kept = new ArrayList<>();
    private final MemoryEvents events = new MemoryEvents();
    private volatile State state = State.OPEN;
    private boolean stalled;
    private int defects;
    private int loads;

    private record Campaign(Tenant tenant, String name) {}

    private record Place(Instant due, MessageId id) implements Comparable<Place> {
        private static final Comparator<Place> ORDER =
                Comparator.comparing(Place::due).thenComparing(Place::id);

        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }
    }

    public MemorySpool(InstantSource clock, RandomGenerator random) {
        this.numbers = new TransmissionNumbers(clock, 0);
        this.random = random;
    }

    /** Pretends trouble, or its end. */
    public void state(State next) {
        state = next;
        if (next == State.OPEN || next == State.LOW_ON_DISK) {
            writeKept();
        }
    }

    /** Pretends a disk that takes its time: outcomes are written when it is over. */
    public void stalled(boolean now) {
        synchronized (this) {
            stalled = now;
        }
        if (!now) {
            writeKept();
        }
    }

    /** So many of the next runs of generated messages meet a defect instead of being written. */
    public synchronized void defects(int runs) {
        defects = runs;
    }

    /** How often somebody has asked what is due. */
    public synchronized int loads() {
        return loads;
    }

    /** As if the record of a recipient were damaged. */
    public synchronized void damage(MessageId recipient) {
        messages.put(recipient, Recipient.UNREADABLE);
    }

    private void writeKept() {
        List<Runnable> told = new ArrayList<>();
        synchronized (this) {
            for (Kept one : kept) {
                one.change().run();
                told.add(() -> one.done().complete(null));
            }
            kept.clear();
        }
        told.forEach(Runnable::run); // without the lock: who is told may hold others
    }

    private record Kept(Runnable change, CompletableFuture<Void> done) {}

    private void requireOpen(boolean evenWhenLow) throws StoreUnavailable {
        if (state != State.OPEN && !(evenWhenLow && state == State.LOW_ON_DISK)) {
            throw new StoreUnavailable("the store is " + state, Duration.ofSeconds(1));
        }
    }

    @Override
    public synchronized Staging stage() throws StoreUnavailable {
        requireOpen(false);
        return new MemoryStaging(numbers.next(), false);
    }

    @Override
    public synchronized Staging stageNotification() throws StoreUnavailable {
        requireOpen(true);
        return new MemoryStaging(numbers.next(), true);
    }

    @Override
    public long nextNumber() {
        return numbers.next();
    }

    private final class MemoryStaging implements Staging {
        private final long id;
        private final boolean evenWhenLow;
        private final Map<MessageId, Recipient> added = new TreeMap<>();

        private MemoryStaging(long id, boolean evenWhenLow) {
            this.id = id;
            this.evenWhenLow = evenWhenLow;
        }

        @Override
        public long transmissionId() {
            return id;
        }

        @Override
        public MessageId add(Recipient recipient) {
            MessageId message = MessageId.of(id, added.size(), random.nextInt());
            added.put(message, recipient);
            return message;
        }

        @Override
        public int size() {
            return added.size();
        }

        @Override
        public void commit(Transmission transmission, byte[] content, Optional<IdempotentAnswer> answer)
                throws StoreUnavailable {
            if (transmission.id() != id || transmission.recipients() != added.size()) {
                throw new IllegalArgumentException(transmission + " committed as " + id);
            }
            synchronized (MemorySpool.this) {
                requireOpen(evenWhenLow);
                transmissions.put(id, transmission);
                generation.put(
                        id,
                        transmission
                                .startTime()
                                .<Records.Generation>map(Records.Generation.Scheduled::new)
                                .orElseGet(() -> new Records.Generation.Generating(0)));
                messages.putAll(added);
                contents.put(transmission.content(), content);
                answer.ifPresent(a -> answers.put(ByteBuffer.wrap(a.key()), a));
            }
        }

        @Override
        public void close() {}
    }

    @Override
    public synchronized Optional<IdempotentAnswer> idempotentAnswer(byte[] key, Instant now) {
        return Optional.ofNullable(answers.get(ByteBuffer.wrap(key)))
                .filter(a -> now.isBefore(a.at().plus(Duration.ofHours(24))));
    }

    @Override
    public synchronized Optional<Transmission> transmission(long id) {
        return Optional.ofNullable(transmissions.get(id));
    }

    @Override
    public void forEachUngenerated(Consumer<Ungenerated> visitor) {
        List<Ungenerated> found = new ArrayList<>();
        synchronized (this) {
            for (Long id : generation.keySet()) {
                ungenerated(id).ifPresent(found::add);
            }
        }
        found.forEach(visitor);
    }

    @Override
    public synchronized Optional<Ungenerated> ungenerated(long id) {
        Transmission transmission = transmissions.get(id);
        Records.Generation where = generation.get(id);
        if (transmission == null || where == null) {
            return Optional.empty();
        }
        return switch (where) {
            case Records.Generation.Staging() -> Optional.empty();
            case Records.Generation.Scheduled(Instant start) ->
                Optional.of(new Ungenerated(
                        transmission,
                        0,
                        isCalledOff(transmission) ? Ungenerated.Progress.CALLED_OFF : Ungenerated.Progress.SCHEDULED));
            case Records.Generation.Generating(int next) ->
                Optional.of(new Ungenerated(transmission, next, Ungenerated.Progress.GENERATING));
            case Records.Generation.Cancelling(int next) ->
                Optional.of(new Ungenerated(transmission, next, Ungenerated.Progress.CANCELLING));
        };
    }

    @Override
    public synchronized boolean start(long id) throws StoreUnavailable {
        if (state == State.BROKEN || state == State.CLOSED) {
            requireOpen(false);
        }
        return generation.get(id) instanceof Records.Generation.Scheduled
                && !isCalledOff(transmissions.get(id))
                && generation.put(id, new Records.Generation.Generating(0)) != null;
    }

    @Override
    public synchronized boolean cancel(long id) throws StoreUnavailable {
        if (state == State.BROKEN || state == State.CLOSED) {
            requireOpen(false);
        }
        if (!(generation.get(id) instanceof Records.Generation.Scheduled)) {
            return false;
        }
        generation.put(id, new Records.Generation.Cancelling(0));
        return true;
    }

    private boolean isCalledOff(Transmission transmission) {
        return transmission.id()
                < calledOff.getOrDefault(new Campaign(transmission.tenant(), transmission.campaignId()), 0L);
    }

    @Override
    public synchronized void cancelCampaign(Tenant tenant, String campaign, Instant now) throws StoreUnavailable {
        if (state == State.BROKEN || state == State.CLOSED) {
            requireOpen(false);
        }
        calledOff.put(new Campaign(tenant, campaign), numbers.next());
    }

    @Override
    public synchronized List<StoredRecipient> recipients(long transmission, int fromPlace, int limit) {
        List<StoredRecipient> found = new ArrayList<>();
        for (Map.Entry<MessageId, Recipient> entry : messages.subMap(
                        MessageId.of(transmission, fromPlace, 0), true, new MessageId(transmission, -1), true)
                .entrySet()) {
            if (found.size() == limit) {
                break;
            }
            found.add(new StoredRecipient(entry.getKey(), entry.getValue()));
        }
        return found;
    }

    @Override
    public synchronized Optional<Recipient> recipient(MessageId id) {
        return Optional.ofNullable(messages.get(id));
    }

    @Override
    public synchronized Optional<byte[]> content(ContentId id) {
        return Optional.ofNullable(contents.get(id));
    }

    private synchronized CompletableFuture<Void> outcome(Runnable change) {
        if (!stalled && (state == State.OPEN || state == State.LOW_ON_DISK)) {
            change.run();
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        kept.add(new Kept(change, done));
        return done;
    }

    @Override
    public CompletableFuture<Void> generated(Generated generated) {
        synchronized (this) {
            if (defects > 0) {
                defects--;
                throw new IllegalStateException("a defect made for the test");
            }
        }
        return outcome(() -> {
            generated.waiting().forEach(this::insert);
            generated.finals().forEach(messages::remove);
            if (generated.complete()) {
                generation.remove(generated.transmission());
            } else {
                generation.put(
                        generated.transmission(),
                        generated.cancelling()
                                ? new Records.Generation.Cancelling(generated.nextPlace())
                                : new Records.Generation.Generating(generated.nextPlace()));
            }
            events.add(generated.events());
        });
    }

    private void insert(Waiting waiting) {
        queues.computeIfAbsent(waiting.queue(), key -> new TreeMap<>())
                .put(new Place(waiting.due(), waiting.id()), waiting);
    }

    private void remove(Waiting waiting) {
        NavigableMap<Place, Waiting> queue = queues.get(waiting.queue());
        if (queue != null) {
            queue.remove(new Place(waiting.due(), waiting.id()));
            if (queue.isEmpty()) {
                queues.remove(waiting.queue());
            }
        }
    }

    @Override
    public void forEachQueue(BiConsumer<QueueKey, Instant> queue) {
        Map<QueueKey, Instant> firsts = new TreeMap<>();
        synchronized (this) {
            queues.forEach((key, waiting) -> firsts.put(key, waiting.firstKey().due()));
        }
        firsts.forEach(queue);
    }

    @Override
    public synchronized List<Waiting> due(QueueKey queue, Instant until, int limit) {
        loads++;
        List<Waiting> found = new ArrayList<>();
        for (Waiting waiting : queues.getOrDefault(queue, new TreeMap<>()).values()) {
            if (found.size() >= limit || waiting.due().isAfter(until)) {
                break;
            }
            found.add(waiting);
        }
        return found;
    }

    @Override
    public synchronized Optional<Instant> nextDue(QueueKey queue, Instant after) {
        for (Place place : queues.getOrDefault(queue, new TreeMap<>()).keySet()) {
            if (place.due().isAfter(after)) {
                return Optional.of(place.due());
            }
        }
        return Optional.empty();
    }

    @Override
    public CompletableFuture<Void> deferred(Waiting before, Waiting after, List<Event> happened) {
        return outcome(() -> {
            remove(before);
            insert(after);
            events.add(happened);
        });
    }

    @Override
    public CompletableFuture<Void> happened(List<Event> happened) {
        return outcome(() -> events.add(happened));
    }

    @Override
    public CompletableFuture<Void> finished(Waiting before, List<Event> happened) {
        return outcome(() -> {
            remove(before);
            messages.remove(before.id());
            events.add(happened);
        });
    }

    @Override
    public EventStream events() {
        return events;
    }

    @Override
    public State state() {
        return state;
    }

    @Override
    public synchronized Map<String, Double> gauges() {
        return Map.of("tradewind_spool_unfinished_messages", (double) messages.size());
    }

    @Override
    public void backup(Path directory) throws IOException {
        throw new IOException("a spool in memory has no backup");
    }

    @Override
    public synchronized void sweep(Instant now) {
        Instant before = now.minus(RocksSpoolSettings.DEFAULTS.retentionContent());
        transmissions
                .values()
                .removeIf(t -> t.accepted().isBefore(before)
                        && !generation.containsKey(t.id())
                        && recipients(t.id(), 0, 1).isEmpty());
        Set<ContentId> used = new HashSet<>();
        transmissions.values().forEach(t -> used.add(t.content()));
        contents.keySet().retainAll(used);
        answers.values().removeIf(a -> !now.isBefore(a.at().plus(Duration.ofHours(24))));
        events.sweep(now.minus(RocksSpoolSettings.DEFAULTS.retentionEvents()));
    }

    @Override
    public synchronized void close() {
        state = State.CLOSED;
    }

    private static final class MemoryEvents implements EventStream {
        private final NavigableMap<Long, Event> stored = new TreeMap<>();
        private final Map<String, Long> consumers = new HashMap<>();
        private long end;

        private synchronized void add(List<Event> more) {
            for (Event event : more) {
                stored.put(end++, event);
            }
        }

        private synchronized void sweep(Instant before) {
            while (stored.size() > 1
                    && stored.firstEntry().getValue().timestamp().isBefore(before)) {
                stored.pollFirstEntry();
            }
        }

        @Override
        public synchronized long end() {
            return end;
        }

        @Override
        public synchronized List<Stored> read(long fromOffset, int limit) {
            List<Stored> found = new ArrayList<>();
            for (Map.Entry<Long, Event> entry : stored.tailMap(fromOffset, true).entrySet()) {
                if (found.size() >= limit) {
                    break;
                }
                found.add(new Stored(entry.getKey(), entry.getValue()));
            }
            return found;
        }

        @Override
        public synchronized long offsetAt(Instant time) {
            for (Map.Entry<Long, Event> entry : stored.entrySet()) {
                if (!entry.getValue().timestamp().isBefore(time)) {
                    return entry.getKey();
                }
            }
            return end;
        }

        @Override
        public void backwards(long beforeOffset, long downTo, Predicate<Stored> visitor) {
            List<Stored> all = new ArrayList<>();
            synchronized (this) {
                stored.subMap(Math.min(downTo, beforeOffset), true, beforeOffset, false)
                        .descendingMap()
                        .forEach((offset, event) -> all.add(new Stored(offset, event)));
            }
            for (Stored one : all) {
                if (!visitor.test(one)) {
                    return;
                }
            }
        }

        @Override
        public void backwardsOfMessage(MessageId message, long beforeOffset, long downTo, Predicate<Stored> visitor) {
            backwards(beforeOffset, downTo, s -> !s.event().message().equals(message) || visitor.test(s));
        }

        @Override
        public void backwardsOfTransmission(
                long transmission, long beforeOffset, long downTo, Predicate<Stored> visitor) {
            backwards(beforeOffset, downTo, s -> s.event().message().transmission() != transmission || visitor.test(s));
        }

        @Override
        public void backwardsOfRecipient(String recipient, long beforeOffset, long downTo, Predicate<Stored> visitor) {
            backwards(beforeOffset, downTo, s -> !s.event().recipient().equals(recipient) || visitor.test(s));
        }

        @Override
        public synchronized long consumerOffset(String consumer) {
            return consumers.getOrDefault(consumer, 0L);
        }

        @Override
        public synchronized void consumerOffset(String consumer, long offset) {
            consumers.put(consumer, offset);
        }
    }
}
