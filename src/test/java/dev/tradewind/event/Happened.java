package dev.tradewind.event;

import dev.tradewind.account.Tenant;
import dev.tradewind.mail.MessageId;
import dev.tradewind.spool.MemorySpool;
import dev.tradewind.spool.Spool;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/** A stream to which tests add events. */
final class Happened {
    static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private final MemorySpool spool = new MemorySpool(() -> NOON, new Random(1));
    private int count;

    EventStream stream() {
        return spool.events();
    }

    /** Adds an event; {@code fields} are further fields of its JSON. Returns its id. */
    String add(Tenant tenant, EventType type, MessageId message, String recipient, Instant at, String fields) {
        String id = "e" + count++;
        String json = "{\"event_id\":\"" + id + "\",\"nested\":{\"subject\":\"wrong\"},\"rcpt_to\":\"" + recipient
                + "\"" + (fields.isEmpty() ? "" : "," + fields) + "}";
        spool.generated(new Spool.Generated(
                        message.transmission(),
                        1,
                        true,
                        List.of(),
                        List.of(),
                        List.of(new Event(
                                type, at, tenant, message, recipient, json.getBytes(StandardCharsets.UTF_8)))))
                .join();
        return id;
    }

    String add(EventType type, MessageId message, String recipient, Instant at) {
        return add(Tenant.MAIN, type, message, recipient, at, "");
    }
}
