package dev.tradewind.accept.submission;

import dev.tradewind.account.Accounts;
import dev.tradewind.account.Authenticator;
import dev.tradewind.account.Grant;
import dev.tradewind.account.Principal;
import dev.tradewind.account.Tenant;
import dev.tradewind.event.Event;
import dev.tradewind.event.MessageEvents;
import dev.tradewind.event.MessageFacts;
import dev.tradewind.mail.Domain;
import dev.tradewind.mail.Envelope;
import dev.tradewind.mail.ForwardPath;
import dev.tradewind.mail.MessageId;
import dev.tradewind.mail.MessageOctets;
import dev.tradewind.mail.RecipientDsn;
import dev.tradewind.mail.ReversePath;
import dev.tradewind.mail.SmtpReply;
import dev.tradewind.mail.mime.EightBit;
import dev.tradewind.mail.mime.HeaderAddress;
import dev.tradewind.mail.mime.HeaderDate;
import dev.tradewind.mail.mime.HeaderEdit;
import dev.tradewind.mail.mime.HeaderWriter;
import dev.tradewind.mail.mime.SevenBitConversion;
import dev.tradewind.smtp.MailParameters;
import dev.tradewind.smtp.TextFacts;
import dev.tradewind.smtp.server.Peer;
import dev.tradewind.smtp.server.ReceivedMessage;
import dev.tradewind.smtp.server.SessionFacts;
import dev.tradewind.smtp.server.SmtpService;
import dev.tradewind.spool.ContentId;
import dev.tradewind.spool.Recipient;
import dev.tradewind.spool.Spool;
import dev.tradewind.spool.StoreUnavailable;
import dev.tradewind.spool.Transmission;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Submission with one client. Used by the thread of its session. */
final class Submission implements SmtpService.Conversation {
    private static final Logger LOG = LoggerFactory.getLogger(Submission.class);

    private static final String USER = "SMTP_Injection";
    private static final String SUBACCOUNT = "X-MSYS-SUBACCOUNT=";
    private static final byte[] NOTHING = {};

    private static final SmtpReply AUTHENTICATED = SmtpReply.of(235, "2.7.0 Authenticated");
    /** The same whatever was wrong: who guesses learns nothing. */
    private static final SmtpReply WRONG_CREDENTIALS = SmtpReply.of(
            535, "5.7.8 Authentication failed: the user is SMTP_Injection, the password an API key with smtp/inject");

    private static final SmtpReply SENDER_OK = SmtpReply.of(250, "2.1.0 Sender OK");
    private static final SmtpReply RECIPIENT_OK = SmtpReply.of(250, "2.1.5 Recipient OK");
    /** Bounce class of what our own policy refuses (API facts §4). */
    private static final int OWN_POLICY = 25;

    private static final SmtpReply AUTH_REQUIRED = SmtpReply.of(530, "5.7.0 Authentication required");

    private final SubmissionService service;
    private final Peer peer;
    private final boolean trusted;
    private @Nullable Principal principal;

    Submission(SubmissionService service, Peer peer, boolean trusted) {
        this.service = service;
        this.peer = peer;
        this.trusted = trusted;
        principal = trusted ? SubmissionService.TRUSTED : null;
    }

    @Override
    public boolean isTrusted() {
        return trusted;
    }

    @Override
    public boolean offersAuth() {
        return true;
    }

    @Override
    public SmtpReply authenticate(SmtpService.Credentials credentials) {
        int subaccount = subaccountOf(credentials.user());
        boolean named = credentials.authorization().isEmpty()
                || credentials.authorization().equals(credentials.user());
        if (subaccount == NO_SUCH_USER || !named) {
            authenticationFailed("no such user", "");
            return WRONG_CREDENTIALS;
        }
        return switch (service.needs.authenticator().authenticate(credentials.password(), peer.address())) {
            case Authenticator.Result.Authenticated(Principal owner) -> admit(owner, subaccount);
            case Authenticator.Result.Unknown unknown -> {
                authenticationFailed("no such key", "");
                yield WRONG_CREDENTIALS;
            }
            case Authenticator.Result.WrongAddress(String keyId) -> {
                authenticationFailed("the key may not be used from there", keyId);
                yield WRONG_CREDENTIALS;
            }
        };
    }

