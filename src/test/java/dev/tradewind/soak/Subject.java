package dev.tradewind.soak;

import dev.tradewind.fixture.ApiClient;
import dev.tradewind.fixture.TestDns;
import dev.tradewind.fixture.TradewindProcess;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** The program under test with its world: a DNS that sends all mail to one port of this machine. Clients ask where it is each time. */
final class Subject implements AutoCloseable {
    private static final String HEAP = "-Xmx1g";

    /** Where a running program listens. */
    record Address(InetSocketAddress http, InetSocketAddress submission) {}

    private final TestDns dns;
    private final TradewindProcess process;
    private final Path eventLog;
    private volatile Optional<Address> address = Optional.empty();

    private Subject(TestDns dns, TradewindProcess process, Path eventLog) {
        this.dns = dns;
        this.process = process;
        this.eventLog = eventLog;
    }

    /**
     * Starts one whose mail goes to a port, which trusts clients at 127.0.0.1 (not 127.0.0.2) and logs its events.
     *
     * @param directory where configuration and data go
     * @param eventLog  file of {@code events.log}
     */
    static Subject start(Path directory, Path eventLog, int deliveryPort, String... settings) throws IOException {
        TestDns dns = TestDns.allMailToLoopback();
        List<String> all = new ArrayList<>(List.of(
                "dns.servers=" + dns.address(),
                "delivery.port=" + deliveryPort,
                "smtp.submission.trusted=127.0.0.1/32",
                "events.log=" + eventLog));
        all.addAll(List.of(settings));
        TradewindProcess process = TradewindProcess.start(directory, all, List.of(HEAP));
        addSendingDomain(process);
        Subject subject = new Subject(dns, process, eventLog);
        subject.publish();
        return subject;
    }

    /** So that mail leaves signed, as in production. */
    private static void addSendingDomain(TradewindProcess process) throws IOException {
        try (ApiClient api = new ApiClient(process.http())) {
            api.ask("POST", "sending-domains", "{\"domain\":\"mx.tradewind.test\"}");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.close();
            throw new InterruptedIOException("while the sending domain was made");
        }
    }

    private void publish() {
        URI http = process.http();
        address = Optional.of(new Address(new InetSocketAddress("127.0.0.1", http.getPort()), process.submission()));
    }

    /** Where it is now; empty while it is down. */
    Optional<Address> address() {
        return address;
    }

    /** Where it is, now or as soon as it is up again. */
    Address awaitAddress() throws InterruptedException {
        while (true) {
            Optional<Address> now = address;
            if (now.isPresent()) {
                return now.get();
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.handle().destroyForcibly();
        address = Optional.empty();
        process.kill();
    }

    /** Starts it again. Returns how long that took, until it serves. */
    Duration restart() throws IOException {
        long begin = System.nanoTime();
        process.start();
        publish();
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /** SIGTERM; must end well. */
    void terminate() throws InterruptedException {
        address = Optional.empty();
        int code = process.terminate(Duration.ofSeconds(120));
        if (code != 0) {
            throw new AssertionError("exit code " + code + " after SIGTERM; last output: " + lastOutput());
        }
    }

    /** Whether the process lives. */
    boolean isAlive() {
        return process.handle().isAlive();
    }

    ProcessFigures figures() throws IOException, InterruptedException {
        return ProcessFigures.of(process.handle().pid());
    }

    /** The file of {@code events.log}. */
    Path eventLog() {
        return eventLog;
    }

    /** Lines of the log at ERROR in this life. */
    List<String> errors() {
        return process.output().stream()
                .filter(line -> line.contains(" ERROR "))
                .toList();
    }

    String lastOutput() {
        List<String> output = process.output();
        return String.join("\n", output.subList(Math.max(0, output.size() - 30), output.size()));
    }

    @Override
    public void close() throws InterruptedException {
        process.close();
        dns.close();
    }
}
