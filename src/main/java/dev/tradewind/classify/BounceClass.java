package dev.tradewind.classify;

import java.util.Locale;
import java.util.Optional;

/** Classes of bounces with their codes and categories on the wire (API facts §4). */
public enum BounceClass {
    UNDETERMINED(1, "Undetermined", Verdict.UNDETERMINED),
    INVALID_RECIPIENT(10, "Invalid Recipient", Verdict.HARD),
    SOFT_BOUNCE(20, "Soft Bounce", Verdict.SOFT),
    DNS_FAILURE(21, "DNS Failure", Verdict.SOFT),
    MAILBOX_FULL(22, "Mailbox Full", Verdict.SOFT),
    TOO_LARGE(23, "Too Large", Verdict.SOFT),
    TIMEOUT(24, "Timeout", Verdict.SOFT),
    ADMIN_FAILURE(25, "Admin Failure", Verdict.ADMIN),
    NO_RCPT(30, "Generic Bounce: No RCPT", Verdict.HARD),
    GENERIC_BOUNCE(40, "Generic Bounce", Verdict.SOFT),
    MAIL_BLOCK(50, "Mail Block", Verdict.BLOCK),
    SPAM_BLOCK(51, "Spam Block", Verdict.BLOCK),
    SPAM_CONTENT(52, "Spam Content", Verdict.BLOCK),
    PROHIBITED_ATTACHMENT(53, "Prohibited Attachment", Verdict.BLOCK),
    RELAYING_DENIED(54, "Relaying Denied", Verdict.BLOCK),
    AUTO_REPLY(60, "Auto-Reply", Verdict.SOFT),
    TRANSIENT_FAILURE(70, "Transient Failure", Verdict.SOFT),
    SUBSCRIBE(80, "Subscribe", Verdict.ADMIN),
    UNSUBSCRIBE(90, "Unsubscribe", Verdict.HARD),
    CHALLENGE_RESPONSE(100, "Challenge-Response", Verdict.SOFT);

    /** What a bounce says about its recipient. */
    public enum Verdict {
        /** The address is no good: do not send again. */
        HARD,
        /** Another message may get through. */
        SOFT,
        /** The sender, its address or its content is not wanted. */
        BLOCK,
        /** Decided here. */
        ADMIN,
        UNDETERMINED;

        /** {@code bounce_verdict} of events. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final int code;
    private final String title;
    private final Verdict verdict;

    BounceClass(int code, String title, Verdict verdict) {
        this.code = code;
        this.title = title;
        this.verdict = verdict;
    }

    /** {@code bounce_class} of events. */
    public int code() {
        return code;
    }

    /** Its name for people. */
    public String title() {
        return title;
    }

    /** Its category. */
    public Verdict verdict() {
        return verdict;
    }

    /** The class of a code, if there is one. */
    public static Optional<BounceClass> ofCode(int code) {
        for (BounceClass one : values()) {
            if (one.code == code) {
                return Optional.of(one);
            }
        }
        return Optional.empty();
    }
}