    private SmtpReply admit(Principal owner, int subaccount) {
        if (!owner.may(Grant.SMTP_INJECT)) {
            authenticationFailed("the key has no grant smtp/inject", owner.keyId());
            return WRONG_CREDENTIALS;
        }
        Tenant own = owner.tenant();
        Tenant named = new Tenant(own.account(), subaccount);
        if (subaccount > 0
                && own.subaccount() == 0
                && !service.needs.subaccounts().exists(named)) {
            authenticationFailed("there is no subaccount " + subaccount, owner.keyId());
            return WRONG_CREDENTIALS;
        }
        // the key of a subaccount always acts as its own (API facts §1.2)
        principal = subaccount > 0 && own.subaccount() == 0 ? owner.as(named) : owner;
        return AUTHENTICATED;
    }

    private void authenticationFailed(String why, String keyId) {
        LOG.atInfo()
                .addKeyValue("client", peer.address().getHostAddress())
                .addKeyValue("key", keyId)
                .addKeyValue("why", why)
                .log("authentication failed");
    }

    private static final int NO_SUCH_USER = -1;

    /** {@code SMTP_Injection} is 0, {@code SMTP_Injection:X-MSYS-SUBACCOUNT=123} is 123, anything else no user. */
    private static int subaccountOf(String user) {
        if (user.equals(USER)) {
            return 0;
        }
        String prefix = USER + ':' + SUBACCOUNT;
        if (!user.regionMatches(true, 0, prefix, 0, prefix.length())) {
            return NO_SUCH_USER;
        }
        String number = user.substring(prefix.length());
        if (number.isEmpty() || number.length() > 9) {
            return NO_SUCH_USER;
        }
        for (int i = 0; i < number.length(); i++) {
            if (number.charAt(i) < '0' || number.charAt(i) > '9') {
                return NO_SUCH_USER;
            }
        }
        return Integer.parseInt(number);
    }

    @Override
    public SmtpReply mail(SessionFacts session, ReversePath reversePath, MailParameters parameters) {
        Principal owner = principal;
        if (owner == null) {
            return AUTH_REQUIRED;
        }
        Accounts.Status status =
                service.needs.accounts().account(owner.tenant().account()).status();
        if (status != Accounts.Status.ACTIVE) {
            return SmtpReply.of(550, "5.7.1 The account is " + status.wireName());
        }
        try {
            service.needs.intake().requireOpen();
            return SENDER_OK;
        } catch (StoreUnavailable closed) {
            return unavailable(closed);
        }
    }

    @Override
    public SmtpReply recipient(Envelope.Recipient recipient) {
        return RECIPIENT_OK;
    }

    @Override
    public SmtpReply message(ReceivedMessage received) {
        Principal owner = principal;
        if (owner == null) {
            return AUTH_REQUIRED;
        }
        SubmittedHeader header;
        switch (SubmittedHeader.read(received.message(), received.parameters().smtpUtf8())) {
            case SubmittedHeader.Reading.Read(SubmittedHeader read) -> header = read;
            case SubmittedHeader.Reading.Refused(int code, String text) -> {
                return SmtpReply.of(code, text);
            }
        }
        MsysApi.Setting setting = service.setting(owner.tenant());
        MsysApi.Reading reading = header.api()
                .map(value -> MsysApi.read(value, setting))
                .orElseGet(() -> new MsysApi.Reading.Read(MsysApi.none(setting.account())));
        for (Domain from : header.fromDomains()) {
            Optional<String> objection = service.needs.senderPolicy().objection(owner.tenant(), from);
            if (objection.isPresent()) {
                SmtpReply refusal = SmtpReply.of(550, "5.7.1 " + objection.get());
                MsysApi said =
                        reading instanceof MsysApi.Reading.Read(MsysApi read) ? read : MsysApi.none(setting.account());
                recordRejection(received, header, said, owner, refusal);
                return refusal;
            }
        }
        MsysApi api;
        switch (reading) {
            case MsysApi.Reading.Read(MsysApi read) -> api = read;
            case MsysApi.Reading.Refused(String reason) -> {
                return SmtpReply.of(550, "5.6.0 " + reason);
            }
        }
        if (api.hasCopies() && !isOneAddress(header.to())) {
            return SmtpReply.of(
                    550, "5.6.0 With cc, bcc or archive in X-MSYS-API the To field holds exactly one address");
        }
        return commit(received, header, api, owner);
    }

