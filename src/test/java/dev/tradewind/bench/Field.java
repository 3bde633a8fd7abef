package dev.tradewind.bench;

import dev.tradewind.authenticate.DkimKeys;
import dev.tradewind.authenticate.DkimResult;
import dev.tradewind.authenticate.DkimVerifier;
import dev.tradewind.bench.Round.Phase;
import dev.tradewind.bench.ServerUnderTest.RestAccess;
import dev.tradewind.bench.Tally.Counts;
import dev.tradewind.mail.MessageOctets;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Where rounds are run: the sink, and how mail is injected. One thread. */
final class Field {
    /** A round is given up when nothing arrives for so long. */
    private static final Duration STALL = Duration.ofSeconds(60);

    private static final int SAMPLES = 3;

    private final SinkProcess sink;
    private final Injection injection;
    private int runs;

    /**
     * How mail is injected.
     *
     * @param connections       SMTP connections at once
     * @param perConnection     messages of one
     * @param chunking          BDAT in place of DATA
     * @param domains           of recipients
     * @param restConnections   HTTP connections at once
     * @param perTransmission   recipients of one transmission
     */
    record Injection(
            int connections,
            int perConnection,
            boolean chunking,
            int domains,
            int restConnections,
            int perTransmission) {
        /** As the acceptance run has it. */
        static final Injection DEFAULT = new Injection(50, 100, false, 10, 4, 1000);
    }

    Field(SinkProcess sink, Injection injection) {
        this.sink = sink;
        this.injection = injection;
    }

    /**
     * Sends so many messages through a server and measures.
     *
     * @throws IOException if the server refuses mail, or a sampled signature is not valid
     */
    Round round(ServerUnderTest server, Phase phase, int messages) throws IOException, InterruptedException {
        int run = ++runs;
        sink.begin(run, messages);
        sink.wantSamples(SAMPLES);
        Map<String, Long> cpuBefore = server.cpuMicros();
        long start = Sink.micros();
        int deferred = inject(server, phase, run, messages);
        Counts counts = awaitArrival(run, messages);
        awaitQuiet(server);
        Map<String, Long> cpu = new LinkedHashMap<>();
        server.cpuMicros().forEach((part, micros) -> cpu.put(part, micros - cpuBefore.getOrDefault(part, 0L)));
        counts = counts.unique() == messages ? sink.counts(run) : counts; // duplicates that came late
        verifySamples(server);
        return new Round(
                phase,
                server.name(),
                messages,
                Math.max(1, counts.lastMicros() - start),
                Map.copyOf(cpu),
                messages - counts.unique(),
                counts.duplicates(),
                server.signs() ? counts.messages() - counts.signed() : 0,
                counts.octets(),
                deferred);
    }

    private int inject(ServerUnderTest server, Phase phase, int run, int messages)
            throws IOException, InterruptedException {
        if (phase == Phase.REST) {
            RestAccess rest = server.rest().orElseThrow();
            new RestLoad(
                            URI.create("http://127.0.0.1:" + rest.port()),
                            rest.key(),
                            injection.restConnections(),
                            injection.perTransmission(),
                            injection.domains())
                    .send(run, messages);
            return 0;
        }
        return new SmtpLoad(
                        server.smtpPort(),
                        injection.connections(),
                        injection.perConnection(),
                        injection.chunking(),
                        injection.domains())
                .send(run, messages)
                .deferred();
    }

    private Counts awaitArrival(int run, int messages) throws IOException, InterruptedException {
        Counts counts = sink.counts(run);
        long last = counts.messages();
        long lastChange = System.nanoTime();
        while (counts.unique() < messages && System.nanoTime() - lastChange < STALL.toNanos()) {
            TimeUnit.MILLISECONDS.sleep(50);
            counts = sink.counts(run);
            if (counts.messages() != last) {
                last = counts.messages();
                lastChange = System.nanoTime();
            }
        }
        if (counts.unique() < messages) {
            System.err.println("bench: not arrived in run " + run + ": " + sink.missing(run) + " ...");
        }
        return counts;
    }

    /** Until the server has cleaned up after the last message: that is part of what a message costs. */
    private static void awaitQuiet(ServerUnderTest server) throws IOException, InterruptedException {
        long before = server.totalCpuMicros();
        for (int quarters = 0; quarters < 40; quarters++) {
            TimeUnit.MILLISECONDS.sleep(250);
            long now = server.totalCpuMicros();
            if (now - before < 5_000) {
                return;
            }
            before = now;
        }
    }

    private void verifySamples(ServerUnderTest server) throws IOException {
        if (!server.signs()) {
            return;
        }
        String record = server.dkimRecord().orElseThrow();
        for (byte[] message : sink.samples()) {
            List<DkimResult> results = DkimVerifier.verify(
                    MessageOctets.of(message),
                    (domain, selector) -> new DkimKeys.Found(List.of(record)),
                    Instant.now());
            if (results.isEmpty() || !results.stream().allMatch(DkimResult::isPass)) {
                throw new IOException(server.name() + " delivered a message whose signature is not valid: " + results);
            }
        }
    }

    /** Whether the sink offers STARTTLS from now on. */
    void offerTls(boolean offer) throws IOException {
        sink.offerTls(offer);
    }
}
