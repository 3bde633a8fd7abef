package dev.tradewind.soak;

import dev.tradewind.api.Contract;
import dev.tradewind.api.Reply;
import dev.tradewind.fixture.TradewindProcess;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Says malformed requests to the API over a kept connection. Every answer must be one that the program's own OpenAPI document has for that
 * path, body and all; none may be a 5xx.
 */
final class ApiFuzzClient implements FuzzRun.Client {
    /** What is no answer of the API: the connection ends without one, "go on" of HTTP itself, OPTIONS, a page or the way to one. */
    private static final Set<Integer> BESIDE_THE_API = Set.of(0, 100, 200, 204, 303);

    private final Subject subject;
    private Optional<HttpWire> open = Optional.empty();
    private Optional<Contract> contract = Optional.empty();

    ApiFuzzClient(Subject subject) {
        this.subject = subject;
    }

    @Override
    public void say(Random random, Findings findings) throws IOException, InterruptedException {
        switch (random.nextInt(20)) {
            case 0, 1 -> raw(random, findings);
            case 2 -> abort(random, findings);
            case 3, 4 -> request("GET", HostileBodies.query(random), "", new byte[0], findings);
            default -> {
                byte[] body = HostileBodies.body(random);
                String target = HostileBodies.target(random);
                String fields = random.nextInt(6) == 0 ? "Idempotency-Key: k" + random.nextInt(50) + "\r\n" : "";
                request(random.nextInt(12) == 0 ? "PUT" : "POST", target, fields, body, findings);
            }
        }
    }

    private void request(String method, String target, String fields, byte[] body, Findings findings)
            throws IOException, InterruptedException {
        Reply reply;
        try {
            reply = wire().exchange(method, target, fields, body);
        } catch (IOException e) {
            close();
            findings.count("connection was closed between requests");
            reply = wire().exchange(method, target, fields, body);
        }
        findings.count("status " + reply.status());
        if (reply.header("connection").orElse("").equalsIgnoreCase("close")) {
            close();
        }
        if (reply.status() >= 500) {
            findings.wrong(method + " " + target + " answered " + reply + " to " + shown(body));
            return;
        }
        contract().check(method, path(target), reply);
    }

    private static String path(String target) {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /** Not even HTTP, some of it: on a connection of its own. */
    private void raw(Random random, Findings findings) throws IOException, InterruptedException {
        byte[] octets = HostileBodies.http(random);
        try (HttpWire wire = new HttpWire(subject.awaitAddress().http())) {
            try {
                wire.send(octets);
                wire.endOfInput();
            } catch (IOException e) {
                findings.count("raw: the server hung up first");
            }
            Reply reply = wire.read();
            findings.count("raw: status " + reply.status());
            int status = reply.status();
            findings.require(
                    BESIDE_THE_API.contains(status)
                            || (contract().statuses().contains(status) && (status < 500 || status == 505)),
                    "status " + status + " to " + shown(octets));
            if (reply.status() >= 400 && octets.length > 4 && octets[0] != 'H') {
                Contract.requireErrors(reply, shown(octets));
            }
        } catch (java.net.SocketException e) {
            findings.count("raw: connection reset");
        }
    }

    /** A body that is longer than announced to be, or never comes to its end. */
    private void abort(Random random, Findings findings) throws IOException, InterruptedException {
        byte[] body = HostileBodies.body(random);
        int announced = Math.max(1, body.length + random.nextInt(2000));
        try (HttpWire wire = new HttpWire(subject.awaitAddress().http())) {
            wire.send(("POST " + RestClient.TRANSMISSIONS + " HTTP/1.1\r\nHost: a\r\nAuthorization: "
                            + TradewindProcess.KEY + "\r\nContent-Length: " + announced + "\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            wire.send(body);
            if (random.nextBoolean()) {
                wire.endOfInput();
                int status = wire.read().status();
                findings.count("broken off: status " + status);
                findings.require(status < 500, "status " + status + " to a body that was broken off");
            }
        } catch (java.net.SocketException e) {
            findings.count("broken off: connection reset");
        }
    }

    private static String shown(byte[] octets) {
        return new String(octets, 0, Math.min(octets.length, 300), StandardCharsets.ISO_8859_1);
    }

    private HttpWire wire() throws IOException, InterruptedException {
        if (open.isEmpty()) {
            open = Optional.of(new HttpWire(subject.awaitAddress().http()));
        }
        return open.get();
    }

    private Contract contract() throws IOException, InterruptedException {
        if (contract.isEmpty()) {
            Reply document = wire().exchange("GET", "/api/openapi.json", "", new byte[0]);
            contract = Optional.of(new Contract(document.body()));
        }
        return contract.get();
    }

    @Override
    public void close() throws IOException {
        if (open.isPresent()) {
            open.get().close();
        }
        open = Optional.empty();
    }
}
