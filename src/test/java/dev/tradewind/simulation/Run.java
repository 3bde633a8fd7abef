package dev.tradewind.simulation;

import dev.tradewind.classify.Cause;
import dev.tradewind.classify.Classifier;
import dev.tradewind.classify.Phase;
import dev.tradewind.deliver.AttemptResult;
import dev.tradewind.deliver.RetrySchedule;
import dev.tradewind.deliver.RetrySettings;
import dev.tradewind.engine.DeliveryPolicies;
import dev.tradewind.lane.Held;
import dev.tradewind.lane.Lane;
import dev.tradewind.lane.LaneBook;
import dev.tradewind.lane.Suspension;
import dev.tradewind.mail.Domain;
import dev.tradewind.mail.MessageId;
import dev.tradewind.mail.SmtpReply;
import dev.tradewind.spool.QueueKey;
import dev.tradewind.spool.Waiting;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * One seed: its mail through its world, with crashes, until everything is final. Throws an {@link AssertionError} where an invariant does
 * not hold. The part of the shell (threads in {@code engine}) is taken by steps of a {@link Timeline}; unlike the shell they never look
 * again "to be sure", so that a wake-up that the core forgets is found.
 */
public final class Run {
    private static final Classifier CLASSIFIER = Classifier.shipped();
    private static final Duration EXPIRE_AFTER = Duration.ofHours(30);
    private static final int GENERATED_AT_ONCE = 100;
    private static final @Nullable String TRACED = System.getProperty("tradewind.simulation.trace");
    /** Ten times what a seed takes. */
    private static final long MOST_STEPS = 5_000_000;

    private final RandomGenerator random;
    private final Timeline time = new Timeline(Scenario.START);
    private final World world;
    private final Scenario scenario;
    private final Disk disk;
    private final DeliveryPolicies policies;
    private final LimitWatch watch = new LimitWatch();
    private final Map<MessageId, Integer> doubts = new HashMap<>();
    private final Map<MessageId, Instant> firstAttempt = new HashMap<>();
    private final List<Suspension> orders = new ArrayList<>();
    private final List<Instant[]> down = new ArrayList<>();
    private int attempts;
    private int ordered;
    private @Nullable Node node;

    private Run(long seed) {
        this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        this.world = new World(random, time, Scenario.SITES, Scenario.DAYS);
        world.makeWell(Scenario.BUSY_SITE);
        this.scenario = new Scenario(random, world);
        this.disk = new Disk(time, random);
        this.policies = new DeliveryPolicies(
                CLASSIFIER, new RetrySchedule(new RetrySettings(RetrySettings.DEFAULT.retry(), EXPIRE_AFTER)), random);
    }

    /**
     * What a seed came to.
     *
     * @param steps    of virtual time
     * @param attempts transactions
     * @param twice    messages that were taken more than once
     * @param worst    longest time from acceptance to the first attempt of a small account's message at the busy site
     */
    public record Report(long steps, int attempts, int twice, Duration worst) {}

