package dev.tradewind.operate;

import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Whether the program lives and whether it can take mail, with the reason if not. Live: a restart would not help. Ready: send it traffic.
 * A check answers from memory at once; it is asked at every request of {@code /health/*}. Thread-safe.
 */
public final class Health {
    private static final JsonMapper JSON = JsonMapper.shared();

    /** What a check found. */
    public sealed interface Status {
        /** All is well. */
        record Good() implements Status {}

        /** Something is wrong; the reason is for the operator. */
        record Bad(String reason) implements Status {}
    }

    /** A named question to a part of the program. */
    @FunctionalInterface
    public interface Check {
        /** Answers at once. */
        Status ask();
    }

    /** One check and its answer. */
    public record Finding(String name, Status status) {}

    /**
     * All answers.
     *
     * @param good whether every one is good: HTTP 200, else 503
     */
    public record Report(boolean good, List<Finding> findings) {
        public Report {
            findings = List.copyOf(findings);
        }

        /** {@code {"status":"ok"|"failing","checks":[{"name":…,"ok":true|false,"reason":…}]}}. */
        public String toJson() {
            ObjectNode root = JSON.createObjectNode();
            root.put("status", good ? "ok" : "failing");
            ArrayNode checks = root.putArray("checks");
            for (Finding finding : findings) {
                ObjectNode check = checks.addObject();
                check.put("name", finding.name());
                check.put("ok", finding.status() instanceof Status.Good);
                if (finding.status() instanceof Status.Bad(String reason)) {
                    check.put("reason", reason);
                }
            }
            return JSON.writeValueAsString(root);
        }
    }

    private record Named(String name, Check check) {}

    private final List<Named> live = new CopyOnWriteArrayList<>();
    private final List<Named> ready = new CopyOnWriteArrayList<>();

    /** Adds a check that only a restart would cure. */
    public void addLive(String name, Check check) {
        live.add(new Named(name, check));
    }

    /** Adds a check without which no traffic should come. */
    public void addReady(String name, Check check) {
        ready.add(new Named(name, check));
    }

    /** Whether the program lives. */
    public Report live() {
        return report(live);
    }

    /** Whether the program lives and can take mail. */
    public Report ready() {
        List<Named> all = new ArrayList<>(live);
        all.addAll(ready);
        return report(all);
    }

    private static Report report(List<Named> checks) {
        List<Finding> findings = new ArrayList<>();
        boolean good = true;
        for (Named named : checks) {
            Status status = named.check().ask();
            good &= status instanceof Status.Good;
            findings.add(new Finding(named.name(), status));
        }
        return new Report(good, findings);
    }
}
