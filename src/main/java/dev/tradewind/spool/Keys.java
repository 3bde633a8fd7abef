package dev.tradewind.spool;

import dev.tradewind.mail.Domain;
import dev.tradewind.mail.MessageId;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/** The keys of the store, see {@code docs/store.md}. Everything sorts as its octets do, unsigned. */
final class Keys {
    private static final int DUE_TAIL = 8 + MessageId.OCTETS;
    private static final int FLOW = 1 + 4 + 8;

    private Keys() {}

    static byte[] number(long number) {
        return new OctetWriter(8).fixed64(number).toArray();
    }

    /** First key behind all that begin with {@code prefix}, which is not all 0xff. */
    static byte[] after(byte[] prefix) {
        byte[] next = prefix.clone();
        for (int i = next.length - 1; i >= 0; i--) {
            if (++next[i] != 0) {
                return Arrays.copyOf(next, i + 1);
            }
        }
        throw new IllegalArgumentException("no key is behind a prefix of 0xff only");
    }

    static byte[] content(ContentId id) {
        return new OctetWriter(36)
                .octet(id.account() >>> 24)
                .octet(id.account() >>> 16)
                .octet(id.account() >>> 8)
                .octet(id.account())
                .raw(id.sha256())
                .toArray();
    }

    static byte[] contentUse(ContentId id, long transmission) {
        return new OctetWriter(44).raw(content(id)).fixed64(transmission).toArray();
    }

    /** {@code pool 0x00 domain 0x00 flow}: what all keys of a queue begin with. */
    static byte[] queue(QueueKey queue) {
        if (queue.pool().indexOf(0) >= 0) {
            throw new IllegalArgumentException("a pool name has no NUL");
        }
        byte[] pool = queue.pool().getBytes(StandardCharsets.UTF_8);
        byte[] domain = queue.domain().name().getBytes(StandardCharsets.UTF_8);
        return flow(
                        new OctetWriter(pool.length + domain.length + 2 + FLOW)
                                .raw(pool)
                                .octet(0)
                                .raw(domain)
                                .octet(0),
                        queue.flow())
                .toArray();
    }

    private static OctetWriter flow(OctetWriter key, Flow flow) {
        return key.octet(flow.transactional() ? 0 : 1)
                .octet(flow.account() >>> 24)
                .octet(flow.account() >>> 16)
                .octet(flow.account() >>> 8)
                .octet(flow.account())
                .fixed64(flow.stream());
    }

    /** Whether a key of {@code due} was written by format 1, which had no flow in it. */
    static boolean isWithoutFlow(byte[] dueKey) {
        return dueKey.length - 1 - secondNul(dueKey) == DUE_TAIL;
    }

    /** A key of {@code due} of format 1 with the flow put in. */
    static byte[] withFlow(byte[] dueKey, Flow flow) {
        int end = dueKey.length - DUE_TAIL;
        return flow(new OctetWriter(dueKey.length + FLOW).raw(Arrays.copyOf(dueKey, end)), flow)
                .raw(Arrays.copyOfRange(dueKey, end, dueKey.length))
                .toArray();
    }

    private static int secondNul(byte[] dueKey) {
        int seen = 0;
        for (int i = 0; i < dueKey.length; i++) {
            if (dueKey[i] == 0 && ++seen == 2) {
                return i;
            }
        }
        throw new CorruptRecord("key of " + dueKey.length + " octets in due names no queue");
    }

    static byte[] due(Waiting waiting) {
        byte[] queue = queue(waiting.queue());
        return new OctetWriter(queue.length + DUE_TAIL)
                .raw(queue)
                .fixed64(Records.micros(waiting.due()) ^ Long.MIN_VALUE)
                .fixed64(waiting.id().transmission())
                .fixed64(waiting.id().low())
                .toArray();
    }

    /** Where the messages of a queue that are due later than {@code time} begin. */
    static byte[] dueAfter(byte[] queue, Instant time) {
        long micros = Records.micros(time);
        if (micros == Long.MAX_VALUE) {
            return after(queue);
        }
        return new OctetWriter(queue.length + 8)
                .raw(queue)
                .fixed64((micros + 1) ^ Long.MIN_VALUE)
                .toArray();
    }

    /** The octets of the queue in a key of {@code due}. */
    static byte[] queueOf(byte[] dueKey) {
        if (dueKey.length < DUE_TAIL + FLOW + 4) {
            throw new CorruptRecord("key of " + dueKey.length + " octets in due");
        }
        return Arrays.copyOf(dueKey, dueKey.length - DUE_TAIL);
    }

    static QueueKey readQueue(byte[] dueKey) {
        int domainEnd = secondNul(dueKey);
        int flow = domainEnd + 1;
        if (dueKey.length != flow + FLOW + DUE_TAIL) {
            throw new CorruptRecord("key of " + dueKey.length + " octets in due has no flow");
        }
        int poolEnd = 0;
        while (dueKey[poolEnd] != 0) {
            poolEnd++;
        }
        String pool = new String(dueKey, 0, poolEnd, StandardCharsets.UTF_8);
        String domain = new String(dueKey, poolEnd + 1, domainEnd - poolEnd - 1, StandardCharsets.UTF_8);
        int account = (int) (readNumber(dueKey, flow + 1) >>> 32);
        try {
            return new QueueKey(
                    pool, new Domain(domain), new Flow(account, dueKey[flow] == 0, readNumber(dueKey, flow + 5)));
        } catch (IllegalArgumentException e) {
            throw new CorruptRecord("key in due: " + e.getMessage(), e);
        }
    }

    static Instant readDue(byte[] dueKey) {
        return Records.instant(readNumber(dueKey, dueKey.length - DUE_TAIL) ^ Long.MIN_VALUE);
    }

    static MessageId readMessage(byte[] dueKey) {
        return MessageId.read(dueKey, dueKey.length - MessageId.OCTETS);
    }

    static long readNumber(byte[] key, int offset) {
        if (key.length - offset < 8) {
            throw new CorruptRecord("key of " + key.length + " octets has no number at " + offset);
        }
        long value = 0;
        for (int i = offset; i < offset + 8; i++) {
            value = value << 8 | (key[i] & 0xff);
        }
        return value;
    }

    static byte[] eventOfMessage(MessageId message, long offset) {
        return new OctetWriter(24)
                .fixed64(message.transmission())
                .fixed64(message.low())
                .fixed64(offset)
                .toArray();
    }

    static byte[] eventOfNumber(long number, long offset) {
        return new OctetWriter(16).fixed64(number).fixed64(offset).toArray();
    }

    /** 64 bits of an address: FNV-1a with a final mix. Collisions are possible; readers compare the address. */
    static long hash(String recipient) {
        long hash = 0xcbf29ce484222325L;
        for (byte octet : recipient.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (octet & 0xff)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 32)) * 0x9e3779b97f4a7c15L;
        return hash ^ (hash >>> 29);
    }
}
