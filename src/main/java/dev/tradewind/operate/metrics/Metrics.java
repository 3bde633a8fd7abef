package dev.tradewind.operate.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.DoubleSupplier;

/**
 * The registry. A part asks once for its counters and timers and keeps them; asking on the path of a message would look a map up each
 * time. Thread-safe.
 */
public final class Metrics implements AutoCloseable {
    /** Content type of {@link #scrape()}. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    // Buckets from a store write on this machine to a mail that waited for hours.
    private static final Duration[] BUCKETS = {
        Duration.ofNanos(100_000),
        Duration.ofNanos(500_000),
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(20),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofSeconds(30),
        Duration.ofMinutes(5),
        Duration.ofHours(1),
        Duration.ofHours(6)
    };

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    /** The registry holds what it asks weakly. */
    private final List<DoubleSupplier> kept = new CopyOnWriteArrayList<>();

    /** An empty registry but for the JVM's and the process's own metrics. */
    public Metrics() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        collections.bindTo(registry);
    }

    /**
     * A counter; the same one for the same tag values.
     *
     * @param tagValues one for each tag of the name, in its order; few values each, never what a client chose
     */
    public Counter counter(MetricName name, String... tagValues) {
        return Counter.builder(name.meterName)
                .description(name.doc)
                .tags(tags(name, MetricName.Kind.COUNTER, tagValues))
                .register(registry);
    }

    /** A timer with buckets from 0.1 ms to 6 h; the same one for the same tag values. */
    public Timer timer(MetricName name, String... tagValues) {
        return Timer.builder(name.meterName)
                .description(name.doc)
                .tags(tags(name, MetricName.Kind.TIMER, tagValues))
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    /** A counter that another part keeps, asked at each scrape; it never falls. */
    public void counterOf(MetricName name, DoubleSupplier value) {
        FunctionCounter.builder(name.meterName, value, DoubleSupplier::getAsDouble)
                .description(name.doc)
                .tags(tags(name, MetricName.Kind.COUNTER))
                .register(registry);
        kept.add(value);
    }

    /** A gauge, asked at each scrape; the answer comes from memory at once. */
    public void gauge(MetricName name, DoubleSupplier value, String... tagValues) {
        Gauge.builder(name.meterName, value::getAsDouble)
                .description(name.doc)
                .tags(tags(name, MetricName.Kind.GAUGE, tagValues))
                .strongReference(true)
                .register(registry);
    }

    private static List<Tag> tags(MetricName name, MetricName.Kind kind, String... values) {
        if (name.kind != kind || values.length != name.tags().size()) {
            throw new IllegalArgumentException(name + " is a " + name.kind + " with tags " + name.tags());
        }
        List<Tag> tags = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            tags.add(Tag.of(name.tags().get(i), values[i]));
        }
        return tags;
    }

    /** Everything in the Prometheus text format. */
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }
}
