package dev.tradewind.api;

/** Answers the requests of one endpoint, on the virtual thread of the connection. */
@FunctionalInterface
public interface Handler {
    /**
     * Answers one request.
     *
     * @throws Refusal   to answer that
     * @throws Exception {@code StoreUnavailable} and {@code ControlUnavailable} become 503; a lost client ends the connection; anything
     *     else is our bug and becomes a 500 with the request id, logged once
     */
    Answer handle(Call call) throws Exception;
}
