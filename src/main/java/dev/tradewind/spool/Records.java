package dev.tradewind.spool;

import dev.tradewind.account.Tenant;
import dev.tradewind.event.Event;
import dev.tradewind.event.EventType;
import dev.tradewind.mail.Domain;
import dev.tradewind.mail.ForwardPath;
import dev.tradewind.mail.Mailbox;
import dev.tradewind.mail.MessageDsn;
import dev.tradewind.mail.MessageId;
import dev.tradewind.mail.RecipientDsn;
import dev.tradewind.mail.ReversePath;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The binary form of what the store keeps: an octet with the version, then the fields in a fixed order; what is absent costs a bit. A
 * reader gets the value or a {@link CorruptRecord}. Times keep their microseconds.
 */
final class Records {
    private static final int VERSION = 1;
    private static final byte[] NOTHING = {};

    private static final StoredCodes<EventType> TYPES = new StoredCodes<>(
            EventType.class,
            List.of(
                    EventType.INJECTION,
                    EventType.DELIVERY,
                    EventType.DELAY,
                    EventType.BOUNCE,
                    EventType.POLICY_REJECTION,
                    EventType.OUT_OF_BAND,
                    EventType.SPAM_COMPLAINT,
                    EventType.GENERATION_FAILURE,
                    EventType.GENERATION_REJECTION));
    private static final StoredCodes<Transmission.Method> METHODS = new StoredCodes<>(
            Transmission.Method.class,
            List.of(Transmission.Method.REST, Transmission.Method.SMTP, Transmission.Method.INTERNAL));
    private static final StoredCodes<MessageDsn.Ret> RETS =
            new StoredCodes<>(MessageDsn.Ret.class, List.of(MessageDsn.Ret.FULL, MessageDsn.Ret.HDRS));
    private static final StoredCodes<Recipient.Kind> KINDS = new StoredCodes<>(
            Recipient.Kind.class,
            List.of(Recipient.Kind.TO, Recipient.Kind.CC, Recipient.Kind.BCC, Recipient.Kind.ARCHIVE));
    private static final List<RecipientDsn.Notify> NOTIFY = List.of(
            RecipientDsn.Notify.NEVER,
            RecipientDsn.Notify.SUCCESS,
            RecipientDsn.Notify.FAILURE,
            RecipientDsn.Notify.DELAY);

    private Records() {}

    /** Where generation of a transmission stands. */
    sealed interface Generation {
        /** Being received; gone after a crash. */
        record Staging() implements Generation {}

        /** Waits for its start time. */
        record Scheduled(Instant start) implements Generation {}

        /** Places before the cursor are generated. */
        record Generating(int nextPlace) implements Generation {}

        /** Cancelled; places before {@code nextPlace} have their final events. */
        record Cancelling(int nextPlace) implements Generation {}
    }

