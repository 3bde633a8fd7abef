package dev.tradewind.api;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import static org.assertj.core.api.Assertions.assertThat;

/** Requests as large as they may be: memory does not grow with them. */
class LargeTransmissionsTest {
    private static final long MIB = 1 << 20;

    private ApiFixture api;

    @BeforeEach
    void start() {
        api = new ApiFixture();
        api.spool.keeping = false;
    }

    @AfterEach
    void stop() {
        api.close();
    }

    /** A body that is made as it is read. */
    private static final class Recipients extends InputStream {
        private final byte[] begin = "{\"recipients\":[".getBytes(StandardCharsets.UTF_8);
        private final byte[] end = ("]," + TransmissionsTest.CONTENT + "}").getBytes(StandardCharsets.UTF_8);
        private final long wanted;
        private byte[] current = begin;
        private int at;
        private long made;
        private long count;
        private boolean last;

        Recipients(long octets) {
            this.wanted = octets;
        }

        long count() {
            return count;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (at == current.length) {
                if (last) {
                    return -1;
                }
                at = 0;
                if (made < wanted) {
                    current = ((count == 0 ? "" : ",") + "{\"address\":{\"email\":\"user" + count
                                    + "@host.example\",\"name\":\"User\"},\"substitution_data\":{\"k" + count
                                    + "\":\"" + "v".repeat(60) + "\",\"n\":" + count + "}}")
                            .getBytes(StandardCharsets.UTF_8);
                    count++;
                } else {
                    current = end;
                    last = true;
                }
                made += current.length;
            }
            int some = Math.min(length, current.length - at);
            System.arraycopy(current, at, target, offset, some);
            at += some;
            return some;
        }
    }

