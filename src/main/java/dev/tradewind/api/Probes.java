package dev.tradewind.api;

import java.util.Map;
import java.util.function.Supplier;

/**
 * What the operator's probes ask; given by {@code operate}.
 *
 * @param live    whether the process works at all
 * @param ready   whether it takes mail
 * @param metrics the page of {@code /metrics}
 */
public record Probes(Supplier<Health> live, Supplier<Health> ready, Supplier<Metrics> metrics) {
    /**
     * One judgement.
     *
     * @param ok     whether all is well
     * @param checks what was looked at, with a word on each
     */
    public record Health(boolean ok, Map<String, String> checks) {
        /** Well, with nothing to say. */
        public static final Health OK = new Health(true, Map.of());
    }

    /** A page for Prometheus with its media type. */
    public record Metrics(String contentType, String text) {}
}
