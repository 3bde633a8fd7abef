package dev.tradewind.soak;

import dev.tradewind.api.Reply;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** What the program says of its queue and its health. */
final class Queue {
    private Queue() {}

    /** Sum of a gauge or counter over its tags, from {@code /metrics}. */
    static double metric(InetSocketAddress api, String name) throws IOException {
        double sum = 0;
        try (HttpWire wire = new HttpWire(api)) {
            for (String line : wire.exchange("GET", "/metrics", "", new byte[0])
                    .text()
                    .lines()
                    .toList()) {
                if (line.startsWith(name + "{") || line.startsWith(name + " ")) {
                    sum += Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
                }
            }
        }
        return sum;
    }

    /** Answer of {@code /health/ready} or {@code /health/live}. */
    static Reply health(InetSocketAddress api, String which) throws IOException {
        try (HttpWire wire = new HttpWire(api)) {
            return wire.exchange("GET", "/health/" + which, "", new byte[0]);
        }
    }

    /** Waits until {@code /health/ready} has a status and says a word. Returns how long that took, in milliseconds. */
    static long awaitReady(InetSocketAddress api, int status, String word, long seconds)
            throws IOException, InterruptedException {
        long begin = System.nanoTime();
        for (Reply reply = health(api, "ready");
                reply.status() != status || !reply.text().contains(word);
                reply = health(api, "ready")) {
            if (System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(seconds)) {
                throw new AssertionError(
                        "/health/ready is not " + status + " " + word + " within " + seconds + " s: " + reply);
            }
            Pace.pause(TimeUnit.MILLISECONDS.toNanos(50));
        }
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    }

    /** Waits until nothing is queued and events have not grown in number for a second. */
    static void awaitQuiet(InetSocketAddress api, long seconds) throws IOException, InterruptedException {
        double last = -1;
        for (long i = 0; i < seconds; i++) {
            double events = metric(api, "tradewind_events_total");
            boolean empty = metric(api, "tradewind_queues") == 0
                    && metric(api, "tradewind_held_messages") == 0
                    && metric(api, "tradewind_ungenerated_transmissions") == 0;
            if (events == last && empty) {
                return;
            }
            last = events;
            Pace.pause(TimeUnit.SECONDS.toNanos(1));
        }
    }
}
