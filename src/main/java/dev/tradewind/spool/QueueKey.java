package dev.tradewind.spool;

import dev.tradewind.mail.Domain;

/**
 * Under what a message waits on disk, beside its due time: never a site or a source, which change (design §5).
 *
 * @param pool   pool of source addresses the mail may use, {@code default} unless asked otherwise; at most 20 characters
 * @param domain domain of the recipient
 * @param flow   whose mail takes turns with whose
 */
public record QueueKey(String pool, Domain domain, Flow flow) implements Comparable<QueueKey> {
    @Override
    public int compareTo(QueueKey other) {
        int first = pool.compareTo(other.pool);
        int second = first != 0 ? first : domain.compareTo(other.domain);
        return second != 0 ? second : flow.compareTo(other.flow);
    }
}
