package dev.tradewind.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** Several clients of both front doors at a steady rate, two thirds of it by REST. */
final class Load {
    private static final int REST_CLIENTS = 4;
    private static final int SMTP_CLIENTS = 12;

    /**
     * What one client does.
     *
     * @param perSecond              messages (recipients)
     * @param padding                octets of text that does not compress, in each content besides the little there must be
     * @param pauseAfterRefusalNanos how long it waits after "later"
     * @param stop                   whether to begin no further message
     * @param abandon                whether to give up a request whose answer was lost
     */
    record Shape(
            double perSecond,
            int padding,
            long pauseAfterRefusalNanos,
            BooleanSupplier stop,
            BooleanSupplier abandon) {}

    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicBoolean abandoned = new AtomicBoolean();
    private final List<Thread> threads = new ArrayList<>();

    /**
     * Starts the clients.
     *
     * @param perSecond  messages, all clients together
     * @param padding    octets of what is sent by SMTP, about
     * @param pauseNanos how long a client waits after a refusal
     */
    Load(
            Subject subject,
            Promises promises,
            Findings findings,
            double perSecond,
            int padding,
            long pauseNanos,
            long seed) {
        Shape rest = new Shape(perSecond * 2 / 3 / REST_CLIENTS, 0, pauseNanos, stopped::get, abandoned::get);
        Shape smtp = new Shape(perSecond / 3 / SMTP_CLIENTS, padding, pauseNanos, stopped::get, abandoned::get);
        for (int i = 0; i < REST_CLIENTS; i++) {
            RestClient client =
                    new RestClient("rest-" + seed + "-" + i, subject, promises, findings, rest, new Random(seed + i));
            threads.add(start("rest-" + i, client, findings));
        }
        for (int i = 0; i < SMTP_CLIENTS; i++) {
            SmtpClient client = new SmtpClient(subject, promises, findings, smtp, new Random(seed + 100 + i));
            threads.add(start("smtp-" + i, client, findings));
        }
    }

    private static Thread start(String name, Runnable client, Findings findings) {
        return Thread.ofVirtual().name(name).start(() -> {
            try {
                client.run();
            } catch (RuntimeException | Error e) {
                findings.wrong("client " + name + " failed: " + e + " at "
                        + List.of(e.getStackTrace()).getFirst());
                throw e;
            }
        });
    }

    /** Begins nothing more, gets the answers that are due, and ends. The program must be up. */
    void stop() throws InterruptedException {
        stopped.set(true);
        for (Thread thread : threads) {
            if (!thread.join(java.time.Duration.ofSeconds(150))) {
                abandoned.set(true);
                thread.interrupt();
                throw new AssertionError("client " + thread.getName() + " has no answer");
            }
        }
    }
}
