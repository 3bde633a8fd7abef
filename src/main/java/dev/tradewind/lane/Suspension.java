package dev.tradewind.lane;

import dev.tradewind.spool.QueueKey;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * An operator's order that mail of a kind waits. A field that is empty matches everything.
 *
 * @param id      unique
 * @param account of this account
 * @param stream  of this subaccount and campaign, see {@link dev.tradewind.spool.Flow#stream}
 * @param pool    of this pool
 * @param domain  to this recipient domain
 * @param site    to this site
 * @param source  from this source
 * @param until   its end
 * @param reason  for those who ask why
 */
public record Suspension(
        String id,
        OptionalInt account,
        OptionalLong stream,
        Optional<String> pool,
        Optional<String> domain,
        Optional<String> site,
        Optional<String> source,
        Instant until,
        String reason) {
    /** Whether it holds for a queue, whatever source it would use. */
    boolean matches(QueueKey queue, Optional<String> queueSite) {
        return source.isEmpty() && matchesQueue(queue) && (site.isEmpty() || site.equals(queueSite));
    }

    /** Whether it holds for a queue if it uses a lane. */
    boolean matches(QueueKey queue, String laneSource, String laneSite) {
        return matchesQueue(queue)
                && (site.isEmpty() || site.get().equals(laneSite))
                && (source.isEmpty() || source.get().equals(laneSource));
    }

    private boolean matchesQueue(QueueKey queue) {
        return (account.isEmpty() || account.getAsInt() == queue.flow().account())
                && (stream.isEmpty() || stream.getAsLong() == queue.flow().stream())
                && (pool.isEmpty() || pool.get().equals(queue.pool()))
                && (domain.isEmpty() || domain.get().equals(queue.domain().name()));
    }
}
