package dev.tradewind.deliver;

import dev.tradewind.classify.Cause;
import dev.tradewind.classify.Classification;
import dev.tradewind.classify.Classifier;
import dev.tradewind.classify.Phase;
import dev.tradewind.classify.Speaker;
import dev.tradewind.mail.SmtpReply;

/** How one delivery attempt ended for one recipient. Every attempt ends in exactly one of these. */
public sealed interface AttemptResult {
    /** The next hop took responsibility for the message (RFC 5321 §6.1). */
    record Delivered(SmtpReply reply) implements AttemptResult {}

    /** Not delivered, worth another attempt; {@code scope} says what else has to wait. */
    record Deferred(Cause cause, Scope scope) implements AttemptResult {
        private static final int CLOSING = 421;

        /**
         * Whether the host ended the session (421, or a lost connection) before it took anything of the message: of a session that was
         * used before, this tells nothing about the message or the host, and another session may be opened for it at once.
         */
        public boolean endsTheSessionOnly() {
            return cause.phase() == Phase.MAIL
                    && switch (cause) {
                        case Cause.Refused(Phase _, SmtpReply reply) -> reply.code() == CLOSING;
                        case Cause.Unreachable _ -> true;
                        case Cause.Internal _ -> false;
                    };
        }
    }

    /** Not delivered and never will be. */
    record Failed(Cause cause) implements AttemptResult {}

    /** Connection lost after the last octet: another attempt may deliver a second copy (RFC 1047). */
    record Unknown(String lost) implements AttemptResult {}

    /** What a deferral is about. */
    enum Scope {
        RECIPIENT,
        MESSAGE,
        HOST,
        SITE
    }

    /**
     * This result with the exceptions from "the first digit decides" applied: replies that the bounce rules mark {@code later} or
     * {@code never}.
     */
    default AttemptResult settled(Classifier classifier, Speaker speaker) {
        return switch (this) {
            case Failed(Cause cause)
            when cause instanceof Cause.Refused
                    && classifier.classify(cause, speaker).advice() == Classification.Advice.LATER ->
                new Deferred(cause, Scope.SITE);
            case Deferred(Cause cause, Scope _)
            when cause instanceof Cause.Refused
                    && classifier.classify(cause, speaker).advice() == Classification.Advice.NEVER -> new Failed(cause);
            default -> this;
        };
    }
}
