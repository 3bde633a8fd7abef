package dev.tradewind.route;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * Keeps answers of the DNS.
 *
 * <ul>
 *   <li>An answer is fresh for its TTL, but at least {@code dns.min_ttl} and at most {@code dns.max_ttl} (a negative one: a quarter of
 *       that). In the last tenth of this time the first who asks starts a refresh in the background and gets the old answer.
 *   <li>One question is in flight once; who asks meanwhile waits for the same answer.
 *   <li>If the DNS fails, the last answer is used up to {@code dns.stale} past its time, and the DNS is asked again after 30 s at the
 *       earliest: a dead DNS only makes lanes wait whose answers we never had. A failure without an older answer is kept for 10 s.
 *   <li>At most {@code dns.cache} answers are kept; the least useful go first.
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class CachedDns implements Dns {
    private static final Duration FAILURE_KEPT = Duration.ofSeconds(10);
    private static final Duration STALE_STEP = Duration.ofSeconds(30);

    private final Dns dns;
    private final DnsSettings settings;
    private final InstantSource clock;
    private final Executor background;
    private final Cache<Question, Kept> cache;
    private final ConcurrentHashMap<Question, CompletableFuture<Answer>> inFlight = new ConcurrentHashMap<>();

    /**
     * An answer and its times.
     *
     * @param refreshAt  from when on it is refreshed in the background
     * @param freshUntil until when it is used without asking
     * @param staleUntil until when it is used if the DNS fails
     */
    private record Kept(Answer answer, Instant refreshAt, Instant freshUntil, Instant staleUntil) {}

    /** @param background where refreshes run; may start a virtual thread each */
    public CachedDns(Dns dns, DnsSettings settings, InstantSource clock, Executor background) {
        this.dns = dns;
        this.settings = settings;
        this.clock = clock;
        this.background = background;
        this.cache = Caffeine.newBuilder()
                .maximumSize(settings.cache())
                .executor(Runnable::run)
                .build();
    }

    @Override
    public Answer ask(Question question) {
        Instant now = clock.instant();
        Kept kept = cache.getIfPresent(question);
        if (kept != null && now.isBefore(kept.freshUntil())) {
            if (!now.isBefore(kept.refreshAt()) && !inFlight.containsKey(question)) {
                background.execute(() -> fetch(question));
            }
            return remaining(kept.answer(), Duration.between(now, kept.freshUntil()));
        }
        return fetch(question);
    }

    private Answer fetch(Question question) {
        CompletableFuture<Answer> mine = new CompletableFuture<>();
        CompletableFuture<Answer> other = inFlight.putIfAbsent(question, mine);
        if (other != null) {
            return other.join();
        }
        Answer answer = new Answer.Failure(question + ": the question was given up", FAILURE_KEPT);
        try {
            answer = keep(question, dns.ask(question));
        } finally {
            inFlight.remove(question);
            mine.complete(answer);
        }
        return answer;
    }

    private Answer keep(Question question, Answer answer) {
        Instant now = clock.instant();
        if (answer instanceof Answer.Failure(String reason, Duration _)) {
            Kept old = cache.getIfPresent(question);
            if (old != null && !(old.answer() instanceof Answer.Failure) && now.isBefore(old.staleUntil())) {
                Instant until = now.plus(STALE_STEP);
                cache.put(question, new Kept(old.answer(), until, until, old.staleUntil()));
                return remaining(old.answer(), STALE_STEP);
            }
            Instant until = now.plus(FAILURE_KEPT);
            Answer failure = new Answer.Failure(reason, FAILURE_KEPT);
            cache.put(question, new Kept(failure, until, until, until));
            return failure;
        }
        boolean negative = answer instanceof Answer.NoSuchName || answer instanceof Answer.NoData;
        Duration ceiling = negative ? settings.maxTtl().dividedBy(4) : settings.maxTtl();
        Duration ttl = answer.ttl();
        ttl = ttl.compareTo(ceiling) > 0 ? ceiling : ttl;
        ttl = ttl.compareTo(settings.minTtl()) < 0 ? settings.minTtl() : ttl;
        Instant until = now.plus(ttl);
        cache.put(question, new Kept(answer, until.minus(ttl.dividedBy(10)), until, until.plus(settings.stale())));
        return remaining(answer, ttl);
    }

    private static Answer remaining(Answer answer, Duration ttl) {
        return switch (answer) {
            case Answer.Records(var records, var _, var authenticated) ->
                new Answer.Records(records, ttl, authenticated);
            case Answer.Alias(var target, var _) -> new Answer.Alias(target, ttl);
            case Answer.NoSuchName _ -> new Answer.NoSuchName(ttl);
            case Answer.NoData _ -> new Answer.NoData(ttl);
            case Answer.Failure(var reason, var _) -> new Answer.Failure(reason, ttl);
        };
    }
}
