package dev.tradewind.classify;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads a file of bounce rules; says everything that is wrong with it. */
final class BounceRuleReader {
    private final List<BounceRule> rules = new ArrayList<>();
    private final List<BounceRule.Wrong> wrong = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private Optional<Draft> draft = Optional.empty();

    /** Behind a head that was wrong: what follows it belongs to no rule and is not worth more complaints. */
    private boolean skipping;

    private BounceRuleReader() {}

    /** The rules of a file, or what is wrong with it. */
    static BounceRule.Reading read(List<String> lines) {
        BounceRuleReader reader = new BounceRuleReader();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                reader.line(i + 1, line);
            }
        }
        reader.finish();
        reader.wrong.sort(Comparator.comparingInt(BounceRule.Wrong::line));
        return reader.wrong.isEmpty()
                ? new BounceRule.Reading.Rules(reader.rules)
                : new BounceRule.Reading.Refused(reader.wrong);
    }

    private void line(int number, String line) {
        try {
            if (line.startsWith("[")) {
                finish();
                skipping = true;
                draft = Optional.of(new Draft(number, name(line)));
                skipping = false;
            } else if (skipping) {
                return;
            } else if (draft.isEmpty()) {
                throw new IllegalArgumentException("stands before the first [name]");
            } else {
                draft.get().add(line);
            }
        } catch (IllegalArgumentException e) {
            wrong.add(new BounceRule.Wrong(number, String.valueOf(e.getMessage())));
        }
    }

    private String name(String line) {
        String name = line.length() > 2 ? line.substring(1, line.length() - 1) : "";
        boolean good = line.endsWith("]")
                && !name.isEmpty()
                && name.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-');
        if (!good) {
            throw new IllegalArgumentException("'" + line + "' is not a name such as [mailbox-full]: a-z, 0-9 and -");
        }
        if (!names.add(name)) {
            throw new IllegalArgumentException("there is a rule " + name + " already");
        }
        return name;
    }

    private void finish() {
        draft.ifPresent(done -> {
            try {
                rules.add(done.rule());
            } catch (IllegalArgumentException e) {
                wrong.add(new BounceRule.Wrong(done.line, String.valueOf(e.getMessage())));
            }
        });
        draft = Optional.empty();
    }

    /** A rule being read. */
    private static final class Draft {
        private final int line;
        private final String name;
        private Optional<BounceClass> bounceClass = Optional.empty();
        private Classification.Advice advice = Classification.Advice.AS_CODE;
        private final Set<String> providers = new HashSet<>();
        private final ReplyPattern.Builder pattern = new ReplyPattern.Builder();
        private final List<ReplySample> samples = new ArrayList<>();

        Draft(int line, String name) {
            this.line = line;
            this.name = name;
        }

        void add(String text) {
            if (text.startsWith("|")) {
                pattern.moreText(text.substring(1));
                return;
            }
            int space = text.indexOf(' ');
            String key = space < 0 ? text : text.substring(0, space);
            String value = space < 0 ? "" : text.substring(space + 1).strip();
            boolean flag = key.equals("later") || key.equals("never");
            if (value.isEmpty() != flag) {
                throw new IllegalArgumentException(
                        flag ? "'" + key + "' stands alone" : "'" + key + "' without a value");
            }
            switch (key) {
                case "class" -> bounceClass = Optional.of(bounceClass(value));
                case "later" -> advice = Classification.Advice.LATER;
                case "never" -> advice = Classification.Advice.NEVER;
                case "provider" -> providers.addAll(List.of(value.split("\\s+")));
                case "status" -> List.of(value.split("\\s+")).forEach(pattern::status);
                case "code" -> List.of(value.split("\\s+")).forEach(pattern::code);
                case "phase" -> List.of(value.split("\\s+")).forEach(pattern::phase);
                case "text" -> pattern.text(value);
                case "sample" -> samples.add(ReplySample.parse(value));
                default ->
                    throw new IllegalArgumentException(
                            "'" + key
                                    + "' is no word of rules: class, later, never, provider, status, code, phase, text, sample");
            }
        }

        private static BounceClass bounceClass(String value) {
            try {
                BounceClass found = BounceClass.ofCode(Integer.parseInt(value))
                        .orElseThrow(() -> new IllegalArgumentException("there is no class " + value));
                if (found.verdict() == BounceClass.Verdict.ADMIN) {
                    throw new IllegalArgumentException(
                            "class " + value + " is for our own decisions, no host can say it");
                }
                return found;
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("'" + value + "' is not the number of a class", e);
            }
        }

        BounceRule rule() {
            BounceClass decided =
                    bounceClass.orElseThrow(() -> new IllegalArgumentException("rule " + name + " has no class"));
            if (samples.isEmpty()) {
                throw new IllegalArgumentException("rule " + name + " has no sample that it decides");
            }
            ReplyPattern built = pattern.build();
            if (built.isEmpty()) {
                throw new IllegalArgumentException("rule " + name + " has no condition: status, code, phase or text");
            }
            return new BounceRule(name, new Classification(decided, name, advice), providers, built, samples);
        }
    }
}
