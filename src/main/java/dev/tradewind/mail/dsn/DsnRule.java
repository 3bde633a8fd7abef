package dev.tradewind.mail.dsn;

import dev.tradewind.mail.RecipientDsn;
import dev.tradewind.mail.ReversePath;

import java.util.Set;

/** When a delivery status notification is due (RFC 3461 §5.2, RFC 5321 §6.1). */
public final class DsnRule {
    private DsnRule() {}

    /**
     * Whether one is due for a recipient. Without NOTIFY failure is told and nothing else: RFC 3461 §4.1 leaves delay to the server, and
     * a warning nobody asked for is noise.
     *
     * @param outcome     what happened
     * @param notifyOn    NOTIFY of the recipient; empty if it was not given
     * @param reversePath where it would go: nothing ever goes to the null reverse-path
     */
    public static boolean wanted(Action outcome, Set<RecipientDsn.Notify> notifyOn, ReversePath reversePath) {
        if (reversePath.isNull() || notifyOn.contains(RecipientDsn.Notify.NEVER)) {
            return false;
        }
        return switch (outcome) {
            case FAILED -> notifyOn.isEmpty() || notifyOn.contains(RecipientDsn.Notify.FAILURE);
            case DELAYED -> notifyOn.contains(RecipientDsn.Notify.DELAY);
            case DELIVERED, RELAYED, EXPANDED -> notifyOn.contains(RecipientDsn.Notify.SUCCESS);
        };
    }
}
