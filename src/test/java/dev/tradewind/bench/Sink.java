package dev.tradewind.bench;

import dev.tradewind.operate.DataDirectory;
import dev.tradewind.operate.TlsSettings;
import dev.tradewind.operate.tls.TlsIdentity;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import javax.net.ssl.SSLContext;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * A receiving host of its own that accepts everything and counts. It obeys commands on its standard input, a line each, and answers each
 * with a line; at the end of the input it stops.
 *
 * <pre>
 * begin RUN SIZE     ok; from now on messages 0..SIZE-1 of the run are looked out for
 * count RUN          MESSAGES UNIQUE SIGNED OCTETS LAST-ARRIVAL (microseconds of the epoch)
 * missing RUN MOST   the first numbers that did not arrive
 * foreign            how many messages belonged to no run
 * tls on|off         ok; whether STARTTLS is offered; open connections are closed
 * sample COUNT       ok; the next COUNT messages are kept
 * samples            the kept messages in base64
 * connections        how many are open
 * reset              ok; everything is forgotten
 * </pre>
 */
@Command(
        name = "sink",
        mixinStandardHelpOptions = true,
        description = "Accepts mail on loopback and counts it. Commands on standard input: begin RUN SIZE, count RUN,"
                + " missing RUN MOST, foreign, tls on|off, sample COUNT, samples, connections, reset.")
public final class Sink implements Callable<Integer> {
    @Option(names = "--port", defaultValue = "2600", description = "Port to listen at; 0: any. Default: 2600.")
    private int port;

    @Option(names = "--tls", description = "Offer STARTTLS from the beginning, with a self-made certificate.")
    private boolean tls;

    @Option(
            names = "--dir",
            description = "Where the self-made certificate is kept. Without it STARTTLS is not available.")
    private Optional<Path> directory = Optional.empty();

    @Option(names = "--forever", description = "Do not stop at the end of the standard input.")
    private boolean forever;

    private final Tally tally = new Tally(Sink::micros);
    private final Samples samples = new Samples();

    private Sink() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Sink()).execute(args));
    }

    /** Microseconds of the epoch; the harness measures with the same clock. */
    static long micros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    @Override
    public Integer call() throws Exception {
        SSLContext context = directory.isPresent() ? context(directory.get()) : null;
        if (tls && context == null) {
            System.err.println("sink: --tls needs --dir");
            return 2;
        }
        try (SinkServer server = new SinkServer(port, tally, samples, context).start()) {
            server.offerTls(tls);
            System.out.println("listening " + server.port());
            obey(server);
            if (forever) {
                Thread.currentThread().join();
            }
        }
        return 0;
    }

    private static SSLContext context(Path directory) throws IOException {
        TlsSettings selfMade = new TlsSettings(Optional.empty(), Optional.empty());
        TlsIdentity identity =
                TlsIdentity.open(selfMade, DataDirectory.open(directory), "sink.example", InstantSource.system());
        return identity.context();
    }

    private void obey(SinkServer server) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.println(answer(server, List.of(line.strip().split(" "))));
        }
    }

    private String answer(SinkServer server, List<String> words) throws IOException {
        try {
            return switch (words.getFirst()) {
                case "begin" -> {
                    tally.begin(number(words, 1), number(words, 2));
                    yield "ok";
                }
                case "count" ->
                    tally.counts(number(words, 1))
                            .map(c -> c.messages() + " " + c.unique() + " " + c.signed() + " " + c.octets() + " "
                                    + c.lastMicros())
                            .orElse("error: no such run");
                case "missing" -> tally.missing(number(words, 1), number(words, 2));
                case "foreign" -> Long.toString(tally.foreignCount());
                case "tls" -> {
                    server.offerTls(words.get(1).equals("on"));
                    yield "ok";
                }
                case "sample" -> {
                    samples.want(number(words, 1));
                    yield "ok";
                }
                case "samples" -> {
                    List<String> encoded = new ArrayList<>();
                    for (byte[] message : samples.kept()) {
                        encoded.add(Base64.getEncoder().encodeToString(message));
                    }
                    yield String.join(" ", encoded);
                }
                case "connections" -> Integer.toString(server.connections());
                case "reset" -> {
                    tally.reset();
                    yield "ok";
                }
                default -> "error: no such command";
            };
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            return "error: " + e.getMessage();
        }
    }

    private static int number(List<String> words, int index) {
        return Integer.parseInt(words.get(index));
    }
}
