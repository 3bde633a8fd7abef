package dev.tradewind.classify;

import dev.tradewind.mail.EnhancedStatus;
import dev.tradewind.mail.SmtpReply;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

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

    /** Every sample of a rule is decided by that rule and no other, whether or not it is known who speaks. */
    @TestFactory
    Stream<DynamicTest> samples() {
        return Classifier.shippedRules().stream()
                .flatMap(rule -> rule.samples().stream()
                        .map(sample -> DynamicTest.dynamicTest(rule.name() + ": " + sample.line(), () -> {
                            assertThat(classifier
                                            .classify(sample.reply(), Speaker.unknown())
                                            .rule())
                                    .isEqualTo(rule.name());
                            assertThat(classifier
                                            .classify(sample.reply(), Speaker.of(rule.providers()))
                                            .rule())
                                    .isEqualTo(rule.name());
                        })));
    }

    @Test
    void thereAreSeveralHundredPatterns() {
        List<BounceRule> rules = Classifier.shippedRules();
        assertThat(rules).hasSizeGreaterThan(150);
        assertThat(rules.stream().mapToInt(rule -> rule.samples().size()).sum()).isGreaterThan(500);
        assertThat(rules.stream().mapToInt(rule -> rule.pattern().phraseCount()).sum())
                .isGreaterThan(1_000);
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
    void whatAnAddressIsCalledDoesNotCount() {
        assertThat(classifier
                        .classify(refused(Phase.RCPT, 550, "5.1.1 <virus.spam@spamhaus.example>: no such user"))
                        .bounceClass())
                .isEqualTo(BounceClass.INVALID_RECIPIENT);
    }

    @Test
    void sameWordsMeanAnotherThingAtAnotherProvider() {
        NormalReply reply = NormalReply.of(Phase.MAIL, SmtpReply.of(550, "SC-001 no"));
        assertThat(classifier
                        .classify(reply, Speaker.of(Set.of("microsoft-consumer")))
                        .rule())
                .isEqualTo("microsoft-content");
        assertThat(classifier.classify(reply, Speaker.unknown()).rule()).isEqualTo("microsoft-content");
        assertThat(classifier.classify(reply, Speaker.of(Set.of("google"))).rule())
                .isEqualTo("code-recipient-refused");
        assertThat(classifier.classify(reply, Speaker.ofNoProvider()).rule()).isEqualTo("code-recipient-refused");
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
    void noRuleEverSeesOurOwnWords() {
        List<Cause> own = List.of(
                new Cause.Unreachable(Phase.CONNECT, "connection timed out: user unknown, mailbox full, spam"),
                new Cause.Internal(Phase.ROUTE, new EnhancedStatus(5, 1, 2), "no such domain, blocked using spamhaus"),
                new Cause.Internal(
                        Phase.ROUTE,
                        new EnhancedStatus(5, 4, 7),
                        "message timeout (last transfail: 452 4.2.2 mailbox full)"),
                new Cause.Internal(Phase.CONTENT, new EnhancedStatus(4, 3, 0), "too many connections"));
        for (Cause cause : own) {
            assertThat(NormalReply.of(cause)).isEmpty();
            assertThat(NormalReply.ofLine(cause.inOneLine()))
                    .as(cause.inOneLine())
                    .isEmpty();
            assertThat(classifier.classify(cause).rule()).isEqualTo("internal");
            assertThat(classifier
                            .classifyLine(cause.inOneLine(), Speaker.unknown())
                            .rule())
                    .isEqualTo("internal");
        }
    }

    @Property(tries = 300)
    void noTextMakesOurOwnWordsARemoteHosts(@ForAll String reason, @ForAll @IntRange(max = 999) int detail) {
        Cause internal = new Cause.Internal(Phase.ROUTE, new EnhancedStatus(5, 1, detail), reason);
        assertThat(NormalReply.ofLine(internal.inOneLine())).isEmpty();
        assertThat(NormalReply.ofLine(new Cause.Unreachable(Phase.RCPT, reason).inOneLine()))
                .isEmpty();
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
        assertThat(classifier
                        .classify(refused(Phase.MAIL, 550, "Ip frequency limited [IP: 192.0.2.1]"))
                        .advice())
                .isEqualTo(Classification.Advice.LATER);
        assertThat(classifier
                        .classify(refused(Phase.RCPT, 550, "5.1.1 user unknown"))
                        .advice())
                .isEqualTo(Classification.Advice.AS_CODE);
    }

    @Test
    void repliesInReportsAreFoundWhereTheyAreQuoted() {
        assertThat(line("host mx.b.example[192.0.2.1] said: 550 5.1.1 <a@b.example>: User unknown (in reply to RCPT)"))
                .isEqualTo("status-recipient");
        assertThat(
                        line(
                                "5.1.0 - Unknown address error 550-'5.7.1 <a@b.example>... Access denied' (delivery attempts: 0)"))
                .isEqualTo("policy");
        assertThat(line("Remote server returned unknown recipient -> 452 4.2.2 mailbox full"))
                .isEqualTo("mailbox-full-text");
        assertThat(classifier
                        .classifyReported("something", new EnhancedStatus(5, 1, 1), Speaker.unknown())
                        .rule())
                .isEqualTo("status-recipient");
    }

    private String line(String text) {
        return classifier.classifyLine(text, Speaker.unknown()).rule();
    }

    @Property(tries = 500)
    void anyReplyGetsAClassAndAVerdict(
            @ForAll @IntRange(min = 400, max = 599) int code, @ForAll("texts") String text, @ForAll Phase phase) {
        Classification result = classifier.classify(refused(phase, code, text));
        assertThat(result.rule()).isNotEqualTo("none");
        assertThat(result.verdict())
                .isIn(
                        BounceClass.Verdict.HARD,
                        BounceClass.Verdict.SOFT,
                        BounceClass.Verdict.BLOCK,
                        BounceClass.Verdict.UNDETERMINED);
        if (code < 500 && result.advice() != Classification.Advice.NEVER) {
            assertThat(result.verdict()).isNotEqualTo(BounceClass.Verdict.HARD);
        }
        assertThat(classifier.classify(refused(phase, code, text))).isEqualTo(result);
    }

    /** Anything, and anything made of the words of the rules. */
    @Provide
    Arbitrary<String> texts() {
        List<String> said = Classifier.shippedRules().stream()
                .flatMap(rule -> rule.samples().stream())
                .flatMap(sample -> Stream.of(sample.line().split(" ")))
                .distinct()
                .toList();
        Arbitrary<String> made = Arbitraries.of(said).list().ofMaxSize(12).map(words -> String.join(" ", words));
        return Arbitraries.oneOf(Arbitraries.strings(), made);
    }

    @Property(tries = 200)
    void anyLineIsAnswered(@ForAll("texts") String line) {
        assertThat(classifier.classifyLine(line, Speaker.unknown()).rule()).isNotEmpty();
    }

    @Test
    void textsAreFoundWithoutCaseAndPunctuation() {
        assertThat(classifier.classifyLine("", Speaker.unknown()).bounceClass()).isEqualTo(BounceClass.UNDETERMINED);
        assertThat(classifier.classifyLine("Mailbox-FULL!", Speaker.unknown()).bounceClass())
                .isEqualTo(BounceClass.MAILBOX_FULL);
    }
}
