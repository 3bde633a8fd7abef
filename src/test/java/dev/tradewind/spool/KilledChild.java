package dev.tradewind.spool;

import dev.tradewind.event.Event;
import dev.tradewind.event.EventType;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/** The program that {@link KillTest} kills: sends, generates, defers and finishes on many threads, and says what is durable. */
final class KilledChild {
    private static final int THREADS = 16;

    private KilledChild() {}

    public static void main(String[] arguments) throws Exception {
        long seed = Long.parseLong(arguments[1]);
        RocksSpool spool = RocksSpool.open(
                Path.of(arguments[0]),
                SmallSpool.SETTINGS,
                InstantSource.system(),
                System::nanoTime,
                new Random(seed),
                () -> 1L << 40);
        for (int i = 0; i < THREADS; i++) {
            SplittableRandom random = new SplittableRandom(seed * 100 + i);
            Thread.ofPlatform().start(() -> {
                try {
                    work(spool, random);
                } catch (StoreUnavailable e) {
                    throw new IllegalStateException(e);
                }
            });
        }
    }

    private static void say(String line) {
        PrintStream out = System.out;
        synchronized (out) {
            out.println("! " + line);
            out.flush();
        }
    }

    private static void work(RocksSpool spool, SplittableRandom random) throws StoreUnavailable {
        while (true) {
            int recipients = random.nextInt(50) == 0 ? 1_200 : 1 + random.nextInt(3);
            String[] addresses = new String[recipients];
            for (int i = 0; i < recipients; i++) {
                addresses[i] = "u" + random.nextInt(100) + "@example.com";
            }
            boolean scheduled = random.nextInt(10) == 0;
            long id = Mail.send(
                    spool,
                    Mail.NOON,
                    scheduled ? Optional.of(Mail.NOON) : Optional.empty(),
                    "c".repeat(1 + random.nextInt(9_000)),
                    addresses);
            say("sent " + id + " " + recipients);
            if (scheduled) {
                if (random.nextBoolean()) {
                    if (spool.cancel(id)) {
                        say("cancelled " + id);
                    }
                    continue;
                }
                spool.start(id);
            }
            if (random.nextInt(4) == 0) {
                continue;
            }
            List<Waiting> waiting = Mail.generate(spool, id, Mail.QUEUE, Mail.NOON);
            say("generated " + id);
            for (Waiting one : waiting.subList(0, Math.min(5, waiting.size()))) {
                Event delay = Mail.event(EventType.DELAY, one.id(), "u@example.com", Mail.NOON);
                Event delivery = Mail.event(EventType.DELIVERY, one.id(), "u@example.com", Mail.NOON);
                Waiting later = one.deferredUntil(Mail.NOON.plusSeconds(5), Optional.empty(), "451 later");
                CompletableFuture<Void> deferred = spool.deferred(one, later, List.of(delay));
                if (random.nextBoolean()) {
                    spool.finished(later, List.of(delivery)).join();
                    say("final " + one.id());
                    if (!deferred.isDone()) {
                        throw new IllegalStateException("a later outcome was durable first");
                    }
                }
            }
        }
    }
}
