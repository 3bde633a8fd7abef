package dev.tradewind.account;

import java.time.Instant;
import java.util.function.UnaryOperator;

/** Port: the settings of accounts. {@link #account} answers from memory: it is asked for every transmission. */
public interface Accounts {
    /** {@code status}. */
    enum Status {
        ACTIVE("active"),
        SUSPENDED("suspended"),
        TERMINATED("terminated");

        private final String wireName;

        Status(String wireName) {
            this.wireName = wireName;
        }

        /** The name in JSON. */
        public String wireName() {
            return wireName;
        }
    }

    /**
     * One account.
     *
     * @param id          its number, {@code customer_id}
     * @param companyName empty if none; at most 1024 octets
     * @param status      whether it may send
     * @param created     when it was made
     * @param updated     when it was changed last
     * @param options     defaults for its mail
     */
    record Account(
            int id, String companyName, Status status, Instant created, Instant updated, AccountOptions options) {}

    /**
     * Defaults for the mail of an account (API facts §2.21).
     *
     * @param smtpTrackingDefault      track opens and clicks of mail that comes by SMTP (recorded: tracking is not built yet)
     * @param restTrackingDefault      track opens and clicks of mail that comes by REST (recorded, too)
     * @param transactionalDefault     mail is transactional unless it says otherwise
     * @param initialOpenPixelTracking add the pixel at the top where opens are tracked
     * @param clickTracking            false: links are never wrapped, whatever a transmission says
     * @param returnDsn                send DSNs to the reverse-path of mail submitted by SMTP with a key (ours)
     */
    record AccountOptions(
            boolean smtpTrackingDefault,
            boolean restTrackingDefault,
            boolean transactionalDefault,
            boolean initialOpenPixelTracking,
            boolean clickTracking,
            boolean returnDsn) {
        /** Those of a new account. */
        public static final AccountOptions DEFAULT = new AccountOptions(false, true, false, true, true, false);
    }

    /** An account that some key belongs to. */
    Account account(int id);

    /** Changes name or options of an account; durable when it returns. The store sets {@code updated}. */
    Account update(int id, UnaryOperator<Account> change) throws ControlUnavailable;
}