    /**
     * Runs a seed.
     *
     * @throws AssertionError naming what does not hold
     */
    public static Report of(long seed) {
        try {
            return new Run(seed).go();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
    }

    /** Runs the seeds that are named. */
    public static void main(String[] seeds) {
        for (String seed : seeds) {
            System.out.println(of(Long.parseLong(seed)));
        }
    }

    private Report go() {
        Instant end = Scenario.START.plus(Scenario.DAYS).plus(EXPIRE_AFTER).plus(Duration.ofDays(1));
        for (Scenario.Mail mail : scenario.mail) {
            time.at(mail.accepted(), () -> {
                Node running = node;
                if (running != null) {
                    running.generate();
                }
            });
        }
        for (Instant crash : scenario.crashes) {
            time.at(crash, this::crash);
        }
        for (int i = 0; i < 6; i++) {
            time.at(Scenario.START.plusSeconds(random.nextLong(Scenario.DAYS.toSeconds())), this::order);
        }
        start();
        while (time.step(end)) {
            if (time.done() > MOST_STEPS) {
                throw new AssertionError("no end of steps at " + time.now());
            }
        }
        return check();
    }

    // ---- the machine

    private void start() {
        node = new Node();
        node.start();
    }

    private void crash() {
        Node running = node;
        if (running == null) {
            return;
        }
        running.die();
        node = null;
        disk.crash();
        watch.crashed();
        Duration out = Duration.ofMillis(50 + random.nextInt(random.nextBoolean() ? 500 : 60_000));
        down.add(new Instant[] {time.now(), time.now().plus(out)});
        time.after(out, this::start);
    }

    /** An operator tells some mail to wait, and takes it back. */
    private void order() {
        Suspension order = new Suspension(
                "order" + ordered++,
                random.nextInt(3) == 0 ? OptionalInt.of(2 + random.nextInt(5)) : OptionalInt.empty(),
                OptionalLong.empty(),
                random.nextInt(3) == 0 ? Optional.of("bulk") : Optional.empty(),
                Optional.empty(),
                Optional.of("site" + (1 + random.nextInt(Scenario.SITES - 1))),
                random.nextInt(3) == 0 ? Optional.of("s" + (1 + random.nextInt(8))) : Optional.empty(),
                time.now().plusSeconds(600 + random.nextInt(20_000)),
                "test");
        orders.add(order);
        Node running = node;
        if (running != null) {
            running.suspend(order);
        }
        time.after(Duration.ofSeconds(300 + random.nextInt(30_000)), () -> {
            orders.remove(order);
            Node later = node;
            if (later != null) {
                later.resume(order);
            }
        });
    }

    /** With {@code -Dtradewind.simulation.trace=MESSAGE}, what happens to that message. */
    private void trace(MessageId message, Supplier<String> what) {
        if (TRACED != null && message.toString().equals(TRACED)) {
            System.out.println(time.now() + " " + what.get());
        }
    }

    // ---- what must be true

    private Report check() {
        int twice = 0;
        Duration worst = Duration.ZERO;
        for (Scenario.Mail mail : scenario.mail) {
            List<String> events = disk.events(mail.id());
            long ends = events.stream()
                    .filter(event -> event.equals("delivery") || event.equals("bounce"))
                    .count();
            if (ends != 1 || !events.getFirst().equals("injection")) {
                throw new AssertionError("message " + mail.id() + " of " + mail.queue() + " accepted " + mail.accepted()
                        + " has the events " + events + "; waiting on disk: " + disk.waiting() + "; "
                        + (node == null ? "" : node.state()));
            }
            int taken = world.delivered(mail.id());
            if (taken == 0 && events.getLast().equals("delivery")) {
                throw new AssertionError("message " + mail.id() + " was delivered to nobody");
            }
            if (taken > 1 + doubts.getOrDefault(mail.id(), 0)) {
                throw new AssertionError("message " + mail.id() + " was taken " + taken + " times with "
                        + doubts.getOrDefault(mail.id(), 0) + " attempts in doubt");
            }
            twice += taken > 1 ? 1 : 0;
            int account = mail.queue().flow().account();
            boolean small = account == Scenario.SMALL_ACCOUNT || account == Scenario.SMALL_BULK_ACCOUNT;
            if (small && !isNearCrash(mail.accepted())) {
                Duration waited = Duration.between(mail.accepted(), firstAttempt.get(mail.id()));
                worst = waited.compareTo(worst) > 0 ? waited : worst;
                // Three lanes share 1.5 messages a second, so one has a turn every 2 s; a connection may have to be
                // opened, and a sync be slow.
                if (waited.compareTo(Duration.ofSeconds(account == Scenario.SMALL_ACCOUNT ? 8 : 16)) > 0) {
                    throw new AssertionError("message " + mail.id() + " of small account " + account + " accepted "
                            + mail.accepted() + " waited " + waited + " behind a large one's");
                }
            }
        }
        Node running = node;
        if (running != null) {
            running.checkNothingIsLeft();
        }
        return new Report(time.done(), attempts, twice, worst);
    }

    private boolean isNearCrash(Instant at) {
        for (Instant[] window : down) {
            if (at.isAfter(window[0].minusSeconds(20)) && at.isBefore(window[1].plusSeconds(20))) {
                return true;
            }
        }
        return false;
    }

    // ---- the shell

    /** One life of the engine. */
    private final class Node {
        private final LaneBook<String> book =
                new LaneBook<>(Scenario.LANE_LIMITS, scenario.sources(), scenario::policy, time.now(), kept -> {});

        private final Map<Lane<String>, Deque<Courier>> idle = new LinkedHashMap<>();
        private final Set<Courier> couriers = new HashSet<>();
        private final Set<MessageId> inDoubt = new HashSet<>();
        private int nextPlace = disk.cursor();
        private boolean generating;
        private boolean loading;
        private @Nullable Instant loaderWakes;
        private boolean dead;

        private void later(Duration wait, Runnable action) {
            time.after(wait, () -> {
                if (!dead) {
                    action.run();
                }
            });
        }

        private Duration millis(int most) {
            return Duration.ofNanos(1000L * (50 + random.nextInt(most * 1000)));
        }

        void start() {
            orders.forEach(order -> book.suspend(order, time.now()));
            disk.forEachQueue(book::waitsOnDisk);
            wakeLoader();
            generate();
        }

        void die() {
            dead = true;
            couriers.forEach(Courier::crashed);
            inDoubt.forEach(id -> doubts.merge(id, 1, Integer::sum));
        }

        void suspend(Suspension order) {
            book.suspend(order, time.now());
            wakeLoader();
        }

        void resume(Suspension order) {
            book.resume(order.id(), time.now());
            wakeLoader();
        }

        // ---- generation

        void generate() {
            if (!generating) {
                generating = true;
                later(millis(3), this::generateSome);
            }
        }

        private void generateSome() {
            generating = false;
            Instant now = time.now();
            List<Waiting> run = new ArrayList<>();
            while (nextPlace + run.size() < scenario.mail.size() && run.size() < GENERATED_AT_ONCE) {
                Scenario.Mail mail = scenario.mail.get(nextPlace + run.size());
                if (mail.accepted().isAfter(now)) {
                    break;
                }
                run.add(new Waiting(mail.queue(), now, mail.id(), now, 0, Optional.empty(), ""));
            }
            if (run.isEmpty()) {
                return;
            }
            nextPlace += run.size();
            List<Waiting> reserved =
                    run.stream().filter(one -> book.reserve(one, now)).toList();
            run.forEach(
                    one -> trace(one.id(), () -> "generated, has a place: " + reserved.contains(one) + "; " + state()));
            disk.generated(nextPlace, run, () -> {
                if (!dead) {
                    for (Waiting one : run) {
                        if (!book.isHeld(one)) {
                            book.waitsOnDisk(one.queue(), one.due());
                        }
                    }
                    wakeLoader();
                }
            });
            for (Waiting one : reserved) {
                book.admit(one, "octets", now);
                kick(one.queue());
            }
            wakeLoader();
            generate();
        }

        // ---- lanes

        private void kick(QueueKey queue) {
            if (book.needsRoute(queue.domain(), time.now())) {
                later(millis(200), () -> route(queue.domain()));
            } else {
                book.lanesOf(queue).forEach(this::activate);
            }
        }

        private void activate(Lane<String> lane) {
            if (lane.depth() == 0) {
                return;
            }
            Deque<Courier> waiting = idle.get(lane);
            if (waiting != null) {
                for (Courier courier : waiting) {
                    if (!courier.called) {
                        courier.called = true;
                        later(Duration.ofNanos(1000), courier::called);
                        return;
                    }
                }
            }
            if (book.wantsConnection(lane, time.now())) {
                book.opening(lane, time.now());
                Courier courier = new Courier(lane);
                couriers.add(courier);
                later(Duration.ofNanos(1000), courier::connect);
            } else if (lane.connections() == 0) {
                dismissOneThatIdles(lane);
            }
        }

        private void dismissOneThatIdles(Lane<String> needy) {
            for (Map.Entry<Lane<String>, Deque<Courier>> entry : idle.entrySet()) {
                Courier longest = entry.getValue().getLast();
                if (!longest.called && book.makesRoom(entry.getKey(), needy, time.now())) {
                    longest.called = true;
                    later(Duration.ofNanos(1000), longest::dismissed);
                    return;
                }
            }
        }

        private void activateFully(Lane<String> lane) {
            for (int i = 0; i < Scenario.LANE_LIMITS.connections() && lane.depth() > 0; i++) {
                activate(lane);
            }
        }

        private void route(Domain domain) {
            Instant now = time.now();
            switch (world.route(domain)) {
                case World.Found.At(World.Site site) -> {
                    Collection<Lane<String>> lanes = book.routed(domain, site.name, now.plusSeconds(300), now);
                    lanes.forEach(this::activateFully);
                }
                case World.Found.Unresolved() ->
                    book.unresolved(domain, now)
                            .ifPresent(held -> defer(held.waiting(), "454 4.4.3 [internal] dns", "s1"));
                case World.Found.Nowhere() -> book.unroutable(domain).forEach(held -> finish(held.waiting(), "bounce"));
            }
            wakeLoader();
        }

        // ---- disk

        private void wakeLoader() {
            if (!loading) {
                loading = true;
                later(Duration.ofNanos(1000), this::load);
            }
        }

        private void load() {
            loading = false;
            Instant now = time.now();
            book.wake(now).forEach(this::activate);
            Optional<LaneBook.Load> load = book.nextLoad(now);
            if (load.isPresent()) {
                loading = true;
                later(millis(2), () -> read(load.get()));
                return;
            }
            book.nextWake().ifPresent(next -> {
                Instant planned = loaderWakes;
                if (planned == null || next.isBefore(planned) || !planned.isAfter(now)) {
                    loaderWakes = next;
                    time.at(next.isAfter(now) ? next : now.plusMillis(10), () -> {
                        if (!dead && next.equals(loaderWakes)) {
                            loaderWakes = null;
                            wakeLoader();
                        }
                    });
                }
            });
        }

        private String state() {
            StringBuilder state =
                    new StringBuilder("held " + book.held() + ", connections " + book.connections() + ", next wake "
                            + book.nextWake() + ", loading " + loading + ", queues " + book.queueCount() + ";");
            for (Lane<String> lane : book.lanes()) {
                if (lane.site().equals(Scenario.BUSY_SITE)) {
                    state.append(' ')
                            .append(lane)
                            .append(": ")
                            .append(lane.depth())
                            .append(" waiting,");
                }
            }
            return state.toString();
        }

        private void read(LaneBook.Load load) {
            Instant until = time.now();
            List<Waiting> due = disk.due(load.queue(), until, load.limit());
            due.forEach(one -> trace(one.id(), () -> "read from disk; " + state()));
            Optional<Instant> next =
                    due.size() >= load.limit() ? Optional.of(until) : disk.nextDue(load.queue(), until);
            later(
                    millis(2),
                    () -> { // what was read may be out of date by now
                        List<LaneBook.Loaded> messages = due.stream()
                                .map(one -> new LaneBook.Loaded(one, policies.isExpired(one, until)))
                                .toList();
                        for (Held<String> old : book.loaded(load.queue(), messages, next, time.now())) {
                            finish(old.waiting(), "bounce");
                        }
                        kick(load.queue());
                        book.lanesOf(load.queue()).forEach(this::activateFully);
                        loading = false;
                        wakeLoader();
                    });
        }

        // ---- outcomes

        private void finish(Waiting waiting, String event) {
            inDoubt.add(waiting.id());
            disk.finished(waiting, event, () -> released(waiting, null));
        }

        private void defer(Waiting waiting, String reply, String source) {
            Instant now = time.now();
            Optional<Instant> next = policies.nextAttempt(waiting, now);
            if (next.isEmpty()) {
                finish(waiting, "bounce");
                return;
            }
            Waiting after = waiting.deferredUntil(next.get(), Optional.of(source), reply);
            inDoubt.add(waiting.id());
            disk.deferred(waiting, after, () -> released(waiting, after));
        }

        private void released(Waiting before, @Nullable Waiting after) {
            if (dead) {
                return;
            }
            inDoubt.remove(before.id());
            boolean load = book.released(before, time.now());
            if (after != null) {
                book.waitsOnDisk(after.queue(), after.due());
                load = true;
            }
            if (load) {
                wakeLoader();
            }
        }

        void checkNothingIsLeft() {
            if (book.held() != 0 || book.connections() != 0 || book.queueCount() != 0) {
                throw new AssertionError("left in memory: " + book.held() + " messages, " + book.connections()
                        + " connections, " + book.queueCount() + " queues");
            }
        }

        // ---- one connection

        private final class Courier {
            private final Lane<String> lane;
            private World.@Nullable Site site;
            private int transactions;
            private boolean called;
            private boolean counted;
            private boolean waiting;
            private int wait;

            Courier(Lane<String> lane) {
                this.lane = lane;
            }

            void crashed() {
                World.Site open = site;
                if (open != null) {
                    world.close(open);
                }
            }

            void connect() {
                Optional<Domain> domain = book.domainIn(lane);
                if (domain.isEmpty()) {
                    end();
                    return;
                }
                if (!(world.route(domain.get()) instanceof World.Found.At(World.Site found))
                        || !found.name.equals(lane.site())) {
                    book.unroute(domain.get());
                    if (book.needsRoute(domain.get(), time.now())) {
                        later(millis(200), () -> route(domain.get()));
                    }
                    connect();
                    return;
                }
                watch.opened(
                        scenario.policy(lane.source(), lane.site()).limits(),
                        scenario.policy(lane.source(), lane.site()).connections(),
                        lane.source(),
                        lane.site(),
                        time.now());
                counted = true;
                later(world.latency(found), () -> dialed(found));
            }

            private void dialed(World.Site found) {
                if (!world.connect(found)) {
                    book.takeUnsent(lane)
                            .ifPresent(held -> defer(held.waiting(), "451 4.4.1 [internal] refused", lane.source()));
                    unwilling();
                    return;
                }
                site = found;
                book.opened(lane);
                activateFully(lane);
                next();
            }

            private void unwilling() {
                book.unwilling(lane, time.now());
                wakeLoader();
                end();
            }

            private void hangUp() {
                World.Site open = site;
                site = null;
                if (open != null) {
                    world.close(open);
                }
                if (counted) {
                    counted = false;
                    watch.closed(scenario.policy(lane.source(), lane.site()).limits(), lane.source(), lane.site());
                }
            }

            private void end() {
                hangUp();
                couriers.remove(this);
                book.closed(lane, time.now());
                book.nextStarved(lane, time.now()).ifPresent(Node.this::activate);
                activate(lane);
                wakeLoader();
            }

            /** Has a session. */
            private void next() {
                switch (book.take(lane, time.now())) {
                    case LaneBook.Next.Message<String>(Held<String> message) -> {
                        World.Site open = site;
                        if (transactions > 0 && open != null && world.hasHungUp(open)) {
                            book.putBack(lane, message, time.now());
                            end();
                        } else {
                            transact(message.waiting());
                        }
                    }
                    case LaneBook.Next.Later<String>(Instant at) -> idle(Duration.between(time.now(), at));
                    case LaneBook.Next.Nothing<String>() -> idle(Duration.ofDays(1));
                }
            }

            private void idle(Duration until) {
                wakeLoader(); // the core may have asked to be woken
                waiting = true;
                int mine = ++wait;
                idle.computeIfAbsent(lane, key -> new ArrayDeque<>()).addFirst(this);
                book.idle(lane, true);
                boolean shorter = until.compareTo(Scenario.LANE_LIMITS.idle()) < 0;
                later(shorter ? until : Scenario.LANE_LIMITS.idle(), () -> {
                    if (waiting && mine == wait) {
                        leaveIdle();
                        if (shorter) {
                            next();
                        } else {
                            end();
                        }
                    }
                });
            }

            private void leaveIdle() {
                waiting = false;
                called = false;
                Deque<Courier> all = idle.get(lane);
                if (all != null) {
                    all.remove(this);
                    if (all.isEmpty()) {
                        idle.remove(lane);
                    }
                }
                book.idle(lane, false);
            }

            void dismissed() {
                if (waiting) {
                    leaveIdle();
                    end();
                }
            }

            void called() {
                if (waiting) {
                    leaveIdle();
                    next();
                }
            }

            private void transact(Waiting message) {
                World.Site open = site;
                if (open == null) {
                    throw new IllegalStateException("no session");
                }
                Instant now = time.now();
                attempts++;
                transactions++;
                trace(message.id(), () -> "sent by " + lane);
                if (TRACED != null && lane.site().equals(Scenario.BUSY_SITE)) {
                    System.out.println(time.now() + " " + lane + " sends of " + message.queue());
                }
                firstAttempt.putIfAbsent(message.id(), now);
                inDoubt.add(message.id());
                for (Suspension order : orders) {
                    if (order.until().isAfter(now) && isMeant(order, message.queue())) {
                        throw new AssertionError("sent in spite of " + order + ": " + message);
                    }
                }
                watch.sent(
                        scenario.policy(lane.source(), lane.site()).limits(),
                        lane.source(),
                        lane.site(),
                        message.queue().pool(),
                        message.queue().flow(),
                        now);
                later(world.latency(open), () -> answered(message, world.transact(open, lane.source(), message.id())));
            }

            private boolean isMeant(Suspension order, QueueKey queue) {
                return order.account().stream()
                                .allMatch(account -> account == queue.flow().account())
                        && order.pool().stream().allMatch(queue.pool()::equals)
                        && order.site().stream().allMatch(lane.site()::equals)
                        && order.source().stream().allMatch(lane.source()::equals);
            }

            private void answered(Waiting message, World.Said said) {
                AttemptResult result = policies.settle(
                        switch (said) {
                            case TAKEN -> new AttemptResult.Delivered(SmtpReply.of(250, "2.0.0 taken"));
                            case UNKNOWN_USER -> new AttemptResult.Failed(refused(550, "5.1.1 no such user"));
                            case GREYLISTED -> recipient(refused(451, "4.7.1 greylisted"));
                            case BUSY -> recipient(refused(452, "4.3.1 busy"));
                            case TOO_FAST -> site(refused(421, "4.7.0 too many messages"));
                            case LOST -> site(new Cause.Unreachable(Phase.DATA, "lost"));
                            case LOST_AFTER_DATA -> new AttemptResult.Unknown("reset");
                        });
                switch (result) {
                    case AttemptResult.Delivered _ -> finish(message, "delivery");
                    case AttemptResult.Failed _ -> finish(message, "bounce");
                    case AttemptResult.Deferred deferred ->
                        defer(message, deferred.cause().inOneLine(), lane.source());
                    case AttemptResult.Unknown _ -> {
                        doubts.merge(message.id(), 1, Integer::sum);
                        defer(message, "451 4.4.1 [internal] lost", lane.source());
                    }
                }
                if (result instanceof AttemptResult.Deferred deferred && deferred.scope() == AttemptResult.Scope.SITE) {
                    unwilling();
                } else if (result instanceof AttemptResult.Unknown
                        || transactions >= Scenario.LANE_LIMITS.messagesPerConnection()) {
                    end();
                } else {
                    next();
                }
            }

            private static Cause refused(int code, String text) {
                return new Cause.Refused(Phase.RCPT, SmtpReply.of(code, text));
            }

            private static AttemptResult recipient(Cause cause) {
                return new AttemptResult.Deferred(cause, AttemptResult.Scope.RECIPIENT);
            }

            private static AttemptResult site(Cause cause) {
                return new AttemptResult.Deferred(cause, AttemptResult.Scope.SITE);
            }
        }
    }
}
