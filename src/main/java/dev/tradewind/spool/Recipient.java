package dev.tradewind.spool;

import dev.tradewind.mail.ForwardPath;
import dev.tradewind.mail.RecipientDsn;
import dev.tradewind.mail.ReversePath;

import java.util.List;
import java.util.Optional;

/**
 * One recipient of a transmission as it was accepted. With its transmission and content it is all that is needed to make the message.
 *
 * @param path             where to
 * @param name             display name for the To field; empty if none
 * @param headerTo         value for the To field instead of the address; empty if none
 * @param kind             what the recipient is to the message
 * @param metadata         JSON object in UTF-8, empty array if none
 * @param substitutionData JSON object in UTF-8, empty array if none
 * @param tags             at most 10
 * @param returnPath       own reverse-path instead of the transmission's
 * @param dsn              NOTIFY and ORCPT
 */
public record Recipient(
        ForwardPath path,
        String name,
        String headerTo,
        Kind kind,
        byte[] metadata,
        byte[] substitutionData,
        List<String> tags,
        Optional<ReversePath> returnPath,
        RecipientDsn dsn) {
    /** {@code rcpt_type} of events. */
    public enum Kind {
        TO,
        CC,
        BCC,
        ARCHIVE
    }

    private static final byte[] NOTHING = {};

    /** Stands for a recipient whose record is damaged: its message ends with a failure that says so. */
    public static final Recipient UNREADABLE = of(ForwardPath.parse("unreadable@record.invalid"));

    public Recipient {
        tags = List.copyOf(tags);
    }

    /** A recipient with nothing but an address. */
    public static Recipient of(ForwardPath path) {
        return new Recipient(path, "", "", Kind.TO, NOTHING, NOTHING, List.of(), Optional.empty(), RecipientDsn.NONE);
    }

    /** Does not show the data of the recipient. */
    @Override
    public String toString() {
        return "recipient " + path;
    }
}