    /** A {@code policy_rejection} event for each recipient. They get message ids, though there is no message. */
    private void recordRejection(
            ReceivedMessage received, SubmittedHeader header, MsysApi api, Principal owner, SmtpReply refusal) {
        Instant now = service.needs.intake().clock().instant().truncatedTo(ChronoUnit.MICROS);
        MessageEvents.Reason reason =
                new MessageEvents.Reason(refusal.code(), refusal.inOneLine(), OWN_POLICY, "internal/sender_policy");
        long number = service.needs.intake().nextNumber();
        List<Event> events = new ArrayList<>();
        for (Envelope.Recipient recipient : received.envelope().recipients()) {
            MessageFacts facts = new MessageFacts(
                    MessageId.of(number, events.size(), 0),
                    owner.tenant(),
                    recipient.path().address(),
                    recipient.path().mailbox().domain().name(),
                    "",
                    api.tags(),
                    api.metadata(),
                    received.envelope().reversePath().address(),
                    api.campaignId(),
                    Transmission.Method.SMTP.wireName(),
                    Optional.empty(),
                    api.options().pool(),
                    api.options().transactional(),
                    false,
                    false,
                    false,
                    Optional.of(header.friendlyFrom()),
                    Optional.empty());
            events.add(MessageEvents.policyRejection(
                    facts, now, reason, peer.address().getHostAddress()));
        }
        service.needs.intake().refused(events);
    }

    private static boolean isOneAddress(String to) {
        return HeaderAddress.parseList(to) instanceof HeaderAddress.Parsed.Addresses(List<HeaderAddress> list)
                && list.size() == 1;
    }

    private SmtpReply commit(ReceivedMessage received, SubmittedHeader header, MsysApi api, Principal owner) {
        Instant now = service.needs.intake().clock().instant();
        try (Spool.Staging staging = service.needs.intake().open()) {
            long id = staging.transmissionId();
            MessageOctets message = fixed(received, header, api, id, now);
            if (received.facts().longestLine() > SubmittedHeader.MAX_LINE
                    && EightBit.of(message).longLines()) {
                switch (SevenBitConversion.convert(message)) {
                    case SevenBitConversion.Result.Unchanged same -> {}
                    case SevenBitConversion.Result.Converted(MessageOctets converted) -> message = converted;
                    case SevenBitConversion.Result.Impossible(String reason) -> {
                        return longLine(received.facts(), reason);
                    }
                }
            }
            byte[] content = service.needs
                    .encoder()
                    .encode(message, received.parameters().smtpUtf8());
            for (Recipient recipient : recipients(received.envelope(), api)) {
                staging.add(recipient);
            }
            Transmission transmission = new Transmission(
                    id,
                    owner.tenant(),
                    Transmission.Method.SMTP,
                    now,
                    Optional.empty(),
                    ContentId.of(owner.tenant().account(), content),
                    content.length,
                    staging.size(),
                    0,
                    received.envelope().reversePath(),
                    api.campaignId(),
                    "",
                    api.metadata(),
                    NOTHING,
                    api.options(),
                    received.envelope().dsn(),
                    trusted
                            || service.needs
                                    .accounts()
                                    .account(owner.tenant().account())
                                    .options()
                                    .returnDsn(),
                    peer.address().getHostAddress(),
                    owner.keyId());
            service.needs.intake().commit(staging, transmission, content, Optional.empty());
            return SmtpReply.of(250, "2.0.0 OK: queued as " + id);
        } catch (StoreUnavailable closed) {
            return unavailable(closed);
        }
    }

    /** A body line over 998 octets (RFC 5322 §2.1.1) goes out encoded, or not at all. */
    private static SmtpReply longLine(TextFacts facts, String reason) {
        return SmtpReply.of(
                554,
                "5.6.3 Line " + facts.longestLineIs() + " of the message has " + facts.longestLine() + " octets, limit "
                        + SubmittedHeader.MAX_LINE + "; not encoded anew: " + reason);
    }

    private SmtpReply unavailable(StoreUnavailable closed) {
        LOG.atWarn()
                .addKeyValue("client", peer.address().getHostAddress())
                .addKeyValue("why", closed.getMessage())
                .log("mail deferred");
        return SmtpReply.of(
                452,
                "4.3.1 Cannot take mail now, try again in "
                        + Math.max(1, closed.retryAfter().toSeconds()) + " s");
    }

