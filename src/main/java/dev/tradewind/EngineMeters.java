package dev.tradewind;

import dev.tradewind.accept.submission.SubmissionServer;
import dev.tradewind.engine.Engine;
import dev.tradewind.engine.Meters;
import dev.tradewind.operate.metrics.MetricName;
import dev.tradewind.operate.metrics.Metrics;
import dev.tradewind.spool.Spool;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;

import java.time.Duration;

/** What the engine counts, as metrics. */
final class EngineMeters implements Meters {
    private final Counter delivered;
    private final Counter deferred;
    private final Counter bounced;
    private final Counter injected;
    private final Counter generationFailed;
    private final Timer latency;

    EngineMeters(Metrics metrics) {
        delivered = metrics.counter(MetricName.EVENTS, "delivery");
        deferred = metrics.counter(MetricName.EVENTS, "delay");
        bounced = metrics.counter(MetricName.EVENTS, "bounce");
        injected = metrics.counter(MetricName.EVENTS, "injection");
        generationFailed = metrics.counter(MetricName.EVENTS, "generation_failure");
        latency = metrics.timer(MetricName.DELIVERY_LATENCY);
    }

    @Override
    public void delivered(Duration queued) {
        delivered.increment();
        latency.record(queued);
    }

    @Override
    public void deferred() {
        deferred.increment();
    }

    @Override
    public void bounced(int bounceClass) {
        bounced.increment();
    }

    @Override
    public void generated(boolean accepted) {
        (accepted ? injected : generationFailed).increment();
    }

    /** Numbers of the moment. */
    static void gauges(Metrics metrics, Spool spool, Engine engine, SubmissionServer submission) {
        metrics.gauge(MetricName.CONNECTIONS, () -> engine.depth().connections(), "delivery");
        metrics.gauge(MetricName.CONNECTIONS, submission::sessions, "submission");
        metrics.gauge(MetricName.QUEUE_MESSAGES, () -> engine.depth().held(), "held");
        metrics.gauge(MetricName.QUEUE_MESSAGES, () -> engine.depth().ungenerated(), "ungenerated_transmissions");
        metrics.gauge(
                MetricName.DISK_FREE, () -> spool.gauges().getOrDefault("tradewind_spool_disk_free_bytes", Double.NaN));
    }
}
