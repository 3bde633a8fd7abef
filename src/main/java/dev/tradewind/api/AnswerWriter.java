package dev.tradewind.api;

import io.helidon.common.socket.SocketWriterException;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/**
 * Writes the answer to a request, compressed if the client takes that, and sees to what is left of the request's body: the connection
 * goes on behind it, or ends in a way that lets the client read the answer. Thread-safe.
 */
final class AnswerWriter {
    static final HeaderName REQUEST_ID = HeaderNames.create("X-Request-Id");
    static final HeaderName SPARKPOST_REQUEST_ID = HeaderNames.create("X-SparkPost-Request-Id");
    static final HeaderName NO_SNIFF = HeaderNames.create("X-Content-Type-Options");

    private static final int GZIP_FROM = 1024;
    private static final Duration DRAIN_TIME = Duration.ofSeconds(15);

    private final InstantSource clock;

    AnswerWriter(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Answers.
     *
     * @throws CloseConnectionException if the connection ends with this, or has ended
     */
    void send(ServerRequest request, ServerResponse response, RequestBody body, Answer answer) {
        boolean head = request.prologue().method().text().equals("HEAD");
        boolean close = mustClose(request, body);
        if (!close && !body.atEnd()) {
            // read before the answer: what is read behind it would count as the head of the next request
            body.begin();
            drainABit(body);
            close = !body.atEnd();
        }
        byte[] octets = answer.body();
        response.status(Status.create(answer.status()));
        answer.headers().forEach((name, value) -> response.header(HeaderNames.create(name), value));
        response.header(SPARKPOST_REQUEST_ID, answer.headers().getOrDefault(REQUEST_ID.defaultCase(), ""));
        response.header(NO_SNIFF, "nosniff");
        if (!answer.contentType().isEmpty()) {
            response.header(HeaderNames.CONTENT_TYPE, answer.contentType());
        }
        if (octets.length > GZIP_FROM && !answer.headers().containsKey("Content-Encoding")) {
            response.header(HeaderNames.VARY, "Accept-Encoding");
            if (takesGzip(request)) {
                octets = gzip(octets);
                response.header(HeaderNames.CONTENT_ENCODING, "gzip");
            }
        }
        if (close) {
            response.header(HeaderValues.CONNECTION_CLOSE);
        }
        try {
            if (head) {
                response.header(HeaderNames.CONTENT_LENGTH, Integer.toString(octets.length));
                response.send(new byte[0]);
            } else {
                response.send(octets);
            }
        } catch (UncheckedIOException | SocketWriterException lost) {
            throw new CloseConnectionException("client left before its answer", lost);
        }
        if (close) {
            if (!waitsForContinue(request, body)) {
                body.begin();
                drainABit(body);
            }
            throw new CloseConnectionException("closed after an answer given within the request");
        }
    }

    private static boolean waitsForContinue(ServerRequest request, RequestBody body) {
        return request.headers().containsToken(HeaderValues.EXPECT_100) && body.octetsRead() == 0;
    }

    /** Whether the rest of the body is not worth reading to keep the connection. */
    private static boolean mustClose(ServerRequest request, RequestBody body) {
        if (body.atEnd()) {
            return false;
        }
        return body.failed()
                || waitsForContinue(request, body)
                || body.declared() < 0
                || body.octetsLeft() > GuardedConnections.MAX_CHUNK;
    }

    /**
     * Reads on for a moment, so that a client that is still sending gets to see the answer instead of a reset. Nothing is read if it
     * waits for {@code 100 Continue}.
     */
    private void drainABit(RequestBody body) {
        Instant until = clock.instant().plus(DRAIN_TIME);
        byte[] buffer = new byte[16 * 1024];
        while (clock.instant().isBefore(until) && body.throwAway(buffer) >= 0) {
            // thrown away
        }
    }

    private static boolean takesGzip(ServerRequest request) {
        if (!request.headers().contains(HeaderNames.ACCEPT_ENCODING)) {
            return false;
        }
        for (String value : request.headers().get(HeaderNames.ACCEPT_ENCODING).allValues(true)) {
            String offer = value.toLowerCase(Locale.ROOT).replace(" ", "");
            if (offer.equals("gzip") || offer.startsWith("gzip;")) {
                return !offer.endsWith(";q=0") && !offer.endsWith(";q=0.0");
            }
        }
        return false;
    }

    private static byte[] gzip(byte[] octets) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(octets.length / 4);
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(octets);
        } catch (IOException e) {
            throw new IllegalStateException("memory cannot fail to be written", e);
        }
        return out.toByteArray();
    }
}
