package dev.tradewind.api;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The answer to a request that cannot be served, from wherever in its reading that is found out: a streamed body is left in the middle
 * of many calls, so this is an exception where elsewhere it would be a value. Nothing of the request remains.
 */
public final class Refusal extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;
    private final transient List<Problem> problems;
    private final transient Map<String, String> headers;

    private Refusal(int status, List<Problem> problems, Map<String, String> headers) {
        super(status + " " + problems, null, false, false);
        this.status = status;
        this.problems = List.copyOf(problems);
        this.headers = Map.copyOf(headers);
    }

    /** One problem, with a description. */
    public static Refusal of(int status, int code, String message, String description) {
        return new Refusal(status, List.of(Problem.of(message, code, description)), Map.of());
    }

    /** Several problems. */
    public static Refusal of(int status, List<Problem> problems) {
        return new Refusal(status, problems, Map.of());
    }

    /** "Later": 503 with Retry-After (whole seconds, at least one). */
    public static Refusal later(int code, String message, String description, Duration retryAfter) {
        return new Refusal(
                503,
                List.of(Problem.of(message, code, description)),
                Map.of("Retry-After", Long.toString(Math.max(1, retryAfter.toSeconds()))));
    }

    /** 422, 1300: a value of the wrong type, length or format. */
    public static Refusal format(String description) {
        return of(422, 1300, "invalid data format/type", description);
    }

    /** 422, 1301: fields that exclude each other. */
    public static Refusal combination(String description) {
        return of(422, 1301, "invalid field combination", description);
    }

    /** 422, 1400: a field that must be there. */
    public static Refusal missing(String field) {
        return of(422, 1400, "required field is missing", "'" + field + "' is required");
    }

    /** 400, 1200: a query parameter or header with a bad value. */
    public static Refusal parameter(String description) {
        return of(400, 1200, "invalid params", description);
    }

    /** 404, 1600: no such thing. */
    public static Refusal notFound(String description) {
        return of(404, 1600, "resource not found", description);
    }

    /** The same refusal with one more header. */
    public Refusal with(String header, String value) {
        Map<String, String> more = new java.util.HashMap<>(headers);
        more.put(header, value);
        return new Refusal(status, problems, more);
    }

    /** HTTP status. */
    public int status() {
        return status;
    }

    /** What is wrong; at least one. */
    public List<Problem> problems() {
        return problems;
    }

    /** As an answer. */
    Answer toAnswer() {
        return Answer.errors(status, problems).withAll(headers);
    }
}
