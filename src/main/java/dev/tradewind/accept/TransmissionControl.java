package dev.tradewind.accept;

import dev.tradewind.account.Tenant;
import dev.tradewind.account.TenantScope;
import dev.tradewind.spool.StoreUnavailable;
import dev.tradewind.spool.Transmission;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Port: what can be seen of committed transmissions and how scheduled ones are called off. The engine is behind it. */
public interface TransmissionControl {
    /** Where a transmission is, in the words of the API (API facts §2.1). */
    enum State {
        SUBMITTED("submitted"),
        GENERATING("Generating"),
        SUCCESS("Success"),
        CANCELED("Canceled");

        private final String wireName;

        State(String wireName) {
            this.wireName = wireName;
        }

        /** The name in JSON. */
        public String wireName() {
            return wireName;
        }
    }

    /**
     * A transmission and how far it is.
     *
     * @param transmission    what was accepted
     * @param state           where it is
     * @param generated       recipients that have become messages
     * @param failed          recipients that ended in a generation failure or rejection
     * @param generationStart when generation began
     * @param generationEnd   when it ended
     */
    record Progress(
            Transmission transmission,
            State state,
            long generated,
            long failed,
            Optional<Instant> generationStart,
            Optional<Instant> generationEnd) {}

    /** How a call to cancel ended. */
    enum Cancellation {
        /** It will not be sent. */
        DONE,
        /** Generation has begun or is over, or it was cancelled before. */
        TOO_LATE,
        /** No such transmission in the scope. */
        UNKNOWN
    }

    /** One transmission of a scope, as long as it is kept. */
    Optional<Progress> find(TenantScope scope, long id);

    /** Transmissions of a scope that are scheduled or generating, newest first; of one campaign if that is given. */
    List<Progress> list(TenantScope scope, Optional<String> campaign);

    /** Cancels a scheduled transmission; durable when it returns. Its messages get their final events in the background. */
    Cancellation cancel(TenantScope scope, long id) throws StoreUnavailable;

    /**
     * Cancels what a tenant has scheduled for a campaign, all or nothing. Durable when it returns; each message gets its {@code bounce} event
     * {@code 554 5.7.1 [internal] Campaign cancelled} in the background.
     */
    void cancelCampaign(Tenant tenant, String campaign) throws StoreUnavailable;
}
