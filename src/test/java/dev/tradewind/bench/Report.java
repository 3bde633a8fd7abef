package dev.tradewind.bench;

import dev.tradewind.bench.Round.Phase;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** Rounds as tables in Markdown, ready for {@code docs/performance.md}. Figures are medians of the rounds. */
final class Report {
    /** The server that the others are compared to. */
    static final String PEER = "Postfix + OpenDKIM";

    private final List<Round> cold = new ArrayList<>();
    private final List<Round> warm = new ArrayList<>();

    void addCold(Round round) {
        cold.add(round);
    }

    void add(Round round) {
        warm.add(round);
    }

    List<Round> rounds() {
        return List.copyOf(warm);
    }

    /** Messages lost or duplicated or unsigned in any round, the first ones included. */
    long faults() {
        return lost(cold) + lost(warm);
    }

    private static long lost(List<Round> rounds) {
        return rounds.stream()
                .mapToLong(r -> r.lost() + r.duplicated() + r.unsigned())
                .sum();
    }

    /** The table. */
    String table() {
        StringBuilder out = new StringBuilder();
        line(
                out,
                "| phase | server | messages/s | CPU µs/message | of that | to " + PEER + " | octets | lost | twice |");
        line(out, "| --- | --- | ---: | ---: | --- | ---: | ---: | ---: | ---: |");
        for (Phase phase : Phase.values()) {
            for (String server : servers(phase)) {
                List<Round> rounds = of(warm, phase, server);
                double cpu = median(rounds, Round::cpuMicrosPerMessage);
                // REST has no peer; it is compared to the peer's SMTP.
                Phase peerPhase = phase == Phase.REST ? Phase.SMTP : phase;
                double peer = median(of(warm, peerPhase, PEER), Round::cpuMicrosPerMessage);
                line(
                        out,
                        "| " + phase.text() + " | " + server + " | " + number(median(rounds, Round::messagesPerSecond))
                                + " | " + number(cpu) + " | " + parts(rounds) + " | "
                                + (Double.isNaN(peer) ? "" : String.format(Locale.ROOT, "%.3f", cpu / peer)) + " | "
                                + number(median(rounds, r -> r.octets() / (double) r.messages())) + " | "
                                + rounds.stream().mapToLong(Round::lost).sum() + " | "
                                + rounds.stream().mapToLong(Round::duplicated).sum() + " |");
            }
        }
        line(out, "");
        line(out, "First messages after the start (JVM cold), the same columns:");
        line(out, "");
        line(out, "| phase | server | messages | messages/s | CPU µs/message |");
        line(out, "| --- | --- | ---: | ---: | ---: |");
        for (Round round : cold) {
            line(
                    out,
                    "| " + round.phase().text() + " | " + round.server() + " | " + round.messages() + " | "
                            + number(round.messagesPerSecond()) + " | " + number(round.cpuMicrosPerMessage()) + " |");
        }
        return out.toString();
    }

    /** Every round, in the order of the run. */
    String allRounds() {
        StringBuilder out = new StringBuilder();
        for (Round round : warm) {
            String parts = parts(List.of(round));
            line(
                    out,
                    "  " + round.phase() + " " + round.server() + ": " + number(round.messagesPerSecond())
                            + " messages/s, " + number(round.cpuMicrosPerMessage()) + " µs"
                            + (parts.isEmpty() ? "" : " (" + parts + ")")
                            + (round.deferred() > 0 ? ", deferred " + round.deferred() + " times" : ""));
        }
        return out.toString();
    }

    private Set<String> servers(Phase phase) {
        Set<String> names = new LinkedHashSet<>();
        warm.stream().filter(r -> r.phase() == phase).forEach(r -> names.add(r.server()));
        return names;
    }

    private static List<Round> of(List<Round> rounds, Phase phase, String server) {
        return rounds.stream()
                .filter(r -> r.phase() == phase && r.server().equals(server))
                .toList();
    }

    private static String parts(List<Round> rounds) {
        Map<String, Double> parts = new TreeMap<>();
        for (String part : rounds.getFirst().cpuMicros().keySet()) {
            parts.put(part, median(rounds, r -> r.cpuMicros().getOrDefault(part, 0L) / (double) r.messages()));
        }
        if (parts.size() < 2) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        parts.forEach((part, micros) ->
                text.append(text.isEmpty() ? "" : ", ").append(part).append(' ').append(number(micros)));
        return text.toString();
    }

    /** Median of a figure; NaN of no rounds. */
    static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
        double[] values = rounds.stream().mapToDouble(figure).sorted().toArray();
        if (values.length == 0) {
            return Double.NaN;
        }
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    static String number(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    private static void line(StringBuilder out, String text) {
        out.append(text).append('\n');
    }
}
