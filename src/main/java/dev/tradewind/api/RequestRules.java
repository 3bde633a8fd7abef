package dev.tradewind.api;

import dev.tradewind.settings.ByteSize;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a request must be before its handler sees it. Pure. */
final class RequestRules {
    private RequestRules() {}

    /** Refuses a body that is too large, compressed or not JSON. */
    static void requireReadable(
            Endpoint endpoint, Map<String, List<String>> headers, RequestBody body, ByteSize maxBody) throws Refusal {
        if (body.declared() == 0) {
            return;
        }
        if (body.declared() > maxBody.octets()) {
            throw RequestBody.tooLarge(maxBody.octets());
        }
        if (endpoint.body().isEmpty()) {
            return;
        }
        for (String encoding : headers.getOrDefault("content-encoding", List.of())) {
            if (!encoding.strip().equalsIgnoreCase("identity")) {
                throw Refusal.of(415, 1700, "unsupported media type", "a compressed body is not taken");
            }
        }
        List<String> types = headers.getOrDefault("content-type", List.of());
        if (!types.isEmpty() && (types.size() > 1 || !isJson(types.getFirst()))) {
            throw Refusal.of(
                    415, 1700, "unsupported media type", "Content-Type must be application/json; charset=utf-8");
        }
    }

    private static boolean isJson(String contentType) {
        String[] parts = contentType.toLowerCase(Locale.ROOT).split(";", -1);
        if (!parts[0].strip().equals("application/json")) {
            return false;
        }
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.startsWith("charset=")) {
                String charset = parameter.substring(8).replace("\"", "").strip();
                if (!charset.equals("utf-8") && !charset.equals("utf8") && !charset.equals("us-ascii")) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Refuses what another server on the way could read as two requests (RFC 9112 §6.3, §11.2). */
    static void requireFraming(ServerRequest request, RequestBody body) throws Refusal {
        boolean encoded = request.headers().contains(HeaderNames.TRANSFER_ENCODING);
        boolean measured = request.headers().contains(HeaderNames.CONTENT_LENGTH);
        boolean bad = encoded && measured;
        if (encoded) {
            List<String> codings =
                    request.headers().get(HeaderNames.TRANSFER_ENCODING).allValues();
            bad |= codings.size() != 1 || !codings.getFirst().strip().equals("chunked");
        } else if (measured) {
            bad |= request.headers().get(HeaderNames.CONTENT_LENGTH).allValues().size() != 1 || body.declared() < 0;
        }
        if (bad) {
            body.condemn();
            throw Refusal.of(
                    400,
                    1200,
                    "invalid params",
                    "a body has either one Content-Length or 'Transfer-Encoding: chunked', nothing else");
        }
    }
}
