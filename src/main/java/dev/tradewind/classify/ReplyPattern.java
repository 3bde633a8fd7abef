package dev.tradewind.classify;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A pattern of replies, in bounce rules and in reactions of shaping. Every condition that it has must hold.
 *
 * <p>A phrase is compared without case, accents and punctuation, in whole words. A {@code *} at the end of a word stands for the rest of it,
 * a {@code *} alone for any one word. A mailbox address is the word {@code addr}.
 */
public final class ReplyPattern {
    private final List<StatusPattern> statuses;
    private final List<String> codes;
    private final Set<Phase> phases;
    private final List<List<String>> texts;
    private final PhraseSet phrases;

    /** What it was built from, for messages and for a common set of phrases. */
    private final List<List<String>> written;

    private ReplyPattern(Builder from) {
        statuses = List.copyOf(from.statuses);
        codes = List.copyOf(from.codes);
        phases = Set.copyOf(from.phases);
        texts = List.copyOf(from.texts);
        written = List.copyOf(from.written);
        phrases = new PhraseSet(texts.stream().flatMap(List::stream).toList());
    }

    /** Whether it has no condition: it would match whatever is said. */
    public boolean isEmpty() {
        return statuses.isEmpty() && codes.isEmpty() && phases.isEmpty() && texts.isEmpty();
    }

    /** Number of phrases. */
    public int phraseCount() {
        return texts.stream().mapToInt(List::size).sum();
    }

    /** Phrases by group, in the form of {@link Wording#phrase}: of each group one must be there. */
    List<List<String>> texts() {
        return texts;
    }

    /** Whether a reply is one of them. */
    public boolean matches(NormalReply reply) {
        if (!matchesWithoutText(reply)) {
            return false;
        }
        if (texts.isEmpty()) {
            return true;
        }
        return hasOneOfEach(phrases.in(reply.words()), 0);
    }

    /** Whether everything but the texts holds. */
    boolean matchesWithoutText(NormalReply reply) {
        return matchesCode(reply.code()) && matchesStatus(reply) && matchesPhase(reply);
    }

    private boolean matchesCode(int code) {
        if (codes.isEmpty()) {
            return true;
        }
        String digits = Integer.toString(code);
        for (String one : codes) {
            if (digits.startsWith(one)) {
                return true;
            }
        }
        return false;
    }

    private boolean matchesStatus(NormalReply reply) {
        if (statuses.isEmpty()) {
            return true;
        }
        if (reply.status().isPresent()) {
            for (StatusPattern one : statuses) {
                if (one.matches(reply.status().get())) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean matchesPhase(NormalReply reply) {
        return phases.isEmpty()
                || (reply.phase().isPresent() && phases.contains(reply.phase().get()));
    }

    /** Whether the phrases found have one of each group, the first phrase of this pattern having the number {@code first}. */
    boolean hasOneOfEach(BitSet found, int first) {
        int from = first;
        for (List<String> group : texts) {
            int next = found.nextSetBit(from);
            if (next < 0 || next >= from + group.size()) {
                return false;
            }
            from += group.size();
        }
        return true;
    }

    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        if (!codes.isEmpty()) {
            parts.add("code "
                    + String.join(" ", codes.stream().map(ReplyPattern::shown).toList()));
        }
        if (!statuses.isEmpty()) {
            parts.add("status "
                    + String.join(
                            " ", statuses.stream().map(StatusPattern::toString).toList()));
        }
        if (!phases.isEmpty()) {
            parts.add("phase "
                    + String.join(" ", phases.stream().sorted().map(Phase::name).toList()));
        }
        for (List<String> group : written) {
            parts.add("text " + String.join(" | ", group));
        }
        return String.join("; ", parts);
    }

    private static String shown(String code) {
        return code.length() < 3 ? code + "*" : code;
    }

    /** Collects conditions; each refuses what cannot be meant with an {@link IllegalArgumentException}. */
    public static final class Builder {
        private final List<StatusPattern> statuses = new ArrayList<>();
        private final List<String> codes = new ArrayList<>();
        private final Set<Phase> phases = EnumSet.noneOf(Phase.class);
        private final List<List<String>> texts = new ArrayList<>();
        private final List<List<String>> written = new ArrayList<>();

        /** One of these status codes. */
        public Builder status(String one) {
            statuses.add(StatusPattern.parse(one));
            return this;
        }

        /** One of these reply codes: {@code 421}, or {@code 45*} for all that begin so. */
        public Builder code(String one) {
            boolean begins = one.endsWith("*");
            String digits = begins ? one.substring(0, one.length() - 1) : one;
            boolean good = digits.chars().allMatch(c -> c >= '0' && c <= '9')
                    && (begins ? digits.length() == 1 || digits.length() == 2 : digits.length() == 3)
                    && (digits.charAt(0) == '4' || digits.charAt(0) == '5');
            if (!good) {
                throw new IllegalArgumentException("'" + one + "' is not a reply code such as 421, 45* or 5*");
            }
            codes.add(digits);
            return this;
        }

        /** The answer to one of these. */
        public Builder phase(String one) {
            try {
                phases.add(Phase.valueOf(one.toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "'" + one + "' is not a phase; there are " + List.of(Phase.values()), e);
            }
            return this;
        }

        /** One of these phrases, {@code |} between them. A further group must hold as well. */
        public Builder text(String group) {
            texts.add(List.of());
            written.add(List.of());
            try {
                return moreText(group);
            } catch (IllegalArgumentException e) {
                texts.removeLast();
                written.removeLast();
                throw e;
            }
        }

        /** Or one of these: more phrases for the group begun last. */
        public Builder moreText(String group) {
            if (texts.isEmpty()) {
                throw new IllegalArgumentException("goes on with phrases, but none stand before it");
            }
            List<String> forms = new ArrayList<>(texts.getLast());
            List<String> shown = new ArrayList<>(written.getLast());
            for (String one : group.split("\\|", -1)) {
                forms.add(Wording.phrase(one));
                shown.add(one.strip());
            }
            texts.set(texts.size() - 1, List.copyOf(forms));
            written.set(written.size() - 1, List.copyOf(shown));
            return this;
        }

        /** The pattern. */
        public ReplyPattern build() {
            return new ReplyPattern(this);
        }
    }
}
