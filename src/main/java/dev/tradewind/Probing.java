package dev.tradewind;

import dev.tradewind.api.Probes;
import dev.tradewind.operate.Health;
import dev.tradewind.operate.metrics.Metrics;

import java.util.LinkedHashMap;
import java.util.Map;

/** Health and metrics as the listener of the API serves them. */
final class Probing {
    private Probing() {}

    static Probes of(Health health, Metrics metrics) {
        return new Probes(
                () -> shown(health.live()),
                () -> shown(health.ready()),
                () -> new Probes.Metrics(Metrics.CONTENT_TYPE, metrics.scrape()));
    }

    private static Probes.Health shown(Health.Report report) {
        Map<String, String> checks = new LinkedHashMap<>();
        for (Health.Finding finding : report.findings()) {
            checks.put(
                    finding.name(),
                    switch (finding.status()) {
                        case Health.Status.Good good -> "ok";
                        case Health.Status.Bad bad -> bad.reason();
                    });
        }
        return new Probes.Health(report.good(), checks);
    }
}