    static long micros(Instant time) {
        try {
            return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000L), time.getNano() / 1000);
        } catch (ArithmeticException e) {
            return time.getEpochSecond() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000L);
    }

    // ---- transmission

    static byte[] transmission(Transmission t) {
        SendOptions o = t.options();
        int flags = bit(0, t.startTime().isPresent())
                | bit(1, t.returnDsn())
                | bit(2, t.dsn().ret().isPresent())
                | bit(3, t.dsn().envid().isPresent())
                | bit(4, o.ipPool().isPresent())
                | bit(5, o.dkimKey().isPresent())
                | bit(6, o.transactional())
                | bit(7, o.openTracking())
                | bit(8, o.initialOpen())
                | bit(9, o.clickTracking())
                | bit(10, o.performSubstitutions())
                | bit(11, o.skipSuppression())
                | bit(12, o.sandbox());
        OctetWriter out = new OctetWriter(160 + t.metadata().length + t.substitutionData().length)
                .octet(VERSION)
                .unsigned(flags)
                .unsigned(t.tenant().account())
                .unsigned(t.tenant().subaccount())
                .octet(METHODS.code(t.method()))
                .signed(micros(t.accepted()))
                .unsigned(t.content().account())
                .raw(t.content().sha256())
                .unsigned(t.contentOctets())
                .unsigned(t.recipients())
                .unsigned(t.rejected())
                .text(t.returnPath().address())
                .text(t.campaignId())
                .text(t.description())
                .bytes(t.metadata())
                .bytes(t.substitutionData())
                .text(t.remoteAddress())
                .text(t.keyId());
        t.startTime().ifPresent(start -> out.signed(micros(start)));
        t.dsn().ret().ifPresent(ret -> out.octet(RETS.code(ret)));
        t.dsn().envid().ifPresent(out::text);
        o.ipPool().ifPresent(out::text);
        o.dkimKey().ifPresent(out::text);
        return out.toArray();
    }

    static Transmission transmission(long id, byte[] record) {
        OctetReader in = new OctetReader("transmission " + id, record);
        try {
            in.version(VERSION);
            int flags = in.count();
            Tenant tenant = new Tenant(in.count(), in.count());
            Transmission.Method method = METHODS.read(in);
            Instant accepted = instant(in.signed());
            ContentId content = new ContentId(in.count(), in.raw(32));
            int contentOctets = in.count();
            int recipients = in.count();
            int rejected = in.count();
            ReversePath returnPath = reversePath(in.text());
            String campaign = in.text();
            String description = in.text();
            byte[] metadata = in.bytes();
            byte[] substitutionData = in.bytes();
            String remoteAddress = in.text();
            String keyId = in.text();
            Optional<Instant> start = has(flags, 0) ? Optional.of(instant(in.signed())) : Optional.empty();
            Optional<MessageDsn.Ret> ret = has(flags, 2) ? Optional.of(RETS.read(in)) : Optional.empty();
            Optional<String> envid = has(flags, 3) ? Optional.of(in.text()) : Optional.empty();
            Optional<String> pool = has(flags, 4) ? Optional.of(in.text()) : Optional.empty();
            Optional<String> dkimKey = has(flags, 5) ? Optional.of(in.text()) : Optional.empty();
            in.end();
            SendOptions options = new SendOptions(
                    has(flags, 6),
                    has(flags, 7),
                    has(flags, 8),
                    has(flags, 9),
                    has(flags, 10),
                    has(flags, 11),
                    has(flags, 12),
                    pool,
                    dkimKey);
            return new Transmission(
                    id,
                    tenant,
                    method,
                    accepted,
                    start,
                    content,
                    contentOctets,
                    recipients,
                    rejected,
                    returnPath,
                    campaign,
                    description,
                    metadata,
                    substitutionData,
                    options,
                    new MessageDsn(ret, envid),
                    has(flags, 1),
                    remoteAddress,
                    keyId);
        } catch (IllegalArgumentException e) {
            throw in.corrupt(e);
        }
    }

    // ---- recipient

    static byte[] recipient(Recipient r) {
        Set<RecipientDsn.Notify> notify = r.dsn().notifyOn();
        int flags = KINDS.code(r.kind())
                | bit(2, !r.name().isEmpty())
                | bit(3, !r.headerTo().isEmpty())
                | bit(4, r.metadata().length > 0)
                | bit(5, r.substitutionData().length > 0)
                | bit(6, !r.tags().isEmpty())
                | bit(7, r.returnPath().isPresent())
                | bit(8, !notify.isEmpty())
                | bit(9, r.dsn().orcpt().isPresent());
        OctetWriter out = new OctetWriter(64 + r.metadata().length + r.substitutionData().length)
                .octet(VERSION)
                .unsigned(flags)
                .text(r.path().address());
        if (!r.name().isEmpty()) {
            out.text(r.name());
        }
        if (!r.headerTo().isEmpty()) {
            out.text(r.headerTo());
        }
        if (r.metadata().length > 0) {
            out.bytes(r.metadata());
        }
        if (r.substitutionData().length > 0) {
            out.bytes(r.substitutionData());
        }
        if (!r.tags().isEmpty()) {
            out.unsigned(r.tags().size());
            r.tags().forEach(out::text);
        }
        r.returnPath().ifPresent(path -> out.text(path.address()));
        if (!notify.isEmpty()) {
            int bits = 0;
            for (RecipientDsn.Notify on : notify) {
                bits |= 1 << NOTIFY.indexOf(on);
            }
            out.octet(bits);
        }
        r.dsn().orcpt().ifPresent(out::text);
        return out.toArray();
    }

    static Recipient recipient(byte[] record) {
        OctetReader in = new OctetReader("recipient", record);
        try {
            in.version(VERSION);
            int flags = in.count();
            ForwardPath path = new ForwardPath(mailbox(in.text()));
            Recipient.Kind kind = KINDS.of(flags & 3, in);
            String name = has(flags, 2) ? in.text() : "";
            String headerTo = has(flags, 3) ? in.text() : "";
            byte[] metadata = has(flags, 4) ? in.bytes() : NOTHING;
            byte[] substitutionData = has(flags, 5) ? in.bytes() : NOTHING;
            List<String> tags = has(flags, 6) ? texts(in) : List.of();
            Optional<ReversePath> returnPath = has(flags, 7) ? Optional.of(reversePath(in.text())) : Optional.empty();
            Set<RecipientDsn.Notify> notify = EnumSet.noneOf(RecipientDsn.Notify.class);
            if (has(flags, 8)) {
                int bits = in.octet();
                for (RecipientDsn.Notify on : NOTIFY) {
                    if (has(bits, NOTIFY.indexOf(on))) {
                        notify.add(on);
                    }
                }
            }
            Optional<String> orcpt = has(flags, 9) ? Optional.of(in.text()) : Optional.empty();
            in.end();
            RecipientDsn dsn =
                    notify.isEmpty() && orcpt.isEmpty() ? RecipientDsn.NONE : new RecipientDsn(notify, orcpt);
            return new Recipient(path, name, headerTo, kind, metadata, substitutionData, tags, returnPath, dsn);
        } catch (IllegalArgumentException e) {
            throw in.corrupt(e);
        }
    }

    private static List<String> texts(OctetReader in) {
        int count = in.count();
        List<String> texts = new ArrayList<>(Math.min(count, 16));
        for (int i = 0; i < count; i++) {
            texts.add(in.text());
        }
        return texts;
    }

    // ---- generation

    static byte[] generation(Generation generation) {
        OctetWriter out = new OctetWriter(12).octet(VERSION);
        switch (generation) {
            case Generation.Staging() -> out.octet(0);
            case Generation.Scheduled(Instant start) -> out.octet(1).signed(micros(start));
            case Generation.Generating(int nextPlace) -> out.octet(2).unsigned(nextPlace);
            case Generation.Cancelling(int nextPlace) -> out.octet(3).unsigned(nextPlace);
        }
        return out.toArray();
    }

    static Generation generation(byte[] record) {
        OctetReader in = new OctetReader("generation", record);
        in.version(VERSION);
        int state = in.octet();
        Generation generation = switch (state) {
            case 0 -> new Generation.Staging();
            case 1 -> new Generation.Scheduled(instant(in.signed()));
            case 2 -> new Generation.Generating(in.count());
            case 3 -> new Generation.Cancelling(in.count());
            default -> throw in.corrupt("state " + state + " is not known");
        };
        in.end();
        return generation;
    }

    // ---- waiting

    /** The part of a waiting message that is not in its key. */
    static byte[] waiting(Waiting w) {
        OctetWriter out = new OctetWriter(16 + w.lastReply().length())
                .octet(VERSION)
                .octet(bit(0, w.source().isPresent()) | bit(1, !w.lastReply().isEmpty()))
                .signed(micros(w.injected()))
                .unsigned(w.attempts());
        w.source().ifPresent(out::text);
        if (!w.lastReply().isEmpty()) {
            out.text(w.lastReply());
        }
        return out.toArray();
    }

    static Waiting waiting(QueueKey queue, byte[] dueKey, byte[] record) {
        OctetReader in = new OctetReader("waiting message", record);
        in.version(VERSION);
        int flags = in.octet();
        Instant injected = instant(in.signed());
        int attempts = in.count();
        Optional<String> source = has(flags, 0) ? Optional.of(in.text()) : Optional.empty();
        String reply = has(flags, 1) ? in.text() : "";
        in.end();
        return new Waiting(queue, Keys.readDue(dueKey), Keys.readMessage(dueKey), injected, attempts, source, reply);
    }

    // ---- event

    static byte[] event(Event e) {
        return new OctetWriter(64 + e.recipient().length() + e.json().length)
                .octet(VERSION)
                .octet(TYPES.code(e.type()))
                .signed(micros(e.timestamp()))
                .unsigned(e.tenant().account())
                .unsigned(e.tenant().subaccount())
                .fixed64(e.message().transmission())
                .fixed64(e.message().low())
                .text(e.recipient())
                .bytes(e.json())
                .toArray();
    }

    static Event event(byte[] record) {
        OctetReader in = new OctetReader("event", record);
        try {
            in.version(VERSION);
            EventType type = TYPES.read(in);
            Instant time = instant(in.signed());
            Tenant tenant = new Tenant(in.count(), in.count());
            MessageId message = new MessageId(in.fixed64(), in.fixed64());
            String recipient = in.text();
            byte[] json = in.bytes();
            in.end();
            return new Event(type, time, tenant, message, recipient, json);
        } catch (IllegalArgumentException e) {
            throw in.corrupt(e);
        }
    }

    // ---- what is called off

    static byte[] calledOff(CalledOff c) {
        return new OctetWriter(20)
                .octet(VERSION)
                .fixed64(c.before())
                .signed(micros(c.at()))
                .toArray();
    }

    static CalledOff calledOff(byte[] record) {
        OctetReader in = new OctetReader("what is called off", record);
        in.version(VERSION);
        CalledOff calledOff = new CalledOff(in.fixed64(), instant(in.signed()));
        in.end();
        return calledOff;
    }

    // ---- idempotent answer

    static byte[] answer(Spool.IdempotentAnswer a) {
        return new OctetWriter(64 + a.body().length)
                .octet(VERSION)
                .signed(micros(a.at()))
                .bytes(a.fingerprint())
                .unsigned(a.status())
                .bytes(a.body())
                .toArray();
    }

    static Spool.IdempotentAnswer answer(byte[] key, byte[] record) {
        OctetReader in = new OctetReader("idempotent answer", record);
        in.version(VERSION);
        Instant at = instant(in.signed());
        byte[] fingerprint = in.bytes();
        int status = in.count();
        byte[] body = in.bytes();
        in.end();
        return new Spool.IdempotentAnswer(key, fingerprint, status, body, at);
    }

    // ----

    private static Mailbox mailbox(String address) {
        int at = address.lastIndexOf('@');
        if (at < 0) {
            throw new IllegalArgumentException("an address without '@'");
        }
        return new Mailbox(address.substring(0, at), new Domain(address.substring(at + 1)));
    }

    private static ReversePath reversePath(String address) {
        return address.isEmpty() ? ReversePath.NULL : ReversePath.of(mailbox(address));
    }

    private static int bit(int number, boolean set) {
        return set ? 1 << number : 0;
    }

    private static boolean has(int flags, int number) {
        return (flags >> number & 1) != 0;
    }
}
