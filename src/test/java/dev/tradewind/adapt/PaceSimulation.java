package dev.tradewind.adapt;

import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * A provider with a token bucket that it never tells, and a sender that keeps to a {@link Pace} (or to a fixed rate), in virtual time:
 * six and a half hours of it in some milliseconds to seconds. Deterministic from its seed.
 *
 * <p>An attempt reaches the provider a tenth of the latency after it was started, where it is decided; its answer comes back after half to
 * one and a half times the latency, so answers overtake each other. One attempt in a hundred is greylisted, which the pace is not told of.
 * The sender's timer is up to 5 ms late.
 */
final class PaceSimulation {
    private static final long SECOND = 1_000_000_000L;
    private static final int MINUTES = 390;
    private static final int SETTLED = 30;
    private static final int WINDOW = 10;
    private static final double GREYLISTED = 0.01;
    private static final double LATENESS = 0.005 * SECOND;

    /** Fixed shaping at ten times more would take minutes to simulate, and is refused just the same. */
    private static final double MOST_FIXED = 10;

    private static final byte ARRIVES = 0;
    private static final byte ACCEPTED = 1;
    private static final byte THROTTLED = 2;

    /** How much mail there is. */
    enum Load {
        /** Always more than may go. */
        SATURATING,
        /** More than may go for 25 minutes, then none for 35. */
        BURSTY,
        /** Half of what the provider takes, at random times. */
        HALF
    }

    /**
     * A provider, and what is sent to it.
     *
     * @param rate    messages a second that the bucket gains
     * @param burst   messages that it holds
     * @param latency seconds to an answer, on average
     * @param closes  seconds for which it takes nothing after an excess
     * @param change  what the rate is multiplied by after three hours
     */
    record World(double rate, double burst, double latency, double closes, double change, Load load) {
        static World of(double rate, double burst, double latency) {
            return new World(rate, burst, latency, 0, 1, Load.SATURATING);
        }

        World closing(double seconds) {
            return new World(rate, burst, latency, seconds, change, load);
        }

        World changing(double factor) {
            return new World(rate, burst, latency, closes, factor, load);
        }

        World with(Load other) {
            return new World(rate, burst, latency, closes, change, other);
        }

        double rateAt(long now) {
            return now < MINUTES / 2 * 60 * SECOND ? rate : rate * change;
        }

