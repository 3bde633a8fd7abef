package dev.tradewind.event;

import dev.tradewind.account.Tenant;
import dev.tradewind.mail.MessageId;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What every event of a message repeats (API facts §3.2, groups ID, MSG and TRK).
 *
 * @param id               the message
 * @param tenant           whose
 * @param recipient        forward-path as given
 * @param recipientDomain  its domain
 * @param kind             {@code rcpt_type}; empty for an ordinary recipient
 * @param tags             of the recipient
 * @param metadata         merged metadata, a JSON object in UTF-8; empty array if none
 * @param returnPath       reverse-path, empty for the null path
 * @param campaignId       empty if none
 * @param receivedBy       {@code recv_method}
 * @param scheduled        start time of a scheduled transmission
 * @param ipPool           pool
 * @param transactional    the sender's flag
 * @param openTracking     whether opens of this message are tracked, whatever was asked for
 * @param clickTracking    whether clicks of this message are tracked
 * @param initialOpen      whether it has a pixel at the top
 * @param friendlyFrom     address in From where there is no composed message to tell it; empty if unknown
 * @param composed         what only the composed message tells; empty where generation failed
 */
public record MessageFacts(
        MessageId id,
        Tenant tenant,
        String recipient,
        String recipientDomain,
        String kind,
        List<String> tags,
        byte[] metadata,
        String returnPath,
        String campaignId,
        String receivedBy,
        Optional<Instant> scheduled,
        String ipPool,
        boolean transactional,
        boolean openTracking,
        boolean clickTracking,
        boolean initialOpen,
        Optional<String> friendlyFrom,
        Optional<Composed> composed) {
    /**
     * Facts of the composed message.
     *
     * @param injected     when it was generated or received
     * @param subject      decoded Subject
     * @param friendlyFrom address in From
     * @param octets       size of the message without signature
     */
    public record Composed(Instant injected, String subject, String friendlyFrom, int octets) {}
}
