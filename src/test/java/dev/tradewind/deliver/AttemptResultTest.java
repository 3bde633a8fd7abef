package dev.tradewind.deliver;

import dev.tradewind.classify.Cause;
import dev.tradewind.classify.Classifier;
import dev.tradewind.classify.Phase;
import dev.tradewind.classify.Speaker;
import dev.tradewind.mail.EnhancedStatus;
import dev.tradewind.mail.SmtpReply;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class AttemptResultTest {
    private final Classifier classifier = Classifier.shipped();

    private static Cause refused(Phase phase, String text) {
        return new Cause.Refused(phase, SmtpReply.of(550, text));
    }

    @Test
    void permanentRefusalsThatMeanWaitAreDeferred() {
        AttemptResult limited = new AttemptResult.Failed(refused(Phase.MAIL, "Ip frequency limited [IP: 192.0.2.1]"));
        assertThat(limited.settled(classifier, Speaker.unknown())).isInstanceOf(AttemptResult.Deferred.class);
    }

    @Test
    void othersStayAsTheyAre() {
        AttemptResult unknown = new AttemptResult.Failed(refused(Phase.RCPT, "5.1.1 user unknown"));
        assertThat(unknown.settled(classifier, Speaker.unknown())).isSameAs(unknown);
        AttemptResult ours = new AttemptResult.Failed(
                new Cause.Internal(Phase.ROUTE, new EnhancedStatus(5, 1, 2), "frequency limited"));
        assertThat(ours.settled(classifier, Speaker.unknown())).isSameAs(ours);
        AttemptResult done = new AttemptResult.Delivered(SmtpReply.of(250, "ok"));
        assertThat(done.settled(classifier, Speaker.unknown())).isSameAs(done);
    }
}
