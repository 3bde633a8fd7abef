package dev.tradewind.spool;

import dev.tradewind.mail.Domain;

/**
 * Under what a message waits on disk, beside its due time: never a site or a source, which change (design §5).
 *
 * @param pool   pool of source addresses the mail may use, {@code default} unless asked otherwise; at most 20 characters
 * @param domain domain of the recipient
 */
public record QueueKey(String pool, Domain domain) implements Comparable<QueueKey> {
    @Override
    public int compareTo(QueueKey other) {
        int first = pool.compareTo(other.pool);
        return first != 0 ? first : domain.compareTo(other.domain);
    }
}
