package dev.tradewind.spool;

import dev.tradewind.account.Tenant;
import dev.tradewind.event.Event;
import dev.tradewind.event.EventType;
import dev.tradewind.mail.ForwardPath;
import dev.tradewind.mail.MessageDsn;
import dev.tradewind.mail.MessageId;
import dev.tradewind.mail.RecipientDsn;
import dev.tradewind.mail.ReversePath;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

import static org.assertj.core.api.Assertions.assertThat;

class RecordsTest {
    /** Values with and without everything optional. */
    private static final class Any {
        private final Random random;

        private Any(long seed) {
            random = new Random(seed);
        }

        private int number(int bound) {
            return random.nextInt(bound);
        }

        private String text() {
            String alphabet = "aZ09 .-_\"\\<>@\u00e4\u20ac\ud83d\ude00\u0000\n";
            StringBuilder text = new StringBuilder();
            for (int i = number(40); i > 0; i--) {
                text.appendCodePoint(alphabet.codePointAt(alphabet.offsetByCodePoints(0, number(18))));
            }
            return text.toString();
        }

        private byte[] octets() {
            byte[] octets = new byte[number(200)];
            random.nextBytes(octets);
            return octets;
        }

        private Instant time() {
            return Records.instant(random.nextLong() >> 8);
        }

        private <T> Optional<T> maybe(T value) {
            return random.nextBoolean() ? Optional.of(value) : Optional.empty();
        }

        private <E> E of(E[] values) {
            return List.of(values).get(number(values.length));
        }

        private String address() {
            return "u" + number(1000) + (random.nextBoolean() ? "\u00fc" : "") + "@d" + number(100) + ".example";
        }
    }

    @Property(tries = 300)
    void transmissionIsReadAsItWasWritten(@ForAll long seed) {
        Any any = new Any(seed);
        Transmission written = new Transmission(
                any.random.nextLong() >>> 1,
                new Tenant(1 + any.number(9), any.number(9)),
                any.of(Transmission.Method.values()),
                any.time(),
                any.maybe(any.time()),
                ContentId.of(3, any.octets()),
                any.number(1 << 30),
                any.number(1 << 30),
                any.number(99),
                any.random.nextBoolean() ? ReversePath.NULL : ReversePath.parse(any.address()),
                any.text(),
                any.text(),
                any.octets(),
                any.octets(),
                new SendOptions(
                        any.random.nextBoolean(),
                        any.random.nextBoolean(),
                        any.random.nextBoolean(),
                        any.random.nextBoolean(),
                        any.random.nextBoolean(),
                        any.random.nextBoolean(),
                        any.random.nextBoolean(),
                        any.maybe("pool"),
                        any.maybe("key")),
                new MessageDsn(any.maybe(MessageDsn.Ret.HDRS), any.maybe(any.text())),
                any.random.nextBoolean(),
                any.text(),
                any.text());
        Transmission read = Records.transmission(written.id(), Records.transmission(written));
        assertThat(read).usingRecursiveComparison().isEqualTo(written);
    }

    @Property(tries = 300)
    void recipientIsReadAsItWasWritten(@ForAll long seed) {
        Any any = new Any(seed);
        Set<RecipientDsn.Notify> notify = switch (any.number(3)) {
            case 0 -> Set.of();
            case 1 -> Set.of(RecipientDsn.Notify.NEVER);
            default -> EnumSet.of(RecipientDsn.Notify.SUCCESS, RecipientDsn.Notify.DELAY);
        };
        Recipient written = new Recipient(
                ForwardPath.parse(any.address()),
                any.text(),
                any.text(),
                any.of(Recipient.Kind.values()),
                any.octets(),
                any.octets(),
                any.random.nextBoolean() ? List.of() : List.of(any.text(), any.text()),
                any.maybe(any.random.nextBoolean() ? ReversePath.NULL : ReversePath.parse(any.address())),
                new RecipientDsn(notify, any.maybe("rfc822;" + any.address())));
        assertThat(Records.recipient(Records.recipient(written)))
                .usingRecursiveComparison()
                .isEqualTo(written);
    }

    @Property(tries = 300)
    void waitingMessageIsReadAsItWasWritten(@ForAll long seed, @ForAll long id, @ForAll long low) {
        Any any = new Any(seed);
        Waiting written = new Waiting(
                new QueueKey(
                        "p" + any.number(5),
                        Mail.QUEUE.domain(),
                        new Flow(any.number(5), any.number(2) == 0, any.number(5) - 2)),
                any.time(),
                new MessageId(id, low),
                any.time(),
                any.number(100),
                any.maybe("192.0.2.1"),
                any.text());
        byte[] key = Keys.due(written);
        assertThat(Records.waiting(Keys.readQueue(key), key, Records.waiting(written)))
                .isEqualTo(written);
    }

