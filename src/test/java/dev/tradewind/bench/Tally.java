package dev.tradewind.bench;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * What arrived at the sink. A message names its run and its number in it ({@link BenchMessage#ID_FIELD}); one bit for each number of a run
 * tells what is missing and what came twice. Thread-safe.
 */
final class Tally {
    private static final VarHandle BITS = MethodHandles.arrayElementVarHandle(long[].class);

    private final LongSupplier micros;
    private final Map<Integer, Run> runs = new ConcurrentHashMap<>();
    private final LongAdder foreign = new LongAdder();

    /** @param micros the time in microseconds, on a clock that the one who asks also has */
    Tally(LongSupplier micros) {
        this.micros = micros;
    }

    /**
     * The state of a run.
     *
     * @param messages   arrived, duplicates included
     * @param unique     different ones arrived
     * @param signed     with a DKIM-Signature field
     * @param octets     of all that arrived, as transmitted
     * @param lastMicros when the last one arrived; 0 if none did
     */
    record Counts(long messages, long unique, long signed, long octets, long lastMicros) {
        long duplicates() {
            return messages - unique;
        }
    }

    /** One run. */
    final class Run {
        private final int size;
        private final long[] seen;
        private final LongAdder messages = new LongAdder();
        private final LongAdder unique = new LongAdder();
        private final LongAdder signed = new LongAdder();
        private final LongAdder octets = new LongAdder();
        private final AtomicLong last = new AtomicLong();

        private Run(int size) {
            this.size = size;
            this.seen = new long[(size + 63) >>> 6];
        }

        /** Notes the arrival of a message; a number outside the run counts as foreign. */
        void arrived(int number, boolean isSigned, long length) {
            if (number < 0 || number >= size) {
                foreign.increment();
                return;
            }
            long bit = 1L << number;
            if (((long) BITS.getAndBitwiseOr(seen, number >>> 6, bit) & bit) == 0) {
                unique.increment();
            }
            messages.increment();
            if (isSigned) {
                signed.increment();
            }
            octets.add(length);
            last.setRelease(micros.getAsLong());
        }
    }

    /** Begins a run: numbers 0 to {@code size - 1} are expected. */
    void begin(int run, int size) {
        runs.put(run, new Run(size));
    }

    Optional<Run> find(int run) {
        return Optional.ofNullable(runs.get(run));
    }

    /** A message that belongs to no run. */
    void foreign() {
        foreign.increment();
    }

    /** How many messages belonged to no run. */
    long foreignCount() {
        return foreign.sum();
    }

    Optional<Counts> counts(int run) {
        return find(run)
                .map(r -> new Counts(
                        r.messages.sum(), r.unique.sum(), r.signed.sum(), r.octets.sum(), r.last.getAcquire()));
    }

    /** The first numbers that did not arrive, separated by spaces, at most {@code most} of them. */
    String missing(int run, int most) {
        StringBuilder numbers = new StringBuilder();
        find(run).ifPresent(r -> {
            int found = 0;
            for (int number = 0; number < r.size && found < most; number++) {
                if (((long) BITS.getVolatile(r.seen, number >>> 6) & 1L << number) == 0) {
                    numbers.append(found++ == 0 ? "" : " ").append(number);
                }
            }
        });
        return numbers.toString();
    }

    /** Forgets all runs. */
    void reset() {
        runs.clear();
        foreign.reset();
    }
}
