package dev.tradewind.soak;

import dev.tradewind.api.Reply;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Reads all events, from the API or from {@code events.log} with its rotated files, and holds them against what was promised. */
final class EventAudit {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Set<String> FINAL =
            Set.of("delivery", "bounce", "policy_rejection", "generation_failure", "generation_rejection");

    /** What matters of one event. */
    record Seen(String id, String type, String message, String recipient) {
        private static Seen of(JsonNode event) {
            return new Seen(
                    event.path("event_id").asString(),
                    event.path("type").asString(),
                    event.path("message_id").asString(),
                    event.path("rcpt_to").asString());
        }

        boolean isFinal() {
            return FINAL.contains(type);
        }
    }

    private EventAudit() {}

    /** All events from the API, oldest first, page by page. */
    static List<Seen> fromApi(InetSocketAddress api, Instant from) throws IOException {
        List<Seen> events = new ArrayList<>();
        String query = "?per_page=10000&cursor=initial&from="
                + URLEncoder.encode(from.minusSeconds(60).toString(), StandardCharsets.UTF_8) + "&to="
                + URLEncoder.encode(Instant.now().plus(Duration.ofMinutes(10)).toString(), StandardCharsets.UTF_8);
        try (HttpWire wire = new HttpWire(api)) {
            for (String target = "/api/v1/events/message" + query; !target.isEmpty(); ) {
                Reply reply = wire.exchange("GET", target, "", new byte[0]);
                if (reply.status() != 200) {
                    throw new AssertionError("events: " + reply);
                }
                JsonNode page = reply.json();
                page.path("results").forEach(event -> events.add(Seen.of(event)));
                String next = page.path("links").path("next").asString("");
                target = next.startsWith("http") ? next.substring(next.indexOf('/', 8)) : next;
            }
        }
        Collections.reverse(events);
        return events;
    }

    /** All lines of the log, rotated files first. */
    static List<Seen> fromLog(Path log) throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.list(log.toAbsolutePath().getParent())) {
            all.filter(file -> file.getFileName().toString().startsWith(log.getFileName() + "."))
                    .sorted()
                    .forEach(files::add);
        }
        files.add(log);
        List<Seen> events = new ArrayList<>();
        for (Path file : files) {
            try (InputStream raw = Files.newInputStream(file);
                    InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw, 1 << 16) : raw;
                    BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    events.add(Seen.of(JSON.readTree(line)));
                }
            }
        }
        return events;
    }

    /** Every accepted number has one message with one injection, then one final event; no refused one has any; no event comes twice. */
    static void check(String source, List<Seen> events, Promises promises, Findings findings) {
        Set<String> ids = new HashSet<>();
        Map<String, Integer> numberOf = new HashMap<>();
        Map<Integer, String> messageOf = new HashMap<>();
        BitSet injected = new BitSet();
        BitSet ended = new BitSet();
        for (Seen event : events) {
            findings.require(ids.add(event.id()), source + ": event twice: " + event);
            int number = number(event.recipient());
            if (number < 0 || number >= promises.taken()) {
                findings.wrong(source + ": event about nobody we know: " + event);
                continue;
            }
            numberOf.put(event.message(), number);
            String message = messageOf.putIfAbsent(number, event.message());
            findings.require(
                    message == null || message.equals(event.message()),
                    source + ": two messages for recipient " + number + ": " + message + ", " + event);
            if (event.type().equals("injection")) {
                findings.require(!injected.get(number), source + ": second injection " + event);
                injected.set(number);
            } else if (event.isFinal()) {
                findings.require(!ended.get(number), source + ": second final event " + event);
                findings.require(
                        injected.get(number) || event.type().startsWith("generation_"),
                        source + ": before its injection: " + event);
                ended.set(number);
            }
            findings.count(source + ": " + event.type());
        }
        for (int number = 0; number < promises.taken(); number++) {
            Promises.Promise promise = promises.of(number);
            if (promise == Promises.Promise.ACCEPTED) {
                findings.require(ended.get(number), source + ": accepted, and no final event: " + number);
            } else if (promise == Promises.Promise.REFUSED) {
                findings.require(!injected.get(number), source + ": refused, and yet injected: " + number);
            } else {
                findings.require(
                        injected.get(number) == ended.get(number),
                        source + ": of unknown acceptance, injected and without final event: " + number);
            }
        }
        findings.require(numberOf.size() == messageOf.size(), source + ": more messages than recipients");
    }

    private static int number(String recipient) {
        int at = recipient.indexOf('@');
        try {
            return at > 1 && recipient.charAt(0) == 'u' ? Integer.parseInt(recipient, 1, at, 10) : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** Both sources know the same events. */
    static void compare(List<Seen> api, List<Seen> log, Findings findings) {
        Set<String> logged = new HashSet<>();
        log.forEach(event -> logged.add(event.id()));
        for (Seen event : api) {
            findings.require(logged.contains(event.id()), "not in events.log: " + event);
        }
        findings.require(
                logged.size() == api.size(), "events.log has " + logged.size() + " events, the API " + api.size());
    }
}