    @Property(tries = 300)
    void eventAndAnswerAreReadAsTheyWereWritten(@ForAll long seed, @ForAll long id, @ForAll long low) {
        Any any = new Any(seed);
        Event written = new Event(
                any.of(EventType.values()),
                any.time(),
                new Tenant(1, any.number(3)),
                new MessageId(id, low),
                any.address(),
                any.octets());
        assertThat(Records.event(Records.event(written)))
                .usingRecursiveComparison()
                .isEqualTo(written);
        Spool.IdempotentAnswer answer =
                new Spool.IdempotentAnswer(new byte[32], any.octets(), any.number(600), any.octets(), any.time());
        assertThat(Records.answer(new byte[32], Records.answer(answer)))
                .usingRecursiveComparison()
                .isEqualTo(answer);
    }

    @Test
    void everyStateOfGenerationIsReadAsItWasWritten() {
        for (Records.Generation generation : List.of(
                new Records.Generation.Staging(),
                new Records.Generation.Scheduled(Mail.NOON),
                new Records.Generation.Generating(123_456),
                new Records.Generation.Cancelling(7))) {
            assertThat(Records.generation(Records.generation(generation))).isEqualTo(generation);
        }
    }

    @Test
    void whatIsCalledOffIsReadAsItWasWritten() {
        CalledOff calledOff = new CalledOff(1234567890123456789L, Mail.NOON);
        assertThat(Records.calledOff(Records.calledOff(calledOff))).isEqualTo(calledOff);
    }

    @Property(tries = 2_000)
    void anyOctetsGiveAValueOrACorruptRecord(@ForAll @Size(max = 120) byte[] octets) {
        byte[] versioned = octets.clone();
        if (versioned.length > 0) {
            versioned[0] = 1;
        }
        readAll(octets);
        readAll(versioned);
    }

    @Property(tries = 500)
    void damagedRecordsGiveAValueOrACorruptRecord(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] transmission =
                Records.transmission(Mail.transmission(1, 2, Mail.octets("x"), Optional.of(Mail.NOON), Mail.NOON));
        byte[] recipient = Records.recipient(Mail.to("a@example.com"));
        byte[] event = Records.event(Mail.event(EventType.BOUNCE, new MessageId(1, 2), "a@example.com", Mail.NOON));
        for (byte[] record : List.of(transmission, recipient, event)) {
            record[random.nextInt(record.length)] ^= (byte) (1 << random.nextInt(8));
            readAll(record);
        }
    }

    private static void readAll(byte[] octets) {
        List<Consumer<byte[]>> readers = List.of(
                o -> Records.transmission(1, o),
                Records::recipient,
                Records::generation,
                Records::event,
                Records::calledOff,
                o -> Records.answer(new byte[32], o),
                o -> Records.waiting(Mail.QUEUE, Keys.due(Mail.waiting(new MessageId(1, 1), Mail.QUEUE, Mail.NOON)), o),
                o -> Keys.readQueue(o.length < 60 ? new byte[60] : o),
                Keys::queueOf);
        for (Consumer<byte[]> reader : readers) {
            try {
                reader.accept(octets);
            } catch (CorruptRecord e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
    }

    @Property(tries = 500)
    void dueKeysSortByQueueThenTime(@ForAll long a, @ForAll long b) {
        Waiting first = Mail.waiting(new MessageId(1, 1), Mail.QUEUE, Records.instant(Math.min(a, b)));
        Waiting second = Mail.waiting(new MessageId(1, 2), Mail.QUEUE, Records.instant(Math.max(a, b)));
        assertThat(java.util.Arrays.compareUnsigned(Keys.due(first), Keys.due(second)))
                .isNegative();
        assertThat(java.util.Arrays.compareUnsigned(
                        Keys.due(second), Keys.dueAfter(Keys.queue(Mail.QUEUE), second.due())))
                .isNegative();
    }

    @Test
    void keyBehindAPrefixCarries() {
        assertThat(Keys.after(new byte[] {1, 0})).containsExactly(1, 1);
        assertThat(Keys.after(new byte[] {1, -1, -1})).containsExactly(2);
    }
}