    @Test
    @Timeout(120)
    void twoHundredMegabytesOfRecipientsLeaveMemoryFlat() throws Exception {
        api.post(TransmissionsTest.PATH, TransmissionsTest.minimal());
        long before = live();
        Recipients body = new Recipients(200 * 1000 * 1000L);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Reply> reply = threads.submit(() -> api.send(api.to(TransmissionsTest.PATH)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofInputStream(() -> body))
                    .build()));
            long most = 0;
            while (api.spool.added.get() < 1_000_000 && !reply.isDone()) {
                long seen = api.spool.added.get();
                TransmissionsTest.await(() -> api.spool.added.get() > seen + 300_000 || reply.isDone());
                most = Math.max(most, live());
            }
            assertThat(most - before).isLessThan(40 * MIB);
            assertThat(reply.get().status()).isEqualTo(200);
            assertThat(reply.get().results().path("total_accepted_recipients").longValue())
                    .isEqualTo(body.count());
        }
        assertThat(live() - before).isLessThan(20 * MIB);
    }

    @Test
    @Timeout(60)
    void aBodyOverTheLimitIsRefusedAndLeavesNothing() {
        api.close();
        api = new ApiFixture(
                new ApiSettings(
                        new dev.tradewind.settings.ListenAddress("127.0.0.1", 0),
                        false,
                        100,
                        100,
                        new dev.tradewind.settings.ByteSize(2_000_000)),
                List.of());
        Recipients body = new Recipients(3_000_000);
        Reply reply = api.send(api.to(TransmissionsTest.PATH)
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> body))
                .build());
        assertThat(reply.status()).isEqualTo(413);
        assertThat(api.spool.commits).hasValue(0);
        assertThat(api.spool.open).hasValue(0);
    }

    @Test
    void contentOverItsLimitIsRefused() {
        String html = "x".repeat(21 * 1024 * 1024);
        Reply reply = api.post(
                TransmissionsTest.PATH,
                "{\"recipients\":[{\"address\":\"a@b.example\"}],\"content\":{\"from\":\"a@example.com\",\"subject\":\"s\",\"html\":\""
                        + html + "\"}}");
        assertThat(reply.status()).isEqualTo(422);
        assertThat(reply.code()).isEqualTo("1300");
    }

    @Test
    void whatIsNotUnderstoodIsBounded() {
        String hill = "{\"zzz\":[" + "[],".repeat(1_000_000) + "[]]," + TransmissionsTest.CONTENT + "}";
        assertThat(api.post(TransmissionsTest.PATH, hill).status()).isEqualTo(422);
        String inContent =
                "{\"recipients\":[{\"address\":\"a@b.example\"}],\"content\":{\"from\":\"a@example.com\",\"subject\":\"s\",\"text\":\"t\",\"zzz\":["
                        + "[],".repeat(3_000_000) + "[]]}}";
        long before = live();
        assertThat(api.post(TransmissionsTest.PATH, inContent).status()).isEqualTo(200);
        assertThat(live() - before).isLessThan(60 * MIB);
        String recipient = "{\"recipients\":[{\"address\":\"a@b.example\",\"zzz\":\"" + "z".repeat(5_000_000) + "\"}],"
                + TransmissionsTest.CONTENT + "}";
        assertThat(api.post(TransmissionsTest.PATH, recipient).status()).isEqualTo(422);
    }

    @Test
    @Timeout(120)
    void parallelLargeContentsFitTheHeap() throws Exception {
        String data = "A".repeat(24 * 1024 * 1024 / 4 * 3);
        byte[] body =
                ("{\"recipients\":[{\"address\":\"a@b.example\"}],\"content\":{\"from\":\"a@example.com\",\"subject\":\"s\",\"text\":\"t\","
                                + "\"attachments\":[{\"name\":\"n\",\"type\":\"a/b\",\"data\":\"" + data + "\"}]}}")
                        .getBytes(StandardCharsets.UTF_8);
        List<Future<Integer>> replies = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) {
                replies.add(threads.submit(() -> upload(body)));
            }
            int accepted = 0;
            for (Future<Integer> reply : replies) {
                assertThat(reply.get()).isIn(200, 503);
                accepted += reply.get() == 200 ? 1 : 0;
            }
            assertThat(accepted).isPositive();
        }
    }

    /** By a raw socket, which needs no copy of the body. */
    private int upload(byte[] body) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", api.port())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream()
                    .write(("POST " + TransmissionsTest.PATH + " HTTP/1.1\r\nHost: a\r\nAuthorization: " + api.key
                                    + "\r\nContent-Length: " + body.length + "\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().write(body);
            return RawHttp.read(socket.getInputStream()).status();
        }
    }

    @Test
    void thousandRecipientsCostMicroseconds() {
        StringBuilder body = new StringBuilder("{\"recipients\":[");
        for (int i = 0; i < 1000; i++) {
            body.append(i == 0 ? "" : ",")
                    .append("{\"address\":{\"email\":\"user")
                    .append(i)
                    .append("@host")
                    .append(i % 20)
                    .append(".example\",\"name\":\"User Number ")
                    .append(i)
                    .append("\"},\"substitution_data\":{\"name\":\"User\",\"order\":")
                    .append(i)
                    .append(",\"city\":\"Zürich\"},\"metadata\":{\"id\":\"")
                    .append(i)
                    .append("\"},\"tags\":[\"spring\"]}");
        }
        body.append("],").append(TransmissionsTest.CONTENT).append('}');
        byte[] octets = body.toString().getBytes(StandardCharsets.UTF_8);
        double best = Double.MAX_VALUE;
        for (int round = 0; round < 6; round++) {
            best = Math.min(best, microsecondsPerRecipient(octets));
        }
        System.out.printf("parse and validate: %.2f us CPU a recipient (%d octets each)%n", best, octets.length / 1000);
        assertThat(best).isLessThan(8 * 3); // the target is 8; this machine may be busy
    }

    private double microsecondsPerRecipient(byte[] octets) {
        var threads = ManagementFactory.getThreadMXBean();
        TransmissionReader.Rules rules = new TransmissionReader.Rules(
                Instant.now(), 1000, pool -> true, true, domain -> java.util.Optional.empty());
        int rounds = 50;
        long start = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < rounds; i++) {
            RequestBody body = new RequestBody(
                    () -> new java.io.ByteArrayInputStream(octets), octets.length, 300_000_000, api.clock);
            try (var staging = api.spool.stage();
                    var share = new ContentBudget(1 << 30).share(octets.length)) {
                new TransmissionReader(body, staging, share, rules).read();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
        return (threads.getCurrentThreadCpuTime() - start) / 1000.0 / rounds / 1000;
    }

    /** Octets that are alive. */
    private static long live() {
        System.gc();
        long used = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            if (pool.getType() == MemoryType.HEAP && pool.getCollectionUsage() != null) {
                used += pool.getCollectionUsage().getUsed(); // right after the collection, not what has been made since
            }
        }
        return used;
    }
}
