package dev.tradewind.api;

import dev.tradewind.account.Tenant;
import dev.tradewind.event.Event;
import dev.tradewind.event.MessageEvents;
import dev.tradewind.event.MessageFacts;
import dev.tradewind.mail.MessageId;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

/** No field leaves in an event that {@code /api/v1/events/message/documentation} does not have. */
class EventFieldsTest {
    private static final Instant NOW = Instant.parse("2026-11-24T20:00:00.000Z");
    private static final byte[] OBJECT = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);

    @Test
    void everyFieldOfEveryEventIsDocumented() {
        MessageFacts facts = new MessageFacts(
                MessageId.of(1, 2, 3),
                new Tenant(1, 7),
                "A@example.com",
                "example.com",
                "cc",
                List.of("tag"),
                OBJECT,
                "b@example.org",
                "campaign",
                "rest",
                Optional.of(NOW),
                "default",
                true,
                true,
                true,
                true,
                Optional.empty(),
                Optional.of(new MessageFacts.Composed(NOW, "Subject", "me@example.org", 1234)));
        MessageEvents.Attempted attempt = new MessageEvents.Attempted("esmtp", "192.0.2.1", 2, "192.0.2.2", 1);
        MessageEvents.Reason reason = new MessageEvents.Reason(550, "550 5.1.1 no", 10, "rule");
        List<Event> all = List.of(
                MessageEvents.injection(facts, NOW),
                MessageEvents.delivery(facts, NOW, attempt, "250 ok"),
                MessageEvents.delay(facts, NOW, attempt, reason, NOW),
                MessageEvents.bounce(facts, NOW, attempt, reason),
                MessageEvents.policyRejection(facts, NOW, reason, "192.0.2.3"),
                MessageEvents.generationFailure(facts, NOW, "554 no", OBJECT),
                MessageEvents.generationRejection(facts, NOW, reason, OBJECT));
        JsonNode documented = JsonMapper.shared().readTree(OpenApi.resource("events.json"));
        List<String> missing = new ArrayList<>();
        for (Event event : all) {
            JsonNode fields = documented.path("types").path(event.type().wireName());
            List<String> known = new ArrayList<>(List.of("type"));
            fields.forEach(field -> known.add(field.asString()));
            for (String name : JsonMapper.shared().readTree(event.json()).propertyNames()) {
                boolean described =
                        name.equals("type") || documented.path("fields").has(name);
                if (!known.contains(name) || !described) {
                    missing.add(event.type().wireName() + "." + name);
                }
            }
        }
        assertThat(missing).isEmpty();
    }
}
