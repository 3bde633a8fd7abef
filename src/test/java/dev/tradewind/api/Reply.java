package dev.tradewind.api;

import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** An answer as a client saw it. */
public record Reply(int status, Map<String, List<String>> headers, byte[] body) {
    /** Nests as deep as clients read as a rule: answers may nest a little deeper than requests may. */
    private static final JsonMapper READER = new JsonMapper(JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(500).build())
            .build());

    public Reply {
        headers = headers.entrySet().stream()
                .collect(Collectors.toMap(e -> e.getKey().toLowerCase(Locale.ROOT), Map.Entry::getValue));
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT))).map(List::getFirst);
    }

    public JsonNode json() {
        return READER.readTree(body);
    }

    public JsonNode results() {
        return json().path("results");
    }

    /** Code of the first error. */
    public String code() {
        return json().path("errors").path(0).path("code").stringValue("");
    }

    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return status + " " + text();
    }
}
