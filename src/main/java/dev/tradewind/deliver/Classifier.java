package dev.tradewind.deliver;

import dev.tradewind.mail.EnhancedStatus;
import dev.tradewind.mail.SmtpReply;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Says what a failure means: its bounce class and whether the reply code is to be believed. What the program itself decided is classified
 * by its status, without reading text; what a host said by the rules of {@code bounce-rules.txt}, the first that matches. Pure and
 * thread-safe; about 10 µs for a reply.
 *
 * <p>A failure that may pass is never of a hard class, whatever its text: greylisting hosts say "user unknown", too.
 */
public final class Classifier {
    private static final String RULES = "bounce-rules.txt";
    private static final String INTERNAL = "internal";

    private final List<BounceRule> rules;

    private Classifier(List<BounceRule> rules) {
        this.rules = rules;
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
            return BounceRule.parse(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a cause means. */
    public Classification classify(Cause cause) {
        return switch (cause) {
            case Cause.Refused(Phase phase, SmtpReply reply) -> {
                Classification result = classify(reply.code(), reply.enhanced(), Optional.of(phase), text(reply));
                boolean passes = reply.isTransient() || result.advice() == Classification.Advice.LATER;
                yield passes && result.verdict() == BounceClass.Verdict.HARD
                        ? new Classification(BounceClass.TRANSIENT_FAILURE, result.rule(), result.advice())
                        : result;
            }
            case Cause.Unreachable _ -> internal(BounceClass.TRANSIENT_FAILURE);
            case Cause.Internal(Phase _, EnhancedStatus status, String _) -> internal(ofStatus(status));
        };
    }

    /**
     * What a text of a host means, whoever reports it.
     *
     * @param code   reply code; 0 if not known
     * @param status enhanced status code
     * @param phase  command it answers, if known
     * @param text   the words, in one line
     */
    public Classification classify(int code, Optional<EnhancedStatus> status, Optional<Phase> phase, String text) {
        String written = Integer.toString(code);
        String searchable = BounceRule.searchable(text);
        for (BounceRule rule : rules) {
            if (rule.matches(written, status, phase, searchable)) {
                return rule.result();
            }
        }
        return new Classification(BounceClass.UNDETERMINED, "none", Classification.Advice.AS_CODE);
    }

    /**
     * What the bounce of an expired message means: what its last failure meant, if that was something in particular, else
     * {@link BounceClass#TIMEOUT}. Never hard.
     */
    public Classification expired(Optional<Cause> last) {
        if (last.isPresent()) {
            Classification result = classify(last.get());
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

    /**
     * A result with the documented exceptions from "the first digit decides" applied: replies that the rules mark {@code later} or
     * {@code never}.
     */
    public AttemptResult settle(AttemptResult result) {
        return switch (result) {
            case AttemptResult.Failed(Cause cause)
            when cause instanceof Cause.Refused && classify(cause).advice() == Classification.Advice.LATER ->
                new AttemptResult.Deferred(cause, AttemptResult.Scope.SITE);
            case AttemptResult.Deferred(Cause cause, AttemptResult.Scope _)
            when cause instanceof Cause.Refused && classify(cause).advice() == Classification.Advice.NEVER ->
                new AttemptResult.Failed(cause);
            default -> result;
        };
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

    /** The lines as one text; a status code that begins every line (RFC 2034) would tear phrases apart. */
    private static String text(SmtpReply reply) {
        List<String> lines = reply.lines();
        if (lines.size() == 1) {
            return lines.getFirst();
        }
        StringBuilder text = new StringBuilder(lines.getFirst());
        for (String line : lines.subList(1, lines.size())) {
            boolean status = EnhancedStatus.leading(line, reply.code()).isPresent();
            text.append(' ').append(status ? line.substring(line.indexOf(' ') + 1) : line);
        }
        return text.toString();
    }
}
