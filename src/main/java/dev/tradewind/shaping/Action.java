package dev.tradewind.shaping;

import dev.tradewind.settings.Durations;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a reaction does to its scope, and for how long. Written in a few words: {@code suspend 30m}, {@code connections 1 for 30m},
 * {@code connections x0.5 for 1h}, {@code rate 10/m for 30m}, {@code rate x0.5 for 1h}, {@code stretch x4 for 2h}, {@code unwell 4h},
 * {@code throttle}, {@code move}.
 */
public sealed interface Action {
    /** Longest time for which anything is decided by a rule. */
    Duration LONGEST = Duration.ofDays(7);

    /** Nothing is attempted. */
    record Suspend(Duration during) implements Action {}

    /** No more connections than this. */
    record LimitConnections(int most, Duration during) implements Action {}

    /** As many connections as before, multiplied; at least one. */
    record ScaleConnections(double factor, Duration during) implements Action {}

    /** No faster than this. */
    record LimitRate(Rate most, Duration during) implements Action {}

    /** As fast as before, multiplied. */
    record ScaleRate(double factor, Duration during) implements Action {}

    /** The waits between attempts, multiplied. */
    record StretchRetries(double factor, Duration during) implements Action {}

    /** The source is unwell at the site: new mail there takes others of its pool while there are any. */
    record Unwell(Duration during) implements Action {}

    /** The controller of the pace hears that it was too fast. */
    record Throttle() implements Action {}

    /** The message takes another source of its pool for its next attempt. */
    record Move() implements Action {}

    /** How long it holds; empty if it is over at once. */
    default Optional<Duration> holds() {
        return switch (this) {
            case Suspend(Duration during) -> Optional.of(during);
            case LimitConnections(int _, Duration during) -> Optional.of(during);
            case ScaleConnections(double _, Duration during) -> Optional.of(during);
            case LimitRate(Rate _, Duration during) -> Optional.of(during);
            case ScaleRate(double _, Duration during) -> Optional.of(during);
            case StretchRetries(double _, Duration during) -> Optional.of(during);
            case Unwell(Duration during) -> Optional.of(during);
            case Throttle() -> Optional.empty();
            case Move() -> Optional.empty();
        };
    }

    /** The written form. */
    default String written() {
        return switch (this) {
            case Suspend(Duration during) -> "suspend " + Durations.format(during);
            case LimitConnections(int most, Duration during) ->
                "connections " + most + " for " + Durations.format(during);
            case ScaleConnections(double factor, Duration during) ->
                "connections x" + factor(factor) + " for " + Durations.format(during);
            case LimitRate(Rate most, Duration during) -> "rate " + most + " for " + Durations.format(during);
            case ScaleRate(double factor, Duration during) ->
                "rate x" + factor(factor) + " for " + Durations.format(during);
            case StretchRetries(double factor, Duration during) ->
                "stretch x" + factor(factor) + " for " + Durations.format(during);
            case Unwell(Duration during) -> "unwell " + Durations.format(during);
            case Throttle() -> "throttle";
            case Move() -> "move";
        };
    }

    private static String factor(double factor) {
        return factor == Math.rint(factor) ? Long.toString((long) factor) : Double.toString(factor);
    }

    /**
     * Reads the written form.
     *
     * @throws IllegalArgumentException if it is none
     */
    static Action parse(String written) {
        List<String> words = new ArrayList<>(List.of(written.strip().split("\\s+")));
        String verb = words.removeFirst();
        return switch (verb) {
            case "suspend" -> new Suspend(alone(words, written));
            case "unwell" -> new Unwell(alone(words, written));
            case "throttle" -> nothingMore(new Throttle(), words, written);
            case "move" -> nothingMore(new Move(), words, written);
            case "connections" -> {
                Duration during = during(words, written);
                yield isFactor(words)
                        ? new ScaleConnections(cut(words, written), during)
                        : new LimitConnections(connections(words, written), during);
            }
            case "rate" -> {
                Duration during = during(words, written);
                yield isFactor(words)
                        ? new ScaleRate(cut(words, written), during)
                        : new LimitRate(Rate.parse(String.join(" ", words)), during);
            }
            case "stretch" -> {
                Duration during = during(words, written);
                double factor = isFactor(words) ? factor(words, written) : 0;
                if (factor <= 1 || factor > 100) {
                    throw new IllegalArgumentException(
                            "'" + written + "': waits are stretched by a factor over 1, such as x4");
                }
                yield new StretchRetries(factor, during);
            }
            default ->
                throw new IllegalArgumentException("'" + written
                        + "' is no action: suspend, connections, rate, stretch, unwell, throttle or move begins one");
        };
    }

    private static Action nothingMore(Action action, List<String> words, String written) {
        if (!words.isEmpty()) {
            throw new IllegalArgumentException("'" + written + "': " + action.written() + " stands alone");
        }
        return action;
    }

    private static Duration alone(List<String> words, String written) {
        if (words.size() != 1) {
            throw new IllegalArgumentException("'" + written + "': how long follows, such as 30m");
        }
        return duration(words.getFirst());
    }

    // Takes "for DURATION" off the end.
    private static Duration during(List<String> words, String written) {
        int size = words.size();
        if (size < 3 || !words.get(size - 2).equals("for")) {
            throw new IllegalArgumentException("'" + written + "' does not end with how long, such as for 30m");
        }
        Duration during = duration(words.removeLast());
        words.removeLast();
        return during;
    }

    private static Duration duration(String word) {
        Duration during = Durations.parse(word);
        if (during.isZero() || during.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "'" + word + "' is not more than nothing and at most " + Durations.format(LONGEST));
        }
        return during;
    }

    private static boolean isFactor(List<String> words) {
        return words.size() == 1 && words.getFirst().startsWith("x");
    }

    private static double cut(List<String> words, String written) {
        double factor = factor(words, written);
        if (factor <= 0 || factor >= 1) {
            throw new IllegalArgumentException("'" + written + "': a cut is a factor between 0 and 1, such as x0.5");
        }
        return factor;
    }

    private static double factor(List<String> words, String written) {
        String digits = words.getFirst().substring(1);
        boolean good = !digits.isEmpty()
                && digits.length() < 10
                && digits.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '.')
                && !digits.equals(".")
                && digits.indexOf('.') == digits.lastIndexOf('.');
        if (!good) {
            throw new IllegalArgumentException("'" + written + "' has no factor such as x0.5");
        }
        return Double.parseDouble(digits);
    }

    private static int connections(List<String> words, String written) {
        String digits = String.join(" ", words);
        boolean good =
                !digits.isEmpty() && digits.length() < 6 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        int most = good ? Integer.parseInt(digits) : 0;
        if (most < 1) {
            throw new IllegalArgumentException(
                    "'" + written + "' has no number of connections; none at all is suspend");
        }
        return most;
    }
}
