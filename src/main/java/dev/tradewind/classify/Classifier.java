package dev.tradewind.classify;

import dev.tradewind.mail.EnhancedStatus;
import dev.tradewind.mail.SmtpReply;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Says what a failure means: its bounce class and whether the reply code is to be believed. What the program itself decided is classified
 * by its status, without reading text; what a host said by the rules of {@code bounce-rules.txt}, the first that matches. Pure and
 * thread-safe; about 5 µs for a reply.
 *
 * <p>A failure that may pass is never of a hard class, whatever its text: greylisting hosts say "user unknown", too.
 */
public final class Classifier {
    private static final String RULES = "bounce-rules.txt";
    private static final String INTERNAL = "internal";
    private static final Classification NO_RULE =
            new Classification(BounceClass.UNDETERMINED, "none", Classification.Advice.AS_CODE);

    private final List<BounceRule> rules;

    /** The phrases of all rules, in their order, so that one pass over a text finds them all. */
    private final PhraseSet phrases;

    /** Number of the first phrase of each rule. */
    private final int[] firstPhrase;

    private Classifier(List<BounceRule> rules) {
        this.rules = rules;
        this.phrases = new PhraseSet(rules.stream()
                .flatMap(rule -> rule.pattern().texts().stream())
                .flatMap(List::stream)
                .toList());
        this.firstPhrase = new int[rules.size()];
        for (int i = 1; i < firstPhrase.length; i++) {
            firstPhrase[i] = firstPhrase[i - 1] + rules.get(i - 1).pattern().phraseCount();
        }
    }

    /** With the shipped rules. */
    public static Classifier shipped() {
        return new Classifier(shippedRules());
    }

    static List<BounceRule> shippedRules() {
        try (InputStream in = Classifier.class.getResourceAsStream(RULES)) {
            if (in == null) {
                throw new IllegalStateException(RULES + " is not in the program");
            }
            List<String> lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .toList();
            return switch (BounceRuleReader.read(lines)) {
                case BounceRule.Reading.Rules(List<BounceRule> read) -> read;
                case BounceRule.Reading.Refused(List<BounceRule.Wrong> wrong) ->
                    throw new IllegalStateException(RULES + ": " + wrong);
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Names of the rules, in the order in which they are tried. */
    public List<String> ruleNames() {
        return rules.stream().map(BounceRule::name).toList();
    }

    /** Providers that rules ask for: names of profiles. */
    public Set<String> providers() {
        Set<String> all = new TreeSet<>();
        rules.forEach(rule -> all.addAll(rule.providers()));
        return all;
    }

    /** What a cause means, whoever said it. */
    public Classification classify(Cause cause) {
        return classify(cause, Speaker.unknown());
    }

    /** What a cause means. */
    public Classification classify(Cause cause, Speaker speaker) {
        return switch (cause) {
            case Cause.Refused(Phase phase, SmtpReply reply) -> classify(NormalReply.of(phase, reply), speaker);
            case Cause.Unreachable _ -> internal(BounceClass.TRANSIENT_FAILURE);
            case Cause.Internal(Phase _, EnhancedStatus status, String _) -> internal(ofStatus(status));
        };
    }

    /** What a refusal means. */
    public Classification classify(NormalReply reply, Speaker speaker) {
        Classification result = firstOf(reply, speaker);
        boolean passes = result.advice() == Classification.Advice.LATER
                || (reply.isTransient() && result.advice() != Classification.Advice.NEVER);
        return passes && result.verdict() == BounceClass.Verdict.HARD
                ? new Classification(BounceClass.TRANSIENT_FAILURE, result.rule(), result.advice())
                : result;
    }

    /** What a line means that was written down, {@code 550 5.1.1 no such user}. */
    public Classification classifyLine(String line, Speaker speaker) {
        return NormalReply.ofLine(line)
                .map(reply -> classify(reply, speaker))
                .orElseGet(() -> internal(BounceClass.TRANSIENT_FAILURE));
    }

    /** What a line means that a report quotes, with the status that the report gives. */
    public Classification classifyReported(String line, EnhancedStatus status, Speaker speaker) {
        return NormalReply.ofLine(line)
                .map(reply -> classify(reply.orStatus(status), speaker))
                .orElseGet(() -> internal(ofStatus(status)));
    }

    private Classification firstOf(NormalReply reply, Speaker speaker) {
        BitSet found = phrases.in(reply.words());
        for (int i = 0; i < firstPhrase.length; i++) {
            BounceRule rule = rules.get(i);
            if (rule.pattern().hasOneOfEach(found, firstPhrase[i])
                    && rule.pattern().matchesWithoutText(reply)
                    && speaker.mayBe(rule.providers())) {
                return rule.result();
            }
        }
        return NO_RULE;
    }

    /**
     * What the bounce of an expired message means: what its last failure meant, if that was something in particular, else
     * {@link BounceClass#TIMEOUT}. Never hard.
     */
    public Classification expired(Optional<Cause> last) {
        return expired(last, Speaker.unknown());
    }

    /** The same, with who said it. */
    public Classification expired(Optional<Cause> last, Speaker speaker) {
        if (last.isPresent()) {
            Classification result = classify(last.get(), speaker);
            boolean particular = switch (result.bounceClass()) {
                case DNS_FAILURE,
                        MAILBOX_FULL,
                        TOO_LARGE,
                        MAIL_BLOCK,
                        SPAM_BLOCK,
                        SPAM_CONTENT,
                        PROHIBITED_ATTACHMENT,
                        RELAYING_DENIED,
                        CHALLENGE_RESPONSE -> true;
                default -> false;
            };
            if (particular) {
                return result;
            }
        }
        return internal(BounceClass.TIMEOUT);
    }

    /** What a decision of our own policy means: suppression, cancellation. */
    public Classification admin() {
        return internal(BounceClass.ADMIN_FAILURE);
    }

    private static BounceClass ofStatus(EnhancedStatus status) {
        return switch (status.subject() * 1000 + status.detail()) {
            case 1_010 -> BounceClass.INVALID_RECIPIENT; // null MX: nobody can ever get mail there
            case 1_002, 4_003, 4_004, 4_006 -> BounceClass.DNS_FAILURE;
            case 3_004, 2_003 -> BounceClass.TOO_LARGE;
            case 4_007 -> BounceClass.TIMEOUT;
            case 7_001 -> BounceClass.ADMIN_FAILURE;
            default -> status.statusClass() == 5 ? BounceClass.GENERIC_BOUNCE : BounceClass.TRANSIENT_FAILURE;
        };
    }

    private static Classification internal(BounceClass bounceClass) {
        return new Classification(bounceClass, INTERNAL, Classification.Advice.AS_CODE);
    }
}
