package dev.tradewind.spool;

import java.util.Optional;

/**
 * How the messages of a transmission are to be sent (API facts §2.1, {@code options}).
 *
 * @param transactional        mail that its recipient asked for; decides fair shares and which suppressions apply
 * @param openTracking         open pixel at the bottom
 * @param initialOpen          open pixel at the top
 * @param clickTracking        links are wrapped
 * @param performSubstitutions whether the content is a template
 * @param skipSuppression      deliver to suppressed recipients too
 * @param sandbox              deliver to the sandbox inbox instead of the world
 * @param ipPool               pool of source addresses; empty: the default pool
 * @param dkimKey              id of an extra DKIM key of the sending domain
 */
public record SendOptions(
        boolean transactional,
        boolean openTracking,
        boolean initialOpen,
        boolean clickTracking,
        boolean performSubstitutions,
        boolean skipSuppression,
        boolean sandbox,
        Optional<String> ipPool,
        Optional<String> dkimKey) {
    /** Name of the pool where nothing else is asked for. */
    public static final String DEFAULT_POOL = "default";

    /** Plain mail: no tracking, default pool. */
    public static final SendOptions PLAIN =
            new SendOptions(false, false, false, false, true, false, false, Optional.empty(), Optional.empty());

    /** Name of the pool. */
    public String pool() {
        return ipPool.orElse(DEFAULT_POOL);
    }
}
