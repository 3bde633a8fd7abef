package dev.tradewind.event;

import dev.tradewind.classify.BounceClass;
import dev.tradewind.mail.MessageId;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;

/**
 * Makes the events of a message: one flat JSON object each with the field names of the events API. Pure: the same facts give the same
 * octets, and the same step of the same message the same {@code event_id}, so a consumer that sees a step twice can tell.
 *
 * <p>Forms: {@code customer_id} and {@code subaccount_id} are numbers, flags of tracking are booleans, everything else is a string or,
 * for metadata and tags, an object or array; {@code timestamp} and {@code injection_time} are ISO 8601 in UTC with milliseconds.
 */
public final class MessageEvents {
    private static final JsonFactory JSON = new JsonFactory();
    private static final HexFormat HEX = HexFormat.of();

    private MessageEvents() {}

    /**
     * How an attempt went, for the fields of the group DLV.
     *
     * @param method      {@code delv_method}: esmtp, for the sandbox inbox too
     * @param hostAddress address of the remote host; empty if none was reached
     * @param retries     failed attempts before this one
     * @param sendingIp   our address; empty if unknown
     * @param tls         1 used, 0 not offered, -1 failed
     */
    public record Attempted(String method, String hostAddress, int retries, String sendingIp, int tls) {
        /** Nothing was tried: an event that is about no attempt. */
        public static Attempted nothing(int retries) {
            return new Attempted("esmtp", "", retries, "", 0);
        }
    }

    /**
     * Why, for the fields of the group ERR and the classification.
     *
     * @param errorCode   reply code
     * @param rawReason   exact text, the remote host's or our own marked {@code [internal]}
     * @param bounceClass code of API facts §4
     * @param rule        name of the rule that classified it
     */
    public record Reason(int errorCode, String rawReason, int bounceClass, String rule) {}

    /** The message exists: generated or received. */
    public static Event injection(MessageFacts facts, Instant at) {
        Line line = new Line(EventType.INJECTION, facts, at, 0);
        line.message();
        line.tracking();
        return line.end();
    }

    /** The next hop took it. */
    public static Event delivery(MessageFacts facts, Instant at, Attempted attempt, String reply) {
        Line line = new Line(EventType.DELIVERY, facts, at, attempt.retries());
        line.message();
        line.tracking();
        line.attempt(attempt, true);
        line.text("response", reply);
        return line.end();
    }

    /** Not delivered yet; it will be tried again at {@code nextAttempt}. */
    public static Event delay(MessageFacts facts, Instant at, Attempted attempt, Reason reason, Instant nextAttempt) {
        Line line = new Line(EventType.DELAY, facts, at, attempt.retries());
        line.message();
        line.tracking();
        line.attempt(attempt, true);
        line.reason(reason);
        line.text("next_attempt_time", iso(nextAttempt));
        return line.end();
    }

    /** Will never be delivered. */
    public static Event bounce(MessageFacts facts, Instant at, Attempted attempt, Reason reason) {
        Line line = new Line(EventType.BOUNCE, facts, at, attempt.retries());
        line.message();
        line.tracking();
        line.attempt(attempt, false);
        line.reason(reason);
        return line.end();
    }

    /** The message was refused at the door by policy; {@code remoteAddress} is the client's. */
    public static Event policyRejection(MessageFacts facts, Instant at, Reason reason, String remoteAddress) {
        Line line = new Line(EventType.POLICY_REJECTION, facts, at, 0);
        line.message();
        line.reason(reason);
        line.text("remote_addr", remoteAddress);
        return line.end();
    }

    /** The message could not be made. {@code substitutionData} is the data used, a JSON object in UTF-8, or an empty array. */
    public static Event generationFailure(MessageFacts facts, Instant at, String reason, byte[] substitutionData) {
        Line line = new Line(EventType.GENERATION_FAILURE, facts, at, 0);
        line.message();
        line.text("error_code", "554");
        line.text("reason", reason);
        line.text("raw_reason", reason);
        line.raw("rcpt_subs", substitutionData);
        return line.end();
    }

    /** The message was made but may not be sent. */
    public static Event generationRejection(MessageFacts facts, Instant at, Reason reason, byte[] substitutionData) {
        Line line = new Line(EventType.GENERATION_REJECTION, facts, at, 0);
        line.message();
        line.reason(reason);
        line.raw("rcpt_subs", substitutionData);
        return line.end();
    }

    /** Id of an event: the message, the attempt and the type mixed into a UUID of version 8 (RFC 9562 §5.8). */
    static UUID eventId(MessageId message, int attempt, EventType type) {
        long step = ((long) attempt << 8) | type.code();
        long high = mix(message.transmission() ^ Long.rotateLeft(step * 0x9e3779b97f4a7c15L, 17));
        long low = mix(message.low() + high + step);
        return new UUID((high & ~0xf000L) | 0x8000L, (low & 0x3fffffffffffffffL) | 0x8000000000000000L);
    }