    /** What a submission server adds and removes (RFC 6409 §8, RFC 5321 §4.4). */
    private MessageOctets fixed(ReceivedMessage received, SubmittedHeader header, MsysApi api, long id, Instant now) {
        String wireId = Long.toString(id);
        HeaderEdit edit = HeaderEdit.of(received.message())
                .prepend(TraceField.of(
                        received.session(), received.parameters().smtpUtf8(), service.needs.hostname(), wireId, now));
        if (!header.hasDate()) {
            edit.append(ascii("Date: " + HeaderDate.format(now) + "\r\n"));
        }
        if (!header.hasMessageId()) {
            edit.append(ascii(
                    "Message-ID: <" + wireId + "@" + service.needs.hostname().name() + ">\r\n"));
        }
        if (header.hasHidden()) {
            edit.remove("Bcc").remove("Return-Path");
        }
        if (header.api().isPresent()) {
            edit.remove(MsysApi.FIELD);
            List<HeaderAddress> shown = shownCopies(header.cc(), api.cc());
            if (!shown.isEmpty()) {
                edit.replace("Cc", new HeaderWriter().addresses("Cc", shown).octets());
            }
        }
        return edit.apply();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The Cc field that all copies show: what it holds already and what X-MSYS-API adds; empty if it stays as it is. */
    private static List<HeaderAddress> shownCopies(String present, List<HeaderAddress> more) {
        Map<String, HeaderAddress> shown = new LinkedHashMap<>();
        if (HeaderAddress.parseList(present) instanceof HeaderAddress.Parsed.Addresses(List<HeaderAddress> list)) {
            for (HeaderAddress address : list) {
                shown.putIfAbsent(key(address.mailbox().toString()), address);
            }
        }
        int before = shown.size();
        for (HeaderAddress address : more) {
            shown.putIfAbsent(key(address.mailbox().toString()), address);
        }
        return shown.size() == before ? List.of() : new ArrayList<>(shown.values());
    }

    private static String key(String address) {
        return address.toLowerCase(Locale.ROOT);
    }

    /**
     * One recipient for each RCPT, in order, and one for each further address of X-MSYS-API; an address in several of its lists, or in
     * one and in RCPT, gets one copy, of the kind of the first list that has it.
     */
    private static List<Recipient> recipients(Envelope envelope, MsysApi api) {
        Map<String, Recipient.Kind> kinds = new HashMap<>();
        Map<String, HeaderAddress> copies = new LinkedHashMap<>();
        note(api.cc(), Recipient.Kind.CC, kinds, copies);
        note(api.bcc(), Recipient.Kind.BCC, kinds, copies);
        note(api.archive(), Recipient.Kind.ARCHIVE, kinds, copies);
        List<Recipient> recipients = new ArrayList<>(envelope.recipients().size() + copies.size());
        for (Envelope.Recipient recipient : envelope.recipients()) {
            String key = copies.isEmpty() ? "" : key(recipient.path().address());
            HeaderAddress copy = copies.remove(key);
            recipients.add(recipient(
                    recipient.path(),
                    copy == null ? "" : copy.displayName(),
                    copies.isEmpty() && copy == null ? Recipient.Kind.TO : kinds.getOrDefault(key, Recipient.Kind.TO),
                    api,
                    recipient.dsn()));
        }
        for (Map.Entry<String, HeaderAddress> copy : copies.entrySet()) {
            recipients.add(recipient(
                    new ForwardPath(copy.getValue().mailbox()),
                    copy.getValue().displayName(),
                    kinds.getOrDefault(copy.getKey(), Recipient.Kind.CC),
                    api,
                    RecipientDsn.NONE));
        }
        return recipients;
    }

    private static void note(
            List<HeaderAddress> addresses,
            Recipient.Kind kind,
            Map<String, Recipient.Kind> kinds,
            Map<String, HeaderAddress> copies) {
        for (HeaderAddress address : addresses) {
            String key = key(address.mailbox().toString());
            if (kinds.putIfAbsent(key, kind) == null) {
                copies.put(key, address);
            }
        }
    }

    private static Recipient recipient(
            ForwardPath path, String name, Recipient.Kind kind, MsysApi api, RecipientDsn dsn) {
        return new Recipient(path, name, "", kind, NOTHING, NOTHING, api.tags(), Optional.empty(), dsn);
    }
}
