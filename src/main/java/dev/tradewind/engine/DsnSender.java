package dev.tradewind.engine;

import dev.tradewind.accept.Intake;
import dev.tradewind.compose.Content;
import dev.tradewind.compose.ContentCodec;
import dev.tradewind.event.MessageEvents;
import dev.tradewind.mail.Domain;
import dev.tradewind.mail.EnhancedStatus;
import dev.tradewind.mail.ForwardPath;
import dev.tradewind.mail.Mailbox;
import dev.tradewind.mail.MessageDsn;
import dev.tradewind.mail.MessageId;
import dev.tradewind.mail.MessageOctets;
import dev.tradewind.mail.ReversePath;
import dev.tradewind.mail.SmtpReply;
import dev.tradewind.mail.dsn.Action;
import dev.tradewind.mail.dsn.DeliveryReport;
import dev.tradewind.mail.dsn.DsnRule;
import dev.tradewind.mail.dsn.DsnWriter;
import dev.tradewind.mail.dsn.RecipientStatus;
import dev.tradewind.route.Host;
import dev.tradewind.spool.ContentId;
import dev.tradewind.spool.Recipient;
import dev.tradewind.spool.SendOptions;
import dev.tradewind.spool.Spool;
import dev.tradewind.spool.StoreUnavailable;
import dev.tradewind.spool.Transmission;
import dev.tradewind.spool.Waiting;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Sends delivery status notifications (RFC 3464) to submitters that are to get them: a transmission of the product's own with the null
 * reverse-path, durable before the message it tells of is final. After a crash between the two it may be sent twice.
 */
final class DsnSender {
    private static final Logger LOG = LoggerFactory.getLogger(DsnSender.class);
    private static final byte[] NOTHING = {};

    private final Intake intake;
    private final Domain hostname;

    DsnSender(Intake intake, String hostname) {
        this.intake = intake;
        this.hostname = Domain.parse(hostname);
    }

    /** What happened to a message, for the notification. */
    record Outcome(
            Action action,
            Waiting waiting,
            Optional<Host> host,
            Optional<SmtpReply> reply,
            EnhancedStatus status,
            Optional<Instant> willRetryUntil,
            Instant at) {}

    /** Whether a submitter is to hear of an outcome. */
    static boolean wanted(Action action, Made.Message message) {
        return message.transmission().returnDsn()
                && DsnRule.wanted(action, message.recipient().dsn().notifyOn(), reversePath(message));
    }

    private static ReversePath reversePath(Made.Message message) {
        return message.recipient().returnPath().orElse(message.transmission().returnPath());
    }

    /**
     * Sends the notification of an outcome for which {@link #wanted} is true.
     *
     * @throws StoreUnavailable if it cannot be made durable now
     */
    void send(Made.Message message, Outcome outcome) throws StoreUnavailable {
        Mailbox to = reversePath(message).mailbox().orElseThrow();
        Transmission told = message.transmission();
        MessageId id = outcome.waiting().id();
        RecipientStatus status = new RecipientStatus(
                message.recipient().path(),
                message.recipient().dsn().orcpt(),
                outcome.action(),
                outcome.status(),
                outcome.host().map(Host::name),
                outcome.reply(),
                Optional.of(outcome.at()),
                outcome.willRetryUntil());
        DeliveryReport report = new DeliveryReport(
                hostname,
                to,
                outcome.at(),
                id + "." + outcome.action().wireName() + "." + outcome.waiting().attempts(),
                told.accepted(),
                told.dsn(),
                message.smtpUtf8(),
                List.of(status),
                message.octets());
        MessageOctets octets = DsnWriter.write(report);
        submit(told, to, octets);
        LOG.info("event=dsn_sent message={} action={}", id, outcome.action().wireName());
    }

    private void submit(Transmission told, Mailbox to, MessageOctets octets) throws StoreUnavailable {
        byte[] content = ContentCodec.encode(new Content.Uploaded(octets));
        try (Spool.Staging staging = intake.openForNotification()) {
            staging.add(Recipient.of(new ForwardPath(to)));
            Transmission report = new Transmission(
                    staging.transmissionId(),
                    told.tenant(),
                    Transmission.Method.INTERNAL,
                    intake.clock().instant(),
                    Optional.empty(),
                    ContentId.of(told.tenant().account(), content),
                    content.length,
                    1,
                    0,
                    ReversePath.NULL,
                    "",
                    "",
                    NOTHING,
                    NOTHING,
                    new SendOptions(
                            true,
                            false,
                            false,
                            false,
                            false,
                            true,
                            told.options().sandbox(),
                            told.options().ipPool(),
                            Optional.empty()),
                    MessageDsn.NONE,
                    false,
                    "",
                    "");
            intake.commit(staging, report, content, Optional.empty());
        }
    }

    /** Status of a reason: its own enhanced status code, else one that says no more than the reply code. */
    static EnhancedStatus statusOf(MessageEvents.Reason reason, int statusClass) {
        String raw = reason.rawReason();
        String text = raw.length() > 4 ? raw.substring(4) : "";
        return EnhancedStatus.leading(text, reason.errorCode())
                .filter(found -> found.statusClass() == statusClass)
                .orElse(new EnhancedStatus(statusClass, 0, 0));
    }
}
