package dev.tradewind.console;

import dev.tradewind.account.Principal;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Links that sign in once: {@code up} prints one at the start, so that its user need not type a key. In memory, valid for {@value
 * #MINUTES} minutes, at most {@value #MOST} open at a time (the oldest goes). Thread-safe.
 */
public final class OneTimeLinks {
    private static final int MINUTES = 30;
    private static final int MOST = 100;

    private final SecureRandom random;
    private final InstantSource clock;
    private final Map<String, Open> open = new LinkedHashMap<>();

    private record Open(Principal principal, Instant until) {}

    /** None yet. */
    public OneTimeLinks(SecureRandom random, InstantSource clock) {
        this.random = random;
        this.clock = clock;
    }

    /**
     * Makes a link that signs in as a principal.
     *
     * @param baseUrl where the console is reached, without slash at the end
     * @return the whole link; a secret, to be shown to the operator only
     */
    public String mint(String baseUrl, Principal principal) {
        SecretToken token = SecretToken.random(random);
        synchronized (open) {
            open.put(token.hash(), new Open(principal, clock.instant().plus(Duration.ofMinutes(MINUTES))));
            if (open.size() > MOST) {
                Iterator<String> oldest = open.keySet().iterator();
                oldest.next();
                oldest.remove();
            }
        }
        return baseUrl + "/signin?token=" + token.value();
    }

    /** Whom a token signs in; the first time only. */
    Optional<Principal> use(String token) {
        Open found;
        synchronized (open) {
            found = open.remove(SecretToken.hash(token));
        }
        return Optional.ofNullable(found)
                .filter(link -> clock.instant().isBefore(link.until()))
                .map(Open::principal);
    }
}
