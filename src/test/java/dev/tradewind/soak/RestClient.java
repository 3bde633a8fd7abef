package dev.tradewind.soak;

import dev.tradewind.api.Reply;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;

/**
 * A client of the REST API that sends transmissions of 50 to 200 recipients, each under an Idempotency-Key. If the answer is lost, the
 * request is repeated under its key until there is one; after each restart some answered requests are repeated too, and the answer must be
 * the first one. 503 is taken as a refusal, and must say when to come back.
 */
final class RestClient implements Runnable {
    static final String TRANSMISSIONS = "/api/v1/transmissions";
    private static final int KEPT = 3;

    /** A request. */
    private record Post(String key, int first, int count, byte[] body) {}

    private record Answered(Post post, String id) {}

    private final Subject subject;
    private final Promises promises;
    private final Findings findings;
    private final Load.Shape shape;
    private final Random random;
    private final String name;
    private final Deque<Answered> answered = new ArrayDeque<>();
    private Optional<HttpWire> open = Optional.empty();
    private int sent;

    RestClient(String name, Subject subject, Promises promises, Findings findings, Load.Shape shape, Random random) {
        this.name = name;
        this.subject = subject;
        this.promises = promises;
        this.findings = findings;
        this.shape = shape;
        this.random = random;
    }

    @Override
    public void run() {
        Pace pace = new Pace(shape.perSecond());
        try {
            while (!Thread.currentThread().isInterrupted() && !shape.stop().getAsBoolean()) {
                int count = 50 + random.nextInt(151);
                pace.await(count);
                Post post = post(promises.take(count), count);
                send(post);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            hangUp();
        }
    }

    private Post post(int first, int count) {
        StringBuilder body = new StringBuilder(300 + 90 * count);
        body.append(
                        "{\"campaign_id\":\"soak\",\"content\":{\"from\":\"news@mx.tradewind.test\",\"subject\":\"Number {{seq}}\",")
                .append("\"headers\":{\"X-Seq\":\"{{seq}}-{{seq}}\"},\"text\":\"Hello number {{seq}}.\\r\\n")
                .append("\"},\"recipients\":[");
        for (int i = first; i < first + count; i++) {
            body.append(i == first ? "" : ",")
                    .append("{\"address\":\"u")
                    .append(i)
                    .append("@d")
                    .append(i % 10)
                    .append(".example\",\"substitution_data\":{\"seq\":")
                    .append(i)
                    .append("}}");
        }
        body.append("]}");
        return new Post(name + "-" + sent++, first, count, body.toString().getBytes(StandardCharsets.UTF_8));
    }

    private void send(Post post) throws InterruptedException {
        boolean lost = false;
        while (true) {
            Reply reply;
            try {
                reply = wire().exchange("POST", TRANSMISSIONS, "Idempotency-Key: " + post.key() + "\r\n", post.body());
            } catch (IOException e) {
                hangUp();
                findings.count("rest: answers lost");
                lost = true;
                if (shape.abandon().getAsBoolean()) {
                    return;
                }
                Pace.pause(20_000_000);
                continue;
            }
            switch (reply.status()) {
                case 200 -> accepted(post, reply, lost);
                case 409 -> {
                    findings.count("rest: 409, the first is still running");
                    Pace.pause(50_000_000);
                    continue;
                }
                case 503 -> {
                    promises.are(post.first(), post.count(), Promises.Promise.REFUSED);
                    findings.count("rest: 503 " + reply.code());
                    findings.require(
                            reply.header("retry-after").isPresent()
                                    && reply.code().equals("1500"),
                            "503 without Retry-After or code 1500: " + reply);
                    Pace.pause(shape.pauseAfterRefusalNanos());
                }
                default -> findings.wrong("transmission answered " + reply);
            }
            return;
        }
    }

    private void accepted(Post post, Reply reply, boolean lost) {
        promises.are(post.first(), post.count(), Promises.Promise.ACCEPTED);
        findings.count("rest: transmissions accepted");
        boolean replay = reply.header("idempotent-replay").isPresent();
        if (replay) {
            findings.count("rest: first answer again after it was lost");
        }
        findings.require(lost || !replay, "a key that was never used is answered as used: " + post.key());
        findings.require(
                reply.results().path("total_accepted_recipients").asInt() == post.count(),
                "accepted " + reply + " of " + post.count());
        answered.addLast(new Answered(post, reply.results().path("id").asString()));
        if (answered.size() > KEPT) {
            answered.removeFirst();
        }
    }

    private HttpWire wire() throws IOException, InterruptedException {
        if (open.isEmpty()) {
            open = Optional.of(new HttpWire(subject.awaitAddress().http()));
            repeatAnswered();
        }
        return open.get();
    }

    /** After a restart: requests answered before it are answered the same. */
    private void repeatAnswered() throws IOException {
        HttpWire wire = open.orElseThrow();
        List<Answered> again = new ArrayList<>(answered);
        for (Answered one : again) {
            Reply reply = wire.exchange(
                    "POST",
                    TRANSMISSIONS,
                    "Idempotency-Key: " + one.post().key() + "\r\n",
                    one.post().body());
            String id = reply.status() == 200 ? reply.results().path("id").asString() : "";
            findings.count("rest: answered requests repeated");
            findings.require(
                    Objects.equals(id, one.id())
                            && reply.header("idempotent-replay").isPresent(),
                    "key " + one.post().key() + " was answered " + one.id() + " and then " + reply);
        }
    }

    private void hangUp() {
        open.ifPresent(wire -> {
            try {
                wire.close();
            } catch (IOException e) {
                findings.count("rest: close failed");
            }
        });
        open = Optional.empty();
    }
}
