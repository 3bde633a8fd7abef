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
import dev.tradewind.mail.mime.EightBit;
import dev.tradewind.route.Host;
import dev.tradewind.spool.ContentId;
import dev.tradewind.spool.Recipient;
import dev.tradewind.spool.SendOptions;
import dev.tradewind.spool.Spool;
import dev.tradewind.spool.StoreUnavailable;
import dev.tradewind.spool.Transmission;
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

    private static final MessageOctets UNKNOWN = new MessageOctets(NOTHING, 0);

    private final Intake intake;
    private final Spool spool;
    private final Domain hostname;

    DsnSender(Engine.Parts parts) {
        this.intake = parts.intake();
        this.spool = parts.spool();
        this.hostname = Domain.parse(parts.source().ehlo());
    }

    /**
     * What a notification tells of a message, whatever became of it.
     *
     * @param original the message, to be returned; empty if it is not known
     * @param smtpUtf8 whether it needed SMTPUTF8
     */
    private record Subject(Transmission transmission, Recipient recipient, MessageOctets original, boolean smtpUtf8) {
        ReversePath reversePath() {
            return recipient.returnPath().orElse(transmission.returnPath());
        }
    }

    /**
     * What happened to a message, for the notification.
     *
     * @param attempts earlier attempts
     */
    record Outcome(
            Action action,
            MessageId message,
            int attempts,
            Optional<Host> host,
            Optional<SmtpReply> reply,
            EnhancedStatus status,
            Optional<Instant> willRetryUntil,
            Instant at) {
        /** A message that will never be delivered. */
        static Outcome failed(
                MessageId message, int attempts, Optional<Host> host, MessageEvents.Reason reason, Instant at) {
            return new Outcome(
                    Action.FAILED,
                    message,
                    attempts,
                    host,
                    Optional.of(replyOf(reason)),
                    statusOf(reason, 5),
                    Optional.empty(),
                    at);
        }
    }

    /** Whether a submitter is to hear of an outcome. */
    static boolean wanted(Action action, Made.Message message) {
        return wanted(action, message.transmission(), message.recipient());
    }

    /** Whether a submitter is to hear of an outcome. */
    static boolean wanted(Action action, Transmission transmission, Recipient recipient) {
        return transmission.returnDsn()
                && DsnRule.wanted(
                        action,
                        recipient.dsn().notifyOn(),
                        recipient.returnPath().orElse(transmission.returnPath()));
    }

    /**
     * Sends the notification of an outcome for which {@link #wanted} is true.
     *
     * @throws StoreUnavailable if it cannot be made durable now
     */
    void send(Made.Message message, Outcome outcome) throws StoreUnavailable {
        send(new Subject(message.transmission(), message.recipient(), message.octets(), message.smtpUtf8()), outcome);
    }

    /**
     * Sends the notification about a message that was never made, or cannot be made any more; what was submitted is returned, as far as
     * it is there.
     *
     * @throws StoreUnavailable if it cannot be made durable now
     */
    void sendUnmade(Transmission transmission, Recipient recipient, Outcome outcome) throws StoreUnavailable {
        MessageOctets original = submitted(transmission);
        boolean smtpUtf8 = recipient.path().mailbox().needsSmtpUtf8()
                || EightBit.of(original).hasUtf8Headers();
        send(new Subject(transmission, recipient, original, smtpUtf8), outcome);
    }

    private MessageOctets submitted(Transmission transmission) {
        return spool.content(transmission.content())
                .map(stored -> ContentCodec.decode(stored)
                                instanceof ContentCodec.Decoded.Read(Content.Uploaded(MessageOctets message))
                        ? message
                        : UNKNOWN)
                .orElse(UNKNOWN);
    }

    private void send(Subject subject, Outcome outcome) throws StoreUnavailable {
        Mailbox to = subject.reversePath().mailbox().orElseThrow();
        Transmission told = subject.transmission();
        MessageId id = outcome.message();
        RecipientStatus status = new RecipientStatus(
                subject.recipient().path(),
                subject.recipient().dsn().orcpt(),
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
                id + "." + outcome.action().wireName() + "." + outcome.attempts(),
                told.accepted(),
                told.dsn(),
                subject.smtpUtf8(),
                List.of(status),
                subject.original());
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

    static SmtpReply replyOf(MessageEvents.Reason reason) {
        String raw = reason.rawReason();
        return SmtpReply.of(reason.errorCode(), raw.length() > 4 ? raw.substring(4) : raw);
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
