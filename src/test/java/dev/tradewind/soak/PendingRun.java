package dev.tradewind.soak;

import dev.tradewind.api.Reply;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.DBOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Gathers a backlog while the world takes nothing, kills the program and starts it again: how soon it serves and delivers, in how much
 * memory; and what a recipient costs on the disk.
 */
final class PendingRun {
    private static final int BATCH = 10_000;
    private static final long MIB = 1 << 20;
    private static final double SECONDS_TO_DELIVERY = 20;
    private static final long MOST_HEAP = 1024 * MIB;
    private static final long MOST_OCTETS = 600;

    private PendingRun() {}

    /** Runs. Returns what is wrong; prints what was seen. */
    static List<String> run(Path directory, int messages, PrintStream out) throws Exception {
        Findings findings = new Findings();
        Arrivals arrivals = new Arrivals();
        int port = closedPort();
        out.printf("soak pending: %d messages%n%n", messages);
        try (Subject subject = Subject.start(
                directory,
                directory.resolve("events.jsonl"),
                port,
                "delivery.retry=1h",
                "delivery.rest=1h",
                "delivery.longest_rest=1h")) {
            long begin = System.nanoTime();
            long data = inject(subject, messages, findings);
            out.printf(Locale.ROOT, "accepted in %.1f s%n", seconds(begin));
            awaitGenerated(subject.awaitAddress().http(), messages);
            out.printf(Locale.ROOT, "generated in %.1f s%n", seconds(begin));
            ProcessFigures full = subject.figures();
            out.println("with the backlog: " + full);
            findings.require(full.heapOctets() < MOST_HEAP, "live heap with the backlog: " + full);
            subject.terminate();
            cost(directory.resolve("data/spool/db"), messages, data, out, findings);

            try (CountingHost host = new CountingHost(port, arrivals)) {
                long restarted = System.nanoTime();
                Duration served = subject.restart();
                long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
                while (arrivals.firstOfLife() == 0 && System.nanoTime() < deadline) {
                    Pace.pause(TimeUnit.MILLISECONDS.toNanos(5));
                }
                double first = (arrivals.firstOfLife() - restarted) / 1e9;
                out.printf(
                        Locale.ROOT,
                        "started again: serves after %.2f s, first delivery after %.2f s (-Xmx1g)%n",
                        served.toMillis() / 1000.0,
                        first);
                findings.require(
                        arrivals.firstOfLife() != 0 && first < SECONDS_TO_DELIVERY,
                        "first delivery after " + first + " s, limit " + SECONDS_TO_DELIVERY);
                long before = arrivals.total();
                Pace.pause(TimeUnit.SECONDS.toNanos(10));
                out.printf("then %d deliveries in 10 s%n", arrivals.total() - before);
                ProcessFigures delivering = subject.figures();
                out.println("delivering: " + delivering);
                findings.require(delivering.heapOctets() < MOST_HEAP, "live heap while delivering: " + delivering);
                findings.require(delivering.peakOctets() < 2560 * MIB, "resident memory over 2.5 GiB: " + delivering);
                for (String line : subject.errors()) {
                    findings.wrong("logged: " + line);
                }
                subject.kill();
            }
        }
        out.println(findings.allWrong().isEmpty() ? "\nnothing is wrong" : "\nWRONG:");
        findings.allWrong().forEach(wrong -> out.println("  " + wrong));
        return findings.allWrong();
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    /** Returns how many octets of addresses and substitution data were sent. */
    private static long inject(Subject subject, int messages, Findings findings)
            throws IOException, InterruptedException {
        long data = 0;
        try (HttpWire wire = new HttpWire(subject.awaitAddress().http())) {
            for (int first = 0; first < messages; first += BATCH) {
                int count = Math.min(BATCH, messages - first);
                StringBuilder body = new StringBuilder(100 * count)
                        .append("{\"content\":{\"from\":\"news@mx.tradewind.test\",\"subject\":\"Hello {{name}}\",")
                        .append("\"headers\":{\"X-Seq\":\"{{seq}}-{{seq}}\"},\"text\":\"Dear {{name}},\\r\\nnews.\"},")
                        .append("\"recipients\":[");
                for (int i = first; i < first + count; i++) {
                    String address = "u" + i + "@d" + i % 100 + ".example";
                    String own = "{\"seq\":" + i + ",\"name\":\"Reader number " + i + "\"}";
                    data += address.length() + own.length();
                    body.append(i == first ? "" : ",")
                            .append("{\"address\":\"")
                            .append(address)
                            .append("\",\"substitution_data\":")
                            .append(own)
                            .append('}');
                }
                body.append("]}");
                Reply reply = wire.exchange(
                        "POST", RestClient.TRANSMISSIONS, "", body.toString().getBytes(StandardCharsets.UTF_8));
                findings.require(
                        reply.status() == 200
                                && reply.results()
                                                .path("total_accepted_recipients")
                                                .asInt()
                                        == count,
                        "transmission answered " + reply);
            }
        }
        return data;
    }

    private static void awaitGenerated(InetSocketAddress api, int messages) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(60);
        try (HttpWire wire = new HttpWire(api)) {
            while (wire.exchange("GET", RestClient.TRANSMISSIONS, "", new byte[0])
                            .results()
                            .size()
                    > 0) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError(messages + " messages are not generated within an hour");
                }
                Pace.pause(TimeUnit.MILLISECONDS.toNanos(200));
            }
        }
    }

    /** What lies on the disk, by column family of the store that is closed now. */
    private static void cost(Path db, int messages, long data, PrintStream out, Findings findings)
            throws RocksDBException {
        RocksDB.loadLibrary();
        Map<String, Long> octets = new TreeMap<>();
        List<ColumnFamilyDescriptor> families = new ArrayList<>();
        try (Options names = new Options();
                DBOptions options = new DBOptions()) {
            for (byte[] name : RocksDB.listColumnFamilies(names, db.toString())) {
                families.add(new ColumnFamilyDescriptor(name));
            }
            List<ColumnFamilyHandle> handles = new ArrayList<>();
            try (RocksDB store = RocksDB.openReadOnly(options, db.toString(), families, handles)) {
                for (ColumnFamilyHandle handle : handles) {
                    String name = new String(handle.getName(), StandardCharsets.US_ASCII);
                    long size = store.getLongProperty(handle, "rocksdb.total-sst-files-size")
                            + store.getLongProperty(handle, "rocksdb.total-blob-file-size")
                            + store.getLongProperty(handle, "rocksdb.cur-size-all-mem-tables");
                    octets.put(name, size);
                    handle.close();
                }
            }
        }
        long recipients = 0;
        out.println();
        for (Map.Entry<String, Long> family : octets.entrySet()) {
            boolean events = family.getKey().startsWith("event");
            recipients += events ? 0 : family.getValue();
            out.printf(
                    Locale.ROOT,
                    "  %-20s %9.1f MiB %8.1f octets a recipient%n",
                    family.getKey(),
                    family.getValue() / (double) MIB,
                    family.getValue() / (double) messages);
        }
        double each = recipients / (double) messages;
        out.printf(
                Locale.ROOT,
                "on disk, events apart: %.0f octets a recipient; it brought %.0f of address and data, uncompressed%n%n",
                each,
                data / (double) messages);
        findings.require(each - data / (double) messages <= MOST_OCTETS, each + " octets a recipient");
    }
}
