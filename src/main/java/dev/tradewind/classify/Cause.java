package dev.tradewind.classify;

import dev.tradewind.mail.EnhancedStatus;
import dev.tradewind.mail.SmtpReply;

/** Why an attempt did not deliver. */
public sealed interface Cause {
    /** Where it happened. */
    Phase phase();

    /** The remote host said so. */
    record Refused(Phase phase, SmtpReply reply) implements Cause {}

    /** The connection failed, was lost before the final dot, or a time limit passed. */
    record Unreachable(Phase phase, String reason) implements Cause {}

    /** Decided here, without or before asking the remote host (no such domain, null MX, no 8BITMIME …). */
    record Internal(Phase phase, EnhancedStatus status, String reason) implements Cause {}

    /** In one line, as events quote it; our own words are marked {@code [internal]}. */
    default String inOneLine() {
        return switch (this) {
            case Refused refused -> refused.reply().inOneLine();
            case Unreachable lost -> "451 4.4.1 [internal] " + lost.reason();
            case Internal internal ->
                (internal.status().statusClass() == 5 ? "554 " : "454 ") + internal.status() + " [internal] "
                        + internal.reason();
        };
    }

    /** Reply code for {@code error_code}. */
    default int code() {
        return switch (this) {
            case Refused refused -> refused.reply().code();
            case Unreachable lost -> 451;
            case Internal internal -> internal.status().statusClass() == 5 ? 554 : 454;
        };
    }
}
