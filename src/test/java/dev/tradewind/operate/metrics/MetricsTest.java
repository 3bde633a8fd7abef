package dev.tradewind.operate.metrics;

import org.junit.jupiter.api.Test;

import java.time.Duration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class MetricsTest {
    @Test
    void everyScrapedNameIsDocumented() {
        try (Metrics metrics = new Metrics()) {
            for (MetricName name : MetricName.values()) {
                String[] values = name.tags().stream().map(_ -> "x").toArray(String[]::new);
                switch (name.kind) {
                    case COUNTER -> metrics.counter(name, values).increment();
                    case TIMER -> metrics.timer(name, values).record(Duration.ofMillis(3));
                    case GAUGE -> metrics.gauge(name, () -> 1, values);
                }
            }
            String scraped = metrics.scrape();
            assertThat(scraped.lines().filter(line -> !line.startsWith("#")).map(MetricsTest::name))
                    .allMatch(MetricsPage::documents, "is in docs/metrics.md");
            for (MetricName name : MetricName.values()) {
                assertThat(scraped)
                        .contains("\n" + name.prometheusName() + (name.kind == MetricName.Kind.TIMER ? "_count" : ""));
            }
            assertThat(scraped).contains("tradewind_delivery_latency_seconds_bucket{le=\"0.005\"} 1");
        }
    }

    private static String name(String line) {
        int end = line.indexOf('{') < 0 ? line.indexOf(' ') : line.indexOf('{');
        return line.substring(0, end);
    }

    @Test
    void wrongTagsAreOurBug() {
        try (Metrics metrics = new Metrics()) {
            assertThatThrownBy(() -> metrics.counter(MetricName.EVENTS)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> metrics.timer(MetricName.EVENTS, "x"))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
