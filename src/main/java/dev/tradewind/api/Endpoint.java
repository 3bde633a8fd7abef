package dev.tradewind.api;

import dev.tradewind.account.Grant;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One method of one path of the API: what serves a request and what {@code /api/openapi.json} says of it come from the same value, so
 * that nothing is served undocumented.
 *
 * @param method      HTTP method
 * @param path        path with {@code {name}} for parameters, no trailing slash
 * @param grant       what the caller's key must have; empty: public
 * @param tag         heading in the documentation
 * @param summary     a line
 * @param description CommonMark
 * @param parameters  of path, query and header
 * @param body        what the request carries, if anything
 * @param responses   every answer of its own; those that every endpoint of its kind has are added by {@link #allResponses}
 * @param handler     serves it
 */
public record Endpoint(
        String method,
        String path,
        Optional<Grant> grant,
        String tag,
        String summary,
        String description,
        List<Parameter> parameters,
        Optional<Body> body,
        List<Response> responses,
        Handler handler) {
    /** Where a parameter stands. */
    public enum In {
        PATH("path"),
        QUERY("query"),
        HEADER("header");

        private final String wireName;

        In(String wireName) {
            this.wireName = wireName;
        }

        String wireName() {
            return wireName;
        }
    }

    /** One parameter; {@code type} is a JSON Schema type ({@code string}, {@code integer}, {@code boolean}). */
    public record Parameter(String name, In in, String type, String description) {}

    /** A JSON body by the name of its schema in {@code schemas.json}. */
    public record Body(String schema, boolean required) {}

    /**
     * One answer.
     *
     * @param status      HTTP status
     * @param description when, with the codes
     * @param schema      name of a schema in {@code schemas.json}; or media types such as {@code text/plain}, separated by a
     *     comma and a blank; empty: no body
     * @param headers     headers of this answer beside the common ones, with what they say
     */
    public record Response(int status, String description, String schema, Map<String, String> headers) {}

    public Endpoint {
        parameters = List.copyOf(parameters);
        responses = List.copyOf(responses);
    }

    /** Begins one. */
    public static Builder of(String method, String path) {
        return new Builder(method, path);
    }

    /** Every answer a request to this endpoint can get, by status. */
    public List<Response> allResponses() {
        List<Response> all = new ArrayList<>(responses);
        addIfAbsent(all, 400, "The request is malformed (1200), not UTF-8 (1305) or its JSON cannot be read (1300).");
        if (grant.isPresent()) {
            addIfAbsent(all, 401, "No key or a bad key.", "WWW-Authenticate", "How to authenticate.");
            addIfAbsent(
                    all,
                    403,
                    "The key lacks the grant `" + grant.get().wireName()
                            + "` or is used from an address it may not be (1100).");
        }
        if (body.isPresent()) {
            addIfAbsent(
                    all,
                    422,
                    "A field is missing (1400), of the wrong type or too long (1300), or in conflict (1301).");
            addIfAbsent(all, 415, "The body is not `application/json` in UTF-8, or it is compressed (1700).");
        }
        addIfAbsent(all, 408, "The body comes slower than 1 KiB a second (1200).");
        addIfAbsent(all, 413, "The body is larger than the limit (1200).");
        addIfAbsent(all, 414, "The URI has more than 4096 characters (1101).");
        addIfAbsent(
                all, 500, "A fault of this server; `description` names the request id to look for in the log (1500).");
        addIfAbsent(all, 503, "Cannot be served now (1500, 1501); try again later.", "Retry-After", "Seconds to wait.");
        all.sort(java.util.Comparator.comparingInt(Response::status));
        return all;
    }

    private static void addIfAbsent(List<Response> all, int status, String description, String... header) {
        for (Response response : all) {
            if (response.status() == status) {
                return;
            }
        }
        Map<String, String> headers = header.length == 0 ? Map.of() : Map.of(header[0], header[1]);
        all.add(new Response(status, description, "Errors", headers));
    }

    /** Puts an endpoint together. */
    public static final class Builder {
        private final String method;
        private final String path;
        private Optional<Grant> grant = Optional.empty();
        private String tag = "";
        private String summary = "";
        private String description = "";
        private final List<Parameter> parameters = new ArrayList<>();
        private Optional<Body> body = Optional.empty();
        private final List<Response> responses = new ArrayList<>();

        private Builder(String method, String path) {
            this.method = method;
            this.path = path;
        }

        /** The grant a key needs. */
        public Builder grant(Grant needed) {
            grant = Optional.of(needed);
            return this;
        }

        /** What it does, for the documentation. */
        public Builder doc(String heading, String line, String text) {
            tag = heading;
            summary = line;
            description = text;
            return this;
        }

        /** A path parameter. */
        public Builder path(String name, String text) {
            parameters.add(new Parameter(name, In.PATH, "string", text));
            return this;
        }

        /** A query parameter. */
        public Builder query(String name, String type, String text) {
            parameters.add(new Parameter(name, In.QUERY, type, text));
            return this;
        }

        /** A request header. */
        public Builder header(String name, String type, String text) {
            parameters.add(new Parameter(name, In.HEADER, type, text));
            return this;
        }

        /** The JSON body. */
        public Builder body(String schema, boolean required) {
            body = Optional.of(new Body(schema, required));
            return this;
        }

        /** An answer. */
        public Builder answers(int status, String schema, String when) {
            responses.add(new Response(status, when, schema, Map.of()));
            return this;
        }

        /** An answer with a header of its own. */
        public Builder answers(int status, String schema, String when, String header, String says) {
            responses.add(new Response(status, when, schema, Map.of(header, says)));
            return this;
        }

        /** An answer with several headers of its own. */
        public Builder answers(int status, String schema, String when, Map<String, String> headers) {
            responses.add(new Response(status, when, schema, Map.copyOf(headers)));
            return this;
        }

        /** Done. */
        public Endpoint by(Handler handler) {
            return new Endpoint(method, path, grant, tag, summary, description, parameters, body, responses, handler);
        }
    }
}
