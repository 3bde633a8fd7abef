package dev.tradewind.engine;

import dev.tradewind.classify.Cause;
import dev.tradewind.classify.Classification;
import dev.tradewind.classify.Classifier;
import dev.tradewind.classify.Phase;
import dev.tradewind.classify.Speaker;
import dev.tradewind.deliver.AttemptResult;
import dev.tradewind.deliver.RetrySchedule;
import dev.tradewind.event.MessageEvents;
import dev.tradewind.mail.SmtpReply;
import dev.tradewind.spool.Waiting;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Classification and retries as shipped. Thread-safe if the generator of chance is. */
public final class DeliveryPolicies implements Policies {
    /** The schedule puts a last attempt at the time of expiry: it may take so long to come about. */
    private static final Duration LAST_ATTEMPT = Duration.ofMinutes(5);

    private final Classifier classifier;
    private final RetrySchedule schedule;
    private final RandomGenerator random;

    /**
     * @param classifier knows replies
     * @param schedule   when to try again
     * @param random     varies the waits
     */
    public DeliveryPolicies(Classifier classifier, RetrySchedule schedule, RandomGenerator random) {
        this.classifier = classifier;
        this.schedule = schedule;
        this.random = random;
    }

    @Override
    public AttemptResult settle(AttemptResult result) {
        return result.settled(classifier, Speaker.unknown());
    }

    @Override
    public MessageEvents.Reason classify(Cause cause) {
        return reason(cause, classifier.classify(cause));
    }

    private static MessageEvents.Reason reason(Cause cause, Classification classification) {
        return new MessageEvents.Reason(
                cause.code(), cause.inOneLine(), classification.bounceClass().code(), classification.rule());
    }

    @Override
    public Optional<Instant> nextAttempt(Waiting waiting, Instant now) {
        return schedule.next(waiting.injected(), waiting.attempts() + 1, now, random);
    }

    @Override
    public boolean isExpired(Waiting waiting, Instant now) {
        return now.isAfter(schedule.expires(waiting.injected()).plus(LAST_ATTEMPT));
    }

    @Override
    public Instant expires(Waiting waiting) {
        return schedule.expires(waiting.injected());
    }

    @Override
    public MessageEvents.Reason expired(String lastReply) {
        Optional<Cause> last = causeOf(lastReply);
        Cause cause = RetrySchedule.expired(last);
        return reason(cause, classifier.expired(last));
    }

    /** The cause behind a reply that was kept in one line; empty for an empty line. */
    static Optional<Cause> causeOf(String line) {
        int space = line.indexOf(' ');
        if (space != 3) {
            return Optional.empty();
        }
        String text = line.substring(4);
        int internal = text.indexOf("[internal] ");
        if (internal >= 0) {
            return Optional.of(new Cause.Unreachable(Phase.CONNECT, text.substring(internal + 11)));
        }
        try {
            return Optional.of(
                    new Cause.Refused(Phase.END_OF_DATA, SmtpReply.of(Integer.parseInt(line.substring(0, 3)), text)));
        } catch (IllegalArgumentException notAReply) {
            return Optional.empty();
        }
    }
}
