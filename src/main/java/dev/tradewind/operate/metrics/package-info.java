/**
 * What is counted and timed. What enters is counts, durations and gauges of every part, each under a {@link MetricName}; what leaves is the
 * Prometheus text of {@code /metrics}. Every name is documented; counting takes no lock on the path of a message.
 */
@org.jspecify.annotations.NullMarked
package dev.tradewind.operate.metrics;
