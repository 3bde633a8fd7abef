package dev.tradewind.spool;

import dev.tradewind.account.Tenant;
import dev.tradewind.event.Event;
import dev.tradewind.event.EventType;
import dev.tradewind.mail.Domain;
import dev.tradewind.mail.ForwardPath;
import dev.tradewind.mail.MessageDsn;
import dev.tradewind.mail.MessageId;
import dev.tradewind.mail.ReversePath;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Plain mail for tests. */
final class Mail {
    static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    /** Of what {@link #transmission} sends. */
    static final Flow FLOW = new Flow(1, false, Flow.stream(0, "spring"));

    static final QueueKey QUEUE = queue("example.com");

    private Mail() {}

    static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static QueueKey queue(String domain) {
        return new QueueKey("default", new Domain(domain), FLOW);
    }

    static Recipient to(String address) {
        return Recipient.of(ForwardPath.parse(address));
    }

    static Transmission transmission(long id, int recipients, byte[] content, Optional<Instant> start, Instant at) {
        return new Transmission(
                id,
                Tenant.MAIN,
                Transmission.Method.REST,
                at,
                start,
                ContentId.of(1, content),
                content.length,
                recipients,
                0,
                ReversePath.parse("bounces@sender.example"),
                "spring",
                "",
                new byte[0],
                new byte[0],
                SendOptions.PLAIN,
                MessageDsn.NONE,
                false,
                "127.0.0.1",
                "key1");
    }

    /** Commits a transmission to some addresses. */
    static long send(Spool spool, Instant at, String content, String... addresses) throws StoreUnavailable {
        return send(spool, at, Optional.empty(), content, addresses);
    }

    static long send(Spool spool, Instant at, Optional<Instant> start, String content, String... addresses)
            throws StoreUnavailable {
        try (Spool.Staging staging = spool.stage()) {
            for (String address : addresses) {
                staging.add(to(address));
            }
            byte[] octets = octets(content);
            staging.commit(
                    transmission(staging.transmissionId(), staging.size(), octets, start, at),
                    octets,
                    Optional.empty());
            return staging.transmissionId();
        }
    }

    static Waiting waiting(MessageId id, QueueKey queue, Instant due) {
        return new Waiting(queue, due, id, NOON, 0, Optional.empty(), "");
    }

    static Event event(EventType type, MessageId message, String recipient, Instant at) {
        String json = "{\"type\":\"" + type.wireName() + "\",\"event_id\":\"" + message + "-"
                + type.name().toLowerCase(Locale.ROOT) + "-" + at.toEpochMilli() + "\",\"rcpt_to\":\"" + recipient
                + "\"}";
        return new Event(type, at, Tenant.MAIN, message, recipient, octets(json));
    }

    /** Generates all recipients of a transmission into a queue, with an injection event each. */
    static List<Waiting> generate(Spool spool, long transmission, QueueKey queue, Instant due) {
        List<Spool.StoredRecipient> recipients = spool.recipients(transmission, 0, Integer.MAX_VALUE);
        List<Waiting> waiting =
                recipients.stream().map(r -> waiting(r.id(), queue, due)).toList();
        List<Event> events = recipients.stream()
                .map(r ->
                        event(EventType.INJECTION, r.id(), r.recipient().path().address(), due))
                .toList();
        spool.generated(new Spool.Generated(transmission, recipients.size(), true, waiting, List.of(), events))
                .join();
        return waiting;
    }
}
