package dev.tradewind.console;

import dev.tradewind.account.Authenticator;
import dev.tradewind.account.Principal;
import dev.tradewind.api.SessionAuthenticator;

import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who is signed in, by cookie. A session lasts {@value #HOURS} hours and is in memory: a restart ends all. A session begun with a key ends
 * when the key is revoked, since the key is judged again for each request. At most {@value #MOST} sessions, the oldest goes. Thread-safe.
 */
public final class Sessions implements SessionAuthenticator {
    private static final int HOURS = 12;
    private static final int MOST = 10_000;
    private static final String COOKIE = "tradewind_session";
    private static final Duration LIFE = Duration.ofHours(HOURS);

    private final Authenticator authenticator;
    private final SecureRandom random;
    private final InstantSource clock;
    private final boolean secure;
    private final Map<String, Session> byHash = new LinkedHashMap<>();

    private sealed interface Credential {
        record ByKey(String key) implements Credential {
            /** Never shows the key. */
            @Override
            public String toString() {
                return "key";
            }
        }

        record ByLink(Principal principal) implements Credential {}
    }

    private record Session(Credential credential, Instant until) {}

    /**
     * @param authenticator judges keys
     * @param secure        whether the console is served by HTTPS, so that the cookie may go nowhere else
     */
    public Sessions(Authenticator authenticator, SecureRandom random, InstantSource clock, boolean secure) {
        this.authenticator = authenticator;
        this.random = random;
        this.clock = clock;
        this.secure = secure;
    }

    /** Begins a session with a key; the value for {@code Set-Cookie}, or empty if the key is no good from there. */
    Optional<String> beginWithKey(String key, InetAddress client) {
        return authenticator.authenticate(key, client) instanceof Authenticator.Result.Authenticated
                ? Optional.of(begin(new Credential.ByKey(key)))
                : Optional.empty();
    }

    /** Begins a session for a principal that a link named; the value for {@code Set-Cookie}. */
    String beginFor(Principal principal) {
        return begin(new Credential.ByLink(principal));
    }

    private String begin(Credential credential) {
        SecretToken token = SecretToken.random(random);
        synchronized (byHash) {
            byHash.put(token.hash(), new Session(credential, clock.instant().plus(LIFE)));
            Iterator<Session> oldest = byHash.values().iterator();
            Session first = oldest.next();
            if (byHash.size() > MOST || !clock.instant().isBefore(first.until())) {
                oldest.remove();
            }
        }
        return cookie(token.value(), LIFE.toSeconds());
    }

    /** Ends the session of a request; the value for {@code Set-Cookie} that makes the browser forget it. */
    String end(Map<String, List<String>> headers) {
        shown(headers).ifPresent(token -> {
            synchronized (byHash) {
                byHash.remove(SecretToken.hash(token));
            }
        });
        return cookie("", 0);
    }

    private String cookie(String value, long seconds) {
        return COOKIE + '=' + value + "; Path=/; Max-Age=" + seconds + "; HttpOnly; SameSite=Lax"
                + (secure ? "; Secure" : "");
    }

    @Override
    public Optional<Principal> principal(Map<String, List<String>> headers, InetAddress client) {
        Optional<String> token = shown(headers);
        if (token.isEmpty()) {
            return Optional.empty();
        }
        Session session;
        synchronized (byHash) {
            session = byHash.get(SecretToken.hash(token.get()));
        }
        if (session == null || !clock.instant().isBefore(session.until())) {
            return Optional.empty();
        }
        return switch (session.credential()) {
            case Credential.ByLink(Principal principal) -> Optional.of(principal);
            case Credential.ByKey(String key) ->
                authenticator.authenticate(key, client) instanceof Authenticator.Result.Authenticated good
                        ? Optional.of(good.principal())
                        : Optional.empty();
        };
    }

    private static Optional<String> shown(Map<String, List<String>> headers) {
        for (String field : headers.getOrDefault("cookie", List.of())) {
            for (String pair : field.split(";", -1)) {
                String one = pair.strip();
                if (one.startsWith(COOKIE + "=")) {
                    return Optional.of(one.substring(COOKIE.length() + 1));
                }
            }
        }
        return Optional.empty();
    }
}
