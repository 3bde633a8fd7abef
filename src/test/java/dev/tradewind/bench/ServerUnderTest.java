package dev.tradewind.bench;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A mail server that runs as processes of its own, takes mail on loopback and delivers it to the sink. */
sealed interface ServerUnderTest permits TradewindUnderTest, PostfixUnderTest {
    /** For the report, such as {@code Postfix + OpenDKIM}. */
    String name();

    /** Port of SMTP submission. */
    int smtpPort();

    /** Its REST API, if it has one. */
    Optional<RestAccess> rest();

    /** Whether it signs what it delivers. */
    boolean signs();

    /** CPU time of its processes so far, by part, in microseconds. */
    Map<String, Long> cpuMicros() throws IOException;

    /** How that is measured. */
    String cpuMethod();

    /** The public key of its signatures, as a DNS record; empty if it does not sign. */
    Optional<String> dkimRecord();

    /** Process ids. */
    List<Long> processes() throws IOException;

    /** Stops it in order, and makes sure that nothing of it is left. */
    void stop() throws IOException, InterruptedException;

    /**
     * Where its REST API is.
     *
     * @param key an API key with all grants
     */
    record RestAccess(int port, String key) {
        @Override
        public String toString() {
            return "RestAccess[" + port + "]";
        }
    }

    /** CPU time of all parts. */
    default long totalCpuMicros() throws IOException {
        return cpuMicros().values().stream().mapToLong(Long::longValue).sum();
    }

    /** A port that is free now. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    /** A text of {@code bench/} with the {@code @NAME@} filled in. */
    static String template(String file, Map<String, Object> values) throws IOException {
        String text = Files.readString(Jvm.root().resolve("bench").resolve(file));
        for (Map.Entry<String, Object> value : values.entrySet()) {
            text = text.replace("@" + value.getKey() + "@", value.getValue().toString());
        }
        return text;
    }

    /**
     * Waits until something listens.
     *
     * @throws IOException if the process ends before, or nothing listens after 60 s; the message has the end of the log
     */
    static void awaitListening(Process process, int port, Path log) throws IOException, InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 1000);
                return;
            } catch (ConnectException e) {
                if (!process.isAlive() || System.nanoTime() > end) {
                    throw new IOException("nothing listens at port " + port + "; the log ends with\n" + tail(log), e);
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
    }

    /** The last 2000 characters of a file. */
    static String tail(Path log) throws IOException {
        String text = Files.exists(log) ? Files.readString(log) : "";
        return text.substring(Math.max(0, text.length() - 2000));
    }
}
