package dev.tradewind.deliver;

import dev.tradewind.mail.EnhancedStatus;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * One rule of {@code bounce-rules.txt}, whose head describes the language.
 *
 * @param name     unique
 * @param result   what it decides
 * @param statuses any of them; empty: any or none
 * @param codes    any of them; empty: any
 * @param phases   any of them; empty: any
 * @param texts    of each group one phrase, in the form of {@link #searchable}; empty: any text
 * @param samples  replies it must decide, for the tests
 */
record BounceRule(
        String name,
        Classification result,
        List<StatusPattern> statuses,
        List<String> codes,
        Set<Phase> phases,
        List<List<String>> texts,
        List<String> samples) {
    /** A pattern of enhanced status codes: from and to of each number, inclusive. */
    record StatusPattern(int[] from, int[] to) {
        static StatusPattern parse(String written) {
            String[] parts = written.split("\\.");
            if (parts.length != 3) {
                throw new IllegalArgumentException("status pattern " + written);
            }
            int[] from = new int[3];
            int[] to = new int[3];
            for (int i = 0; i < 3; i++) {
                int hyphen = parts[i].indexOf('-');
                if (parts[i].equals("x") || parts[i].equals("*")) {
                    to[i] = 999;
                } else if (hyphen > 0) {
                    from[i] = Integer.parseInt(parts[i].substring(0, hyphen));
                    to[i] = Integer.parseInt(parts[i].substring(hyphen + 1));
                } else {
                    from[i] = Integer.parseInt(parts[i]);
                    to[i] = from[i];
                }
            }
            return new StatusPattern(from, to);
        }

        boolean matches(EnhancedStatus status) {
            return from[0] <= status.statusClass()
                    && status.statusClass() <= to[0]
                    && from[1] <= status.subject()
                    && status.subject() <= to[1]
                    && from[2] <= status.detail()
                    && status.detail() <= to[2];
        }
    }

    /** Whether all conditions hold. */
    boolean matches(String code, Optional<EnhancedStatus> status, Optional<Phase> phase, String searchable) {
        return (codes.isEmpty() || codes.stream().anyMatch(code::startsWith))
                && (statuses.isEmpty()
                        || (status.isPresent() && statuses.stream().anyMatch(pattern -> pattern.matches(status.get()))))
                && (phases.isEmpty() || (phase.isPresent() && phases.contains(phase.get())))
                && texts.stream().allMatch(group -> contains(group, searchable));
    }

    private static boolean contains(List<String> phrases, String searchable) {
        for (String phrase : phrases) {
            if (searchable.contains(phrase)) {
                return true;
            }
        }
        return false;
    }

    /** Lower-case; each run of anything but letters and digits is one space; a space at both ends. */
    static String searchable(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2).append(' ');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isLetterOrDigit(c)) {
                out.append(Character.toLowerCase(c));
            } else if (out.charAt(out.length() - 1) != ' ') {
                out.append(' ');
            }
        }
        if (out.charAt(out.length() - 1) != ' ') {
            out.append(' ');
        }
        return out.toString();
    }

    private static String phrase(String written) {
        String text = written.strip();
        String phrase = searchable(text);
        if (phrase.isBlank()) {
            throw new IllegalArgumentException("an empty phrase");
        }
        return phrase.substring(text.startsWith("*") ? 1 : 0, phrase.length() - (text.endsWith("*") ? 1 : 0));
    }

    /**
     * Reads a file of rules.
     *
     * @throws IllegalArgumentException if it is none, with the line
     */
    static List<BounceRule> parse(List<String> lines) {
        List<BounceRule> rules = new ArrayList<>();
        Draft draft = null;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            try {
                if (line.startsWith("[")) {
                    if (draft != null) {
                        rules.add(draft.finish());
                    }
                    draft = new Draft(line.substring(1, line.length() - 1));
                } else if (draft == null) {
                    throw new IllegalArgumentException("no rule begun");
                } else {
                    draft.add(line);
                }
            } catch (RuntimeException e) {
                throw new IllegalArgumentException("bounce rules, line " + (i + 1) + ": " + line, e);
            }
        }
        if (draft != null) {
            rules.add(draft.finish());
        }
        return List.copyOf(rules);
    }

    private static final class Draft {
        private final String name;
        private Optional<BounceClass> bounceClass = Optional.empty();
        private Classification.Advice advice = Classification.Advice.AS_CODE;
        private final List<StatusPattern> statuses = new ArrayList<>();
        private final List<String> codes = new ArrayList<>();
        private final Set<Phase> phases = EnumSet.noneOf(Phase.class);
        private final List<List<String>> texts = new ArrayList<>();
        private final List<String> samples = new ArrayList<>();

        Draft(String name) {
            this.name = name;
        }

        void add(String line) {
            int space = line.indexOf(' ');
            String key = space < 0 ? line : line.substring(0, space);
            String value = space < 0 ? "" : line.substring(space + 1).strip();
            switch (key) {
                case "class" -> bounceClass = BounceClass.ofCode(Integer.parseInt(value));
                case "later" -> advice = Classification.Advice.LATER;
                case "never" -> advice = Classification.Advice.NEVER;
                case "status" -> {
                    for (String one : value.split(" ")) {
                        statuses.add(StatusPattern.parse(one));
                    }
                }
                case "code" -> {
                    for (String one : value.split(" ")) {
                        codes.add(one.replace("*", ""));
                    }
                }
                case "phase" -> {
                    for (String one : value.split(" ")) {
                        phases.add(Phase.valueOf(one.toUpperCase(Locale.ROOT)));
                    }
                }
                case "text" -> {
                    List<String> group = new ArrayList<>();
                    for (String one : value.split("\\|")) {
                        group.add(phrase(one));
                    }
                    texts.add(List.copyOf(group));
                }
                case "sample" -> samples.add(value);
                default -> throw new IllegalArgumentException("unknown word " + key);
            }
        }

        BounceRule finish() {
            if (bounceClass.isEmpty()) {
                throw new IllegalArgumentException("rule " + name + " has no class");
            }
            return new BounceRule(
                    name,
                    new Classification(bounceClass.get(), name, advice),
                    List.copyOf(statuses),
                    List.copyOf(codes),
                    Set.copyOf(phases),
                    List.copyOf(texts),
                    List.copyOf(samples));
        }
    }
}
