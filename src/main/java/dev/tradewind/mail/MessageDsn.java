package dev.tradewind.mail;

import java.util.Optional;

/**
 * What a submitter asked for a whole message by the MAIL parameters of RFC 3461.
 *
 * @param ret   RET (§4.3): how much of the message a failure DSN carries; empty if not given
 * @param envid ENVID (§4.4) in decoded form, at most 100 characters
 */
public record MessageDsn(Optional<Ret> ret, Optional<String> envid) {
    /** Nothing asked. */
    public static final MessageDsn NONE = new MessageDsn(Optional.empty(), Optional.empty());

    /** What to return. */
    public enum Ret {
        FULL,
        HDRS
    }
}