        double rateInMinute(int minute) {
            return rateAt(minute * 60 * SECOND);
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%8s %6s %5.4gs%s%s%s",
                    PaceExplanation.rate(rate),
                    burst < 1.5 ? "1" : Math.round(burst / rate) + "s",
                    latency,
                    closes > 0 ? " closes" : "",
                    change == 1 ? "" : " x" + change,
                    load == Load.SATURATING ? "" : " " + load.name().toLowerCase(Locale.ROOT));
        }
    }

    /**
     * What came of it, from minute 30 on.
     *
     * @param least    smallest mean of ten minutes that the provider let pass, as a share of its rate
     * @param greatest largest one
     * @param mean     over all that time
     * @param deferred share of attempts that were answered "too fast"
     * @param early    the same in the first half hour
     * @param outside  how many of those means are not within 20 %, to the whole message
     */
    record Outcome(double least, double greatest, double mean, double deferred, double early, int outside) {
        Outcome or(Outcome other) {
            return new Outcome(
                    Math.min(least, other.least),
                    Math.max(greatest, other.greatest),
                    Math.min(mean, other.mean),
                    Math.max(deferred, other.deferred),
                    Math.max(early, other.early),
                    outside + other.outside);
        }
    }

    /** A line of the table. */
    record Line(World world, Outcome outcome, String text) {
        /** Each mean of ten minutes within 20 %, and less than 2 % deferred. */
        boolean meetsAcceptance() {
            return outcome.outside == 0 && outcome.deferred < 0.02;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** What decides when an attempt may start. */
    interface Sender {
        /** Nanoseconds; {@code now} if at once. */
        long next(long now);

        void take(long now);

        void accepted(long taken, long now);

        void throttled(long taken, long now);

        static Sender adapted(Pace pace) {
            return adapted(pace, Long.MAX_VALUE);
        }

        /** A pace that lives through a restart each time so many nanoseconds have passed. */
        static Sender adapted(Pace first, long restart) {
            return new Sender() {
                private Pace pace = first;
                private long restartAt = restart;

                @Override
                public long next(long now) {
                    Instant at = pace.nextAllowed(instant(now));
                    return at.getEpochSecond() * SECOND + at.getNano();
                }

                @Override
                public void take(long now) {
                    if (now >= restartAt) {
                        restartAt = now + restart;
                        pace = Pace.of(
                                PaceBounds.OPEN, pace.learned(instant(now)).orElseThrow(), instant(now));
                    }
                    pace.take(instant(now));
                }

                @Override
                public void accepted(long taken, long now) {
                    pace.accepted(instant(taken), instant(now));
                }

                @Override
                public void throttled(long taken, long now) {
                    pace.throttled(instant(taken), instant(now));
                }
            };
        }

        /** Fixed shaping: what an operator writes down once. */
        static Sender fixed(double perSecond) {
            return new Sender() {
                private double due;

                @Override
                public long next(long now) {
                    return Math.max(now, (long) Math.ceil(due));
                }

                @Override
                public void take(long now) {
                    due = Math.max(due, now - LATENESS) + SECOND / perSecond;
                }

                @Override
                public void accepted(long taken, long now) {}

                @Override
                public void throttled(long taken, long now) {}
            };
        }
    }

    static Instant instant(long nanos) {
        return Instant.ofEpochSecond(0, nanos);
    }

    /** A pace that begins with so many times the hidden rate; infinite: unlimited. */
    static Pace pace(World world, double times) {
        PaceBounds bounds = Double.isInfinite(times) ? PaceBounds.OPEN : PaceBounds.startingWith(times * world.rate());
        return Pace.of(bounds, Instant.EPOCH);
    }

    private final World world;
    private final Sender sender;
    private final SplittableRandom random;
    private final Agenda agenda = new Agenda();
    private final long[] passed = new long[MINUTES + 1];
    private final long[] refused = new long[MINUTES + 1];
    private double tokens;
    private long tokensAt;
    private long closedUntil = -1;
    private double offeredAt;

    private PaceSimulation(World world, Sender sender, long seed) {
        this.world = world;
        this.sender = sender;
        random = new SplittableRandom(seed);
        tokens = world.burst();
    }

    static Outcome run(World world, Sender sender, long seed) {
        PaceSimulation simulation = new PaceSimulation(world, sender, seed);
        simulation.run();
        return simulation.outcome();
    }

    private void run() {
        long end = MINUTES * 60 * SECOND;
        long now = 0;
        long wake = wake(0);
        while (true) {
            if (agenda.isEmpty() || wake < agenda.nextAt()) {
                if (wake >= end) {
                    return;
                }
                now = wake;
                if (sender.next(now) <= now) {
                    sender.take(now);
                    offeredAt = nextOffer(now);
                    agenda.add(now + (long) (world.latency() * SECOND / 10), now, ARRIVES);
                }
                wake = wake(now);
                continue;
            }
            agenda.remove();
            now = agenda.at;
            if (now >= end) {
                return;
            }
            switch (agenda.kind) {
                case ARRIVES -> decide(now, agenda.taken);
                case ACCEPTED -> sender.accepted(agenda.taken, now);
                default -> {
                    sender.throttled(agenda.taken, now);
                    wake = Math.max(now, wake(now));
                }
            }
            if (agenda.kind == ACCEPTED && sender.next(now) < wake) {
                wake = wake(now);
            }
        }
    }

    /** When the sender will look again. */
    private long wake(long now) {
        long wanted = (long) Math.max(now, offeredAt);
        if (world.load() == Load.BURSTY && wanted % (3600 * SECOND) > 1500 * SECOND) {
            wanted = wanted - wanted % (3600 * SECOND) + 3600 * SECOND;
        }
        long next = Math.max(wanted, sender.next(wanted));
        if (next <= now) {
            // Nothing is infinitely fast: an unlimited sender reaches fifty times the provider's rate.
            return now + (long) (SECOND / (50 * world.rate()));
        }
        return world.burst() < 2 ? next : next + (long) (LATENESS * random.nextDouble());
    }

    private double nextOffer(long now) {
        return world.load() == Load.HALF
                ? offeredAt - Math.log(1 - random.nextDouble()) * 2 * SECOND / world.rateAt(now)
                : 0;
    }

    private void decide(long now, long taken) {
        int minute = (int) (now / (60 * SECOND));
        tokens = Math.min(world.burst(), tokens + (now - tokensAt) * world.rateAt(now) / SECOND);
        tokensAt = now;
        boolean passes = now >= closedUntil && tokens >= 1;
        if (passes) {
            tokens--;
            passed[minute]++;
        } else {
            refused[minute]++;
            if (world.closes() > 0 && now >= closedUntil) {
                closedUntil = now + (long) (world.closes() * SECOND);
            }
        }
        long answered = now + (long) (world.latency() * SECOND * (0.5 + random.nextDouble()));
        if (!passes) {
            agenda.add(answered, taken, THROTTLED);
        } else if (random.nextDouble() >= GREYLISTED) {
            agenda.add(answered, taken, ACCEPTED);
        }
    }

    private Outcome outcome() {
        double least = Double.POSITIVE_INFINITY;
        double greatest = 0;
        int outside = 0;
        for (int from = SETTLED; from + WINDOW <= MINUTES; from++) {
            boolean changing = world.change() != 1 && from + WINDOW > MINUTES / 2 && from < MINUTES / 2 + SETTLED;
            boolean idle = world.load() == Load.BURSTY && from % 60 + WINDOW > 25;
            if (changing || idle) {
                continue;
            }
            double count = sum(passed, from, from + WINDOW);
            double expected = world.rateInMinute(from) * 60 * WINDOW;
            // Where mail does not always wait, more is the gift of a bucket that filled in between, less is want of
            // mail.
            boolean tooFew = world.load() != Load.HALF && count < Math.floor(0.8 * expected + 1e-6);
            boolean tooMany = world.load() == Load.SATURATING && count > Math.ceil(1.2 * expected - 1e-6);
            outside += tooFew || tooMany ? 1 : 0;
            double share = count / expected;
            least = Math.min(least, share);
            greatest = Math.max(greatest, share);
        }
        double capacity = 0;
        for (int minute = SETTLED; minute < MINUTES; minute++) {
            capacity += world.rateInMinute(minute) * 60;
        }
        double passedLate = sum(passed, SETTLED, MINUTES);
        double refusedLate = sum(refused, SETTLED, MINUTES);
        double refusedEarly = sum(refused, 0, SETTLED);
        return new Outcome(
                least,
                greatest,
                passedLate / capacity,
                refusedLate / Math.max(1, passedLate + refusedLate),
                refusedEarly / Math.max(1, refusedEarly + sum(passed, 0, SETTLED)),
                outside);
    }

    private static double sum(long[] minutes, int from, int to) {
        return Arrays.stream(minutes, from, to).sum();
    }

    /** The rates, buckets and latencies of acceptance 2; where a combination makes no sense it is left out. */
    static List<World> matrix(double... rates) {
        List<World> worlds = new ArrayList<>();
        for (double rate : rates) {
            for (double latency : new double[] {0.05, 1, 30}) {
                // A bucket of one refuses half of what is above its rate for a whole latency; at 30 a second nobody has
                // that.
                if (rate * latency <= 30 && rate <= 10) {
                    worlds.add(World.of(rate, 1, latency));
                }
                for (double seconds : new double[] {1, 10, 60, 300}) {
                    if (rate * seconds >= 2) {
                        worlds.add(World.of(rate, rate * seconds, latency));
                    }
                }
            }
        }
        return worlds;
    }

    /**
     * Every world with every start and so many seeds, each line beside fixed shaping at the same start.
     *
     * @return the worst of the seeds, a line for each world and start
     */
    static List<Line> soak(int seeds, List<World> worlds, double[] starts, PrintStream out) {
        List<Line> lines = new ArrayList<>();
        out.println(
                "hidden rate, bucket, latency, start | adapted: least and greatest mean of 10 min, mean, deferred (first"
                        + " 30 min) | fixed at the start: mean, deferred");
        for (World world : worlds) {
            for (double start : starts) {
                Outcome worst = run(world, Sender.adapted(pace(world, start)), 0);
                for (int seed = 1; seed < seeds; seed++) {
                    worst = worst.or(run(world, Sender.adapted(pace(world, start)), seed));
                }
                String line = String.format(
                        Locale.ROOT,
                        "%s %9s | %5.1f%% %6.1f%% %6.1f%% %5.2f%% (%4.1f%%) | %s",
                        world,
                        Double.isInfinite(start) ? "unlimited" : "x" + start,
                        100 * worst.least,
                        100 * worst.greatest,
                        100 * worst.mean,
                        100 * worst.deferred,
                        100 * worst.early,
                        beside(world, start));
                out.println(line);
                lines.add(new Line(world, worst, line));
            }
        }
        return lines;
    }

    private static String beside(World world, double start) {
        if (Double.isInfinite(start) || world.rate() > MOST_FIXED) {
            return "-";
        }
        Outcome fixed = run(world, Sender.fixed(start * world.rate()), 0);
        return String.format(Locale.ROOT, "%5.1f%% %5.2f%%", 100 * fixed.mean, 100 * fixed.deferred);
    }

    /** What will happen when: a heap of primitives, since there are tens of millions of events. */
    private static final class Agenda {
        private long[] times = new long[1024];
        private long[] takens = new long[1024];
        private byte[] kinds = new byte[1024];
        private int size;
        long at;
        long taken;
        byte kind;

        boolean isEmpty() {
            return size == 0;
        }

        long nextAt() {
            return times[0];
        }

        void add(long time, long takenAt, byte what) {
            if (size == times.length) {
                times = Arrays.copyOf(times, 2 * size);
                takens = Arrays.copyOf(takens, 2 * size);
                kinds = Arrays.copyOf(kinds, 2 * size);
            }
            int place = size++;
            while (place > 0 && times[(place - 1) / 2] > time) {
                move((place - 1) / 2, place);
                place = (place - 1) / 2;
            }
            put(place, time, takenAt, what);
        }

        void remove() {
            at = times[0];
            taken = takens[0];
            kind = kinds[0];
            size--;
            int place = 0;
            while (2 * place + 1 < size) {
                int child = 2 * place + 1;
                if (child + 1 < size && times[child + 1] < times[child]) {
                    child++;
                }
                if (times[child] >= times[size]) {
                    break;
                }
                move(child, place);
                place = child;
            }
            move(size, place);
        }

        private void move(int from, int to) {
            put(to, times[from], takens[from], kinds[from]);
        }

        private void put(int place, long time, long takenAt, byte what) {
            times[place] = time;
            takens[place] = takenAt;
            kinds[place] = what;
        }
    }
}
