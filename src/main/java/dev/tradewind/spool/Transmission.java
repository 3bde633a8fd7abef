package dev.tradewind.spool;

import dev.tradewind.account.Tenant;
import dev.tradewind.mail.MessageDsn;
import dev.tradewind.mail.ReversePath;

import java.time.Instant;
import java.util.Optional;

/**
 * One submission, by REST or SMTP: what its messages share. Immutable once committed.
 *
 * @param id               its number, positive, time-ordered; shown in decimal
 * @param tenant           whose it is
 * @param method           how it came in
 * @param accepted         when the front door took it
 * @param startTime        when generation may begin; empty: at once
 * @param content          the stored content
 * @param contentOctets    its size
 * @param recipients       number of accepted recipients
 * @param rejected         number of refused recipients
 * @param returnPath       reverse-path of its messages, unless a recipient has its own
 * @param campaignId       empty if none; at most 64 octets
 * @param description      empty if none; at most 1024 octets
 * @param metadata         JSON object in UTF-8, empty array if none
 * @param substitutionData JSON object in UTF-8, empty array if none
 * @param options          how to send
 * @param dsn              RET and ENVID of a submission by SMTP
 * @param returnDsn        whether failure DSNs go to the reverse-path (RFC 3461), or events only
 * @param remoteAddress    address of the client that submitted it
 * @param keyId            public id of the API key; empty for a trusted network
 */
public record Transmission(
        long id,
        Tenant tenant,
        Method method,
        Instant accepted,
        Optional<Instant> startTime,
        ContentId content,
        int contentOctets,
        int recipients,
        int rejected,
        ReversePath returnPath,
        String campaignId,
        String description,
        byte[] metadata,
        byte[] substitutionData,
        SendOptions options,
        MessageDsn dsn,
        boolean returnDsn,
        String remoteAddress,
        String keyId) {
    /** How a transmission came in. */
    public enum Method {
        REST("rest"),
        SMTP("esmtp"),
        /** Made by the product itself: a DSN. */
        INTERNAL("internal");

        private final String wireName;

        Method(String wireName) {
            this.wireName = wireName;
        }

        /** {@code recv_method} in events. */
        public String wireName() {
            return wireName;
        }
    }

    /** The id as the API shows it. */
    public String wireId() {
        return Long.toString(id);
    }

    /** The same without metadata and substitution data, for keeping many. */
    public Transmission withoutData() {
        byte[] none = {};
        return new Transmission(
                id,
                tenant,
                method,
                accepted,
                startTime,
                content,
                contentOctets,
                recipients,
                rejected,
                returnPath,
                campaignId,
                description,
                none,
                none,
                options,
                dsn,
                returnDsn,
                remoteAddress,
                keyId);
    }

    @Override
    public String toString() {
        return "transmission " + id + " of " + tenant + ", " + recipients + " recipients";
    }
}
