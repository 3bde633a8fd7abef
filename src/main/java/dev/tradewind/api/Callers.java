package dev.tradewind.api;

import dev.tradewind.account.Authenticator;
import dev.tradewind.account.Grant;
import dev.tradewind.account.Principal;
import dev.tradewind.account.Subaccounts;
import dev.tradewind.account.Tenant;
import dev.tradewind.account.TenantScope;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Who calls, by key or by session, whether they may, and for whom (API facts §1.2). Thread-safe. */
final class Callers {
    private static final Logger log = LoggerFactory.getLogger(Callers.class);

    private final Authenticator authenticator;
    private final SessionAuthenticator sessions;
    private final Subaccounts subaccounts;

    Callers(Authenticator authenticator, SessionAuthenticator sessions, Subaccounts subaccounts) {
        this.authenticator = authenticator;
        this.sessions = sessions;
        this.subaccounts = subaccounts;
    }

    /**
     * How far a call reaches.
     *
     * @param tenant for whom a change is made
     * @param scope  what may be seen
     */
    record Reach(Tenant tenant, TenantScope scope) {}

    /** Whose key a request showed, as far as it has been looked at. For one thread. */
    static final class KeyShown {
        private @Nullable Principal owner;

        Optional<Principal> owner() {
            return Optional.ofNullable(owner);
        }
    }

    /** How far a call reaches; a primary's may be confined to a subaccount by {@code X-MSYS-SUBACCOUNT}. */
    Reach reach(Optional<Principal> caller, Map<String, List<String>> headers) throws Refusal {
        Tenant own = caller.map(Principal::tenant).orElse(Tenant.MAIN);
        if (own.subaccount() != 0) {
            return new Reach(own, TenantScope.only(own));
        }
        OptionalInt named = caller.isPresent() ? namedSubaccount(headers, own) : OptionalInt.empty();
        Tenant tenant = named.isPresent() ? new Tenant(own.account(), named.getAsInt()) : own;
        return new Reach(tenant, new TenantScope(own.account(), named));
    }

    private OptionalInt namedSubaccount(Map<String, List<String>> headers, Tenant own) throws Refusal {
        List<String> values = headers.getOrDefault("x-msys-subaccount", List.of());
        if (values.isEmpty()) {
            return OptionalInt.empty();
        }
        int number;
        try {
            number = Integer.parseInt(values.getFirst().strip());
        } catch (NumberFormatException e) {
            throw Refusal.parameter("X-MSYS-SUBACCOUNT must be a number");
        }
        if (number < 0 || !subaccounts.exists(new Tenant(own.account(), number))) {
            throw Refusal.parameter("there is no subaccount " + number);
        }
        return OptionalInt.of(number);
    }

    /**
     * The caller of an endpoint, who has its grant; empty for a public endpoint.
     *
     * @throws Refusal 401 or 403
     */
    Optional<Principal> authenticate(
            Endpoint endpoint, String method, Map<String, List<String>> headers, InetAddress client, KeyShown keyShown)
            throws Refusal {
        if (endpoint.grant().isEmpty()) {
            return Optional.empty();
        }
        List<String> shown = headers.getOrDefault("authorization", List.of());
        if (shown.isEmpty()) {
            return Optional.of(signedIn(endpoint, method, headers, client));
        }
        if (shown.size() != 1) {
            throw unauthorized();
        }
        return switch (authenticator.authenticate(key(shown.getFirst()), client)) {
            case Authenticator.Result.Unknown unknown -> throw unauthorized();
            case Authenticator.Result.WrongAddress wrong -> {
                String keyId = wrong.keyId();
                log.atWarn()
                        .addKeyValue("key", keyId)
                        .addKeyValue("client", client.getHostAddress())
                        .log("key used from where it may not be");
                throw Refusal.of(403, 1100, "Forbidden.", "this key may not be used from " + client.getHostAddress());
            }
            case Authenticator.Result.Authenticated good -> {
                keyShown.owner = good.principal();
                requireGrant(good.principal(), endpoint);
                yield Optional.of(good.principal());
            }
        };
    }

    /** Whose log a request belongs to that needs no key, since there is nothing for it. */
    void identify(Map<String, List<String>> headers, InetAddress client, KeyShown shown) {
        List<String> keys = headers.getOrDefault("authorization", List.of());
        if (keys.size() == 1
                && authenticator.authenticate(key(keys.getFirst()), client)
                        instanceof Authenticator.Result.Authenticated(Principal owner)) {
            shown.owner = owner;
        }
    }

    /**
     * Who is signed in. A change needs a header that no other site can make a browser send (it would have to ask first, and nothing here
     * allows it), so that a foreign page cannot use the session of its visitor.
     */
    private Principal signedIn(Endpoint endpoint, String method, Map<String, List<String>> headers, InetAddress client)
            throws Refusal {
        boolean console = headers.containsKey(SessionAuthenticator.CONSOLE_HEADER);
        Optional<Principal> session = sessions.principal(headers, client);
        if (session.isEmpty()) {
            // a browser answers "Basic" with a dialog of its own, which our pages do not want
            throw console ? unauthorized("Session realm=\"Tradewind console\"") : unauthorized();
        }
        if (!console && !method.equals("GET") && !method.equals("HEAD")) {
            throw Refusal.of(
                    403, 1100, "Forbidden.", "a change under a session needs the header X-Tradewind-Console: 1");
        }
        requireGrant(session.get(), endpoint);
        return session.get();
    }

    private static void requireGrant(Principal principal, Endpoint endpoint) throws Refusal {
        Grant needed = endpoint.grant().orElseThrow();
        if (!principal.may(needed)) {
            throw Refusal.of(403, 1100, "Forbidden.", "the key lacks the grant '" + needed.wireName() + "'");
        }
    }

    /** The key in an Authorization field: bare, or the user name of Basic. */
    private static String key(String authorization) {
        String value = authorization.strip();
        if (!value.regionMatches(true, 0, "Basic ", 0, 6)) {
            return value;
        }
        try {
            String pair =
                    new String(Base64.getDecoder().decode(value.substring(6).strip()), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            return colon < 0 ? pair : pair.substring(0, colon);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static Refusal unauthorized() {
        return unauthorized("Basic realm=\"Tradewind API: the key is the user name\", charset=\"UTF-8\"");
    }

    private static Refusal unauthorized(String how) {
        return Refusal.of(401, List.of(new Problem("Unauthorized", Optional.empty(), Optional.empty())))
                .with("WWW-Authenticate", how);
    }
}
