package dev.tradewind.api;

import dev.tradewind.account.Principal;
import dev.tradewind.account.Tenant;
import dev.tradewind.account.TenantScope;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request as its handler sees it: the caller is known and has the grant of the endpoint.
 *
 * @param requestId      what {@code X-Request-Id} of the answer says
 * @param method         HTTP method
 * @param path           decoded path without trailing slash
 * @param pathParameters values of {@code {name}} in the path of the endpoint
 * @param query          query parameters
 * @param headers        header fields by lower-case name
 * @param body           body, not read yet
 * @param client         address of the peer
 * @param caller         whose key was shown; empty for a public endpoint
 * @param tenant         for whom a change is made: the caller's own, or the subaccount it names
 * @param scope          what a reader may see (API facts §1.2)
 */
public record Call(
        String requestId,
        String method,
        String path,
        Map<String, String> pathParameters,
        Query query,
        Map<String, List<String>> headers,
        RequestBody body,
        InetAddress client,
        Optional<Principal> caller,
        Tenant tenant,
        TenantScope scope) {
    /** The value of a path parameter that the endpoint declares. */
    public String parameter(String name) {
        String value = pathParameters.get(name);
        if (value == null) {
            throw new IllegalStateException("the endpoint declares no path parameter " + name);
        }
        return value;
    }

    /** First value of a header field; the name in lower case. */
    public Optional<String> header(String name) {
        List<String> values = headers.get(name);
        return values == null || values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst());
    }

    /** The caller of an endpoint that is not public. */
    public Principal principal() {
        return caller.orElseThrow(() -> new IllegalStateException("a public endpoint has no principal"));
    }

    /** Shows no headers and no query: they may hold secrets. */
    @Override
    public String toString() {
        return requestId + " " + method + " " + path;
    }
}
