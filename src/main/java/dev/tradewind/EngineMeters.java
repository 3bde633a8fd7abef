package dev.tradewind;

import dev.tradewind.accept.submission.SubmissionServer;
import dev.tradewind.deliver.AttemptResult;
import dev.tradewind.engine.Engine;
import dev.tradewind.engine.Meters;
import dev.tradewind.event.EventType;
import dev.tradewind.operate.metrics.MetricName;
import dev.tradewind.operate.metrics.Metrics;
import dev.tradewind.spool.Spool;
import dev.tradewind.spool.Transmission;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/** What the parts of a node count, as metrics. */
final class EngineMeters implements Meters {
    private final Map<EventType, Counter> events = new EnumMap<>(EventType.class);
    private final Map<Transmission.Method, Counter> accepted = new EnumMap<>(Transmission.Method.class);
    private final Counter delivered;
    private final Counter deferred;
    private final Counter failed;
    private final Counter unknown;
    private final Timer latency;

    EngineMeters(Metrics metrics) {
        for (EventType type : EventType.values()) {
            events.put(type, metrics.counter(MetricName.EVENTS, type.wireName()));
        }
        for (Transmission.Method method : Transmission.Method.values()) {
            accepted.put(method, metrics.counter(MetricName.ACCEPTED_MESSAGES, method.wireName()));
        }
        delivered = metrics.counter(MetricName.ATTEMPTS, "delivered");
        deferred = metrics.counter(MetricName.ATTEMPTS, "deferred");
        failed = metrics.counter(MetricName.ATTEMPTS, "failed");
        unknown = metrics.counter(MetricName.ATTEMPTS, "unknown");
        latency = metrics.timer(MetricName.DELIVERY_LATENCY);
    }

    /** A transmission was accepted. */
    void accepted(Transmission transmission) {
        count(accepted, transmission.method()).increment(transmission.recipients());
    }

    @Override
    public void attempted(AttemptResult result) {
        switch (result) {
            case AttemptResult.Delivered done -> delivered.increment();
            case AttemptResult.Deferred put -> deferred.increment();
            case AttemptResult.Failed refused -> failed.increment();
            case AttemptResult.Unknown lost -> unknown.increment();
        }
    }

    @Override
    public void event(EventType type) {
        count(events, type).increment();
    }

    @Override
    public void delivered(Duration queued) {
        latency.record(queued);
    }

    private static <K> Counter count(Map<K, Counter> counters, K key) {
        return Objects.requireNonNull(counters.get(key)); // one was made for every value
    }

    /** Numbers of the moment and counters that the parts keep themselves. */
    static void measure(Metrics metrics, Spool spool, Engine engine, SubmissionServer submission) {
        metrics.gauge(MetricName.CONNECTIONS, () -> engine.depth().connections(), "delivery");
        metrics.gauge(MetricName.CONNECTIONS, submission::sessions, "submission");
        metrics.gauge(MetricName.HELD_MESSAGES, () -> engine.depth().held());
        metrics.gauge(MetricName.KEPT_BYTES, () -> engine.depth().keptOctets());
        metrics.gauge(MetricName.LANES, () -> engine.depth().lanes());
        metrics.gauge(MetricName.QUEUES, () -> engine.depth().queues());
        metrics.gauge(MetricName.UNGENERATED, () -> engine.depth().ungenerated());
        for (MetricName name : MetricName.values()) {
            if (name.prometheusName().startsWith("tradewind_spool_")) {
                show(metrics, name, spool::gauges);
            } else if (name.prometheusName().startsWith("tradewind_submission_")) {
                show(metrics, name, submission::gauges);
            }
        }
    }

    private static void show(Metrics metrics, MetricName name, Supplier<Map<String, Double>> part) {
        DoubleSupplier value = () -> part.get().getOrDefault(name.prometheusName(), Double.NaN);
        if (name.isCounter()) {
            metrics.counterOf(name, value);
        } else {
            metrics.gauge(name, value);
        }
    }
}