    private static long mix(long value) { // finalizer of SplitMix64
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /** {@code 2026-11-24T19:52:29.123Z}: UTC, always three decimals. */
    static String iso(Instant instant) {
        long millis = instant.toEpochMilli();
        String text = Instant.ofEpochMilli(millis).toString();
        if (text.length() == 20) {
            return text.substring(0, 19) + ".000Z";
        }
        return text;
    }

    private static String hash(String address) {
        try {
            return HEX.formatHex(MessageDigest.getInstance("SHA-1").digest(address.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    /** One object being written. */
    private static final class Line {
        private final EventType type;
        private final MessageFacts facts;
        private final Instant at;
        private final String address;
        private final ByteArrayOutputStream out = new ByteArrayOutputStream(900);
        private final JsonGenerator json;

        Line(EventType type, MessageFacts facts, Instant at, int attempt) {
            this.type = type;
            this.facts = facts;
            this.at = at;
            this.address = facts.recipient().toLowerCase(Locale.ROOT);
            this.json = JSON.createGenerator(ObjectWriteContext.empty(), out);
            json.writeStartObject();
            text("type", type.wireName());
            text("event_id", eventId(facts.id(), attempt, type).toString());
            text("timestamp", iso(at));
            json.writeNumberProperty("customer_id", facts.tenant().account());
            if (facts.tenant().subaccount() != 0) {
                json.writeNumberProperty("subaccount_id", facts.tenant().subaccount());
            }
        }

        void text(String name, String value) {
            json.writeName(name);
            json.writeString(value);
        }

        void raw(String name, byte[] object) {
            json.writeName(name);
            json.writeRawValue(object.length == 0 ? "{}" : new String(object, StandardCharsets.UTF_8));
        }

        void message() {
            text("message_id", facts.id().toString());
            String transmission = Long.toString(facts.id().transmission());
            text("transmission_id", transmission);
            if (!facts.campaignId().isEmpty()) {
                text("campaign_id", facts.campaignId());
            }
            text("template_id", "template_" + transmission);
            text("template_version", "0");
            facts.composed()
                    .map(MessageFacts.Composed::friendlyFrom)
                    .or(facts::friendlyFrom)
                    .ifPresent(this::author);
            facts.composed().ifPresent(made -> {
                text("subject", made.subject());
                text("msg_size", Integer.toString(made.octets()));
                text("injection_time", iso(made.injected()));
            });
            text("msg_from", facts.returnPath());
            facts.scheduled().ifPresent(start -> text("scheduled_time", Long.toString(start.getEpochSecond())));
            text("ip_pool", facts.ipPool());
            text("routing_domain", facts.recipientDomain());
            text("transactional", facts.transactional() ? "1" : "0");
            text("rcpt_to", address);
            text("raw_rcpt_to", facts.recipient());
            text("rcpt_hash", hash(address));
            text("recipient_domain", facts.recipientDomain());
            raw("rcpt_meta", facts.metadata());
            json.writeName("rcpt_tags");
            json.writeStartArray();
            for (String tag : facts.tags()) {
                json.writeString(tag);
            }
            json.writeEndArray();
            if (!facts.kind().isEmpty()) {
                text("rcpt_type", facts.kind());
            }
            text("recv_method", facts.receivedBy());
        }

        private void author(String friendlyFrom) {
            text("friendly_from", friendlyFrom);
            int domain = friendlyFrom.lastIndexOf('@') + 1;
            if (domain > 0) {
                text("sending_domain", friendlyFrom.substring(domain).toLowerCase(Locale.ROOT));
            }
        }

        void tracking() {
            json.writeBooleanProperty("open_tracking", facts.openTracking());
            json.writeBooleanProperty("click_tracking", facts.clickTracking());
            json.writeBooleanProperty("initial_pixel", facts.initialOpen());
            json.writeBooleanProperty("amp_enabled", false);
        }

        void attempt(Attempted attempt, boolean withTimes) {
            text("delv_method", attempt.method());
            if (!attempt.hostAddress().isEmpty()) {
                text("ip_address", attempt.hostAddress());
            }
            if (!attempt.sendingIp().isEmpty()) {
                text("sending_ip", attempt.sendingIp());
            }
            text("num_retries", Integer.toString(attempt.retries()));
            if (withTimes) {
                facts.composed()
                        .ifPresent(made -> text(
                                "queue_time",
                                Long.toString(Math.max(
                                        0, Duration.between(made.injected(), at).toMillis()))));
                text("outbound_tls", Integer.toString(attempt.tls()));
            }
        }

        void reason(Reason reason) {
            text("error_code", Integer.toString(reason.errorCode()));
            text("reason", reason.rawReason());
            text("raw_reason", reason.rawReason());
            text("bounce_class", Integer.toString(reason.bounceClass()));
            text("bounce_verdict", verdict(reason.bounceClass()));
            text("bounce_rule", reason.rule());
        }

        private static String verdict(int bounceClass) {
            return BounceClass.ofCode(bounceClass)
                    .orElse(BounceClass.UNDETERMINED)
                    .verdict()
                    .wireName();
        }

        Event end() {
            json.writeEndObject();
            json.close();
            return new Event(type, at, facts.tenant(), facts.id(), address, out.toByteArray());
        }
    }
}
