package dev.tradewind.api;

import tools.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.TreeMap;

/** {@code /health/live}, {@code /health/ready} and {@code /metrics}. */
final class ProbesResource {
    private static final String TAG = "Operation";

    private final Probes probes;

    ProbesResource(Probes probes) {
        this.probes = probes;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.of("GET", "/health/live")
                        .doc(TAG, "Alive?", "Whether the process works; if not, restart it.")
                        .answers(200, "Health", "It works.")
                        .answers(503, "Health", "It does not, or it is overloaded.", "Retry-After", "Seconds to wait.")
                        .by(call -> answer(probes.live().get())),
                Endpoint.of("GET", "/health/ready")
                        .doc(TAG, "Ready?", "Whether the node takes mail; if not, send it elsewhere.")
                        .answers(200, "Health", "It does.")
                        .answers(503, "Health", "It does not.", "Retry-After", "Seconds to wait.")
                        .by(call -> answer(probes.ready().get())),
                Endpoint.of("GET", "/metrics")
                        .doc(TAG, "Metrics", "For Prometheus.")
                        .answers(200, "text/plain", "The metrics.")
                        .by(call -> {
                            Probes.Metrics metrics = probes.metrics().get();
                            return Answer.text(200, metrics.contentType(), metrics.text());
                        }));
    }

    private static Answer answer(Probes.Health health) {
        ObjectNode node = Json.object().put("status", health.ok() ? "up" : "down");
        ObjectNode checks = node.putObject("checks");
        new TreeMap<>(health.checks()).forEach(checks::put);
        Answer answer = Answer.json(health.ok() ? 200 : 503, node);
        return health.ok() ? answer : answer.with("Retry-After", "5");
    }
}
