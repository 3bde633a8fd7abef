package dev.tradewind.deliver;

import dev.tradewind.mail.EnhancedStatus;
import dev.tradewind.mail.SmtpReply;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

class ClassifierTest {
    private final Classifier classifier = Classifier.shipped();

    private static Cause.Refused refused(Phase phase, int code, String... lines) {
        return new Cause.Refused(phase, SmtpReply.of(code, lines));
    }

    /** Every sample of a rule is decided by that rule and no other. */
    @TestFactory
    Stream<DynamicTest> samples() {
        return Classifier.shippedRules().stream()
                .flatMap(rule -> rule.samples().stream()
                        .map(sample -> DynamicTest.dynamicTest(rule.name() + ": " + sample, () -> {
                            boolean rcpt = sample.startsWith("RCPT ");
                            String reply = rcpt ? sample.substring(5) : sample;
                            Cause cause = refused(
                                    rcpt ? Phase.RCPT : Phase.END_OF_DATA,
                                    Integer.parseInt(reply.substring(0, 3)),
                                    reply.substring(4));
                            assertThat(classifier.classify(cause).rule()).isEqualTo(rule.name());
                        })));
    }

    @Test
    void rulesHaveDistinctNamesAndSamples() {
        Set<String> names = new HashSet<>();
        List<BounceRule> rules = Classifier.shippedRules();
        assertThat(rules).hasSizeGreaterThan(70).allSatisfy(rule -> {
            assertThat(rule.samples()).as(rule.name()).isNotEmpty();
            assertThat(names.add(rule.name())).as(rule.name()).isTrue();
        });
    }

    @Test
    void whatMayPassIsNeverHard() {
        assertThat(classifier
                        .classify(refused(Phase.RCPT, 450, "4.1.1 User unknown"))
                        .bounceClass())
                .isEqualTo(BounceClass.TRANSIENT_FAILURE);
        assertThat(classifier
                        .classify(refused(Phase.RCPT, 550, "5.1.1 User unknown"))
                        .bounceClass())
                .isEqualTo(BounceClass.INVALID_RECIPIENT);
    }

    @Test
    void phrasesAreFoundAcrossLines() {
        assertThat(classifier
                        .classify(refused(
                                Phase.END_OF_DATA,
                                550,
                                "5.7.1 [192.0.2.1] Our system has detected that this message is",
                                "5.7.1 likely unsolicited mail."))
                        .bounceClass())
                .isEqualTo(BounceClass.SPAM_CONTENT);
    }

    @Test
    void ownDecisionsAreClassifiedByStatus() {
        assertThat(internal(5, 1, 2)).isEqualTo(BounceClass.DNS_FAILURE);
        assertThat(internal(5, 1, 10)).isEqualTo(BounceClass.INVALID_RECIPIENT);
        assertThat(internal(4, 4, 3)).isEqualTo(BounceClass.DNS_FAILURE);
        assertThat(internal(5, 3, 4)).isEqualTo(BounceClass.TOO_LARGE);
        assertThat(internal(5, 6, 7)).isEqualTo(BounceClass.GENERIC_BOUNCE);
        assertThat(classifier
                        .classify(new Cause.Unreachable(Phase.CONNECT, "spam"))
                        .bounceClass())
                .isEqualTo(BounceClass.TRANSIENT_FAILURE);
        assertThat(classifier.admin().bounceClass().code()).isEqualTo(25);
    }

    private BounceClass internal(int a, int b, int c) {
        return classifier
                .classify(new Cause.Internal(Phase.ROUTE, new EnhancedStatus(a, b, c), "user unknown"))
                .bounceClass();
    }

    @Test
    void expiryTakesTheClassOfTheLastFailure() {
        assertThat(classifier.expired(Optional.empty()).bounceClass()).isEqualTo(BounceClass.TIMEOUT);
        assertThat(classifier
                        .expired(Optional.of(refused(Phase.RCPT, 452, "4.2.2 over quota")))
                        .bounceClass())
                .isEqualTo(BounceClass.MAILBOX_FULL);
        assertThat(classifier
                        .expired(Optional.of(refused(Phase.RCPT, 450, "4.1.1 user unknown")))
                        .bounceClass())
                .isEqualTo(BounceClass.TIMEOUT);
        assertThat(classifier
                        .expired(Optional.of(new Cause.Unreachable(Phase.CONNECT, "x")))
                        .bounceClass())
                .isEqualTo(BounceClass.TIMEOUT);
    }

    @Test
    void someRepliesDoNotMeanWhatTheirCodeSays() {
        AttemptResult limited =
                new AttemptResult.Failed(refused(Phase.MAIL, 550, "Ip frequency limited [IP: 192.0.2.1]"));
        assertThat(classifier.settle(limited)).isInstanceOf(AttemptResult.Deferred.class);
        AttemptResult unknown = new AttemptResult.Failed(refused(Phase.RCPT, 550, "5.1.1 user unknown"));
        assertThat(classifier.settle(unknown)).isSameAs(unknown);
    }

    @Property(tries = 300)
    void anyReplyIsClassified(@ForAll @IntRange(min = 400, max = 599) int code, @ForAll String text) {
        Classification result = classifier.classify(refused(Phase.RCPT, code, text));
        assertThat(result.rule()).isNotEqualTo("none");
        if (code < 500) {
            assertThat(result.verdict()).isNotEqualTo(BounceClass.Verdict.HARD);
        }
    }

    @Test
    void textsAreFoundWithoutCaseAndPunctuation() {
        assertThat(classifier
                        .classify(0, Optional.empty(), Optional.empty(), "")
                        .bounceClass())
                .isEqualTo(BounceClass.UNDETERMINED);
        assertThat(classifier
                        .classify(0, Optional.empty(), Optional.empty(), "Mailbox-FULL!")
                        .bounceClass())
                .isEqualTo(BounceClass.MAILBOX_FULL);
    }
}
