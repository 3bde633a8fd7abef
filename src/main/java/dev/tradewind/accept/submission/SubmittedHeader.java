package dev.tradewind.accept.submission;

import dev.tradewind.mail.Domain;
import dev.tradewind.mail.MessageOctets;
import dev.tradewind.mail.mime.HeaderAddress;
import dev.tradewind.mail.mime.HeaderSection;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a submission server wants to know of the header section of a message, in one walk over its fields.
 *
 * @param fromDomains  domains of the From field
 * @param friendlyFrom first address of the From field
 * @param hasDate      Date is there
 * @param hasMessageId Message-ID is there
 * @param hasHidden    Bcc or Return-Path is there, which must not be seen
 * @param api          value of X-MSYS-API, folding included
 * @param to           value of To, unfolded; empty if there is none
 * @param cc           value of Cc, unfolded; empty if there is none
 */
record SubmittedHeader(
        Set<Domain> fromDomains,
        String friendlyFrom,
        boolean hasDate,
        boolean hasMessageId,
        boolean hasHidden,
        Optional<byte[]> api,
        String to,
        String cc) {
    /** Octets of the header section. */
    static final int MAX_OCTETS = 256 * 1024;

    /** Octets of a line of a field without CRLF, RFC 5322 §2.1.1; X-MSYS-API, which goes no further, may be longer. */
    static final int MAX_LINE = 998;

    /** Received fields from which on a message is taken to run in circles; RFC 5321 §6.3 asks for 100 at least. */
    static final int MAX_RECEIVED = 100;

    /** What a look at the header section led to. */
    sealed interface Reading {
        record Read(SubmittedHeader header) implements Reading {}

        /** @param code reply code */
        record Refused(int code, String text) implements Reading {}
    }

    static Reading read(MessageOctets message, boolean smtpUtf8) {
        if (message.bodyOffset() > MAX_OCTETS) {
            return new Reading.Refused(
                    552, "5.3.4 The header section has " + message.bodyOffset() + " octets, limit " + MAX_OCTETS);
        }
        if (!smtpUtf8 && hasEightBit(message)) {
            return new Reading.Refused(
                    550, "5.6.9 The header section has 8-bit octets: encode them (RFC 2047) or say SMTPUTF8 at MAIL");
        }
        HeaderSection section = HeaderSection.of(message);
        HeaderSection.Field from = null;
        HeaderSection.Field api = null;
        List<String> to = new ArrayList<>(1);
        List<String> cc = new ArrayList<>(1);
        int received = 0;
        boolean date = false;
        boolean messageId = false;
        boolean hidden = false;
        for (int i = 0; i < section.size(); i++) {
            HeaderSection.Field field = section.field(i);
            if (field.endOffset() - field.startOffset() > MAX_LINE
                    && hasLongLine(message.octets(), field)
                    && !field.isNamed(MsysApi.FIELD)) {
                return new Reading.Refused(
                        550,
                        "5.6.0 Field " + (i + 1) + " of the header section has a line over " + MAX_LINE
                                + " octets (RFC 5322 section 2.1.1): fold it");
            }
            if (field.isNamed("Received")) {
                received++;
            } else if (field.isNamed("From")) {
                if (from != null) {
                    return new Reading.Refused(550, "5.6.0 The message has two From fields (RFC 5322 section 3.6)");
                }
                from = field;
            } else if (field.isNamed("To")) {
                to.add(field.unfolded());
            } else if (field.isNamed("Cc")) {
                cc.add(field.unfolded());
            } else if (field.isNamed("Date")) {
                date = true;
            } else if (field.isNamed("Message-ID")) {
                messageId = true;
            } else if (field.isNamed("Bcc") || field.isNamed("Return-Path")) {
                hidden = true;
            } else if (field.isNamed(MsysApi.FIELD)) {
                if (api != null) {
                    return new Reading.Refused(550, "5.6.0 The message has two X-MSYS-API fields");
                }
                api = field;
            } else if (field.isNamed("")) {
                return new Reading.Refused(
                        550, "5.6.0 Field " + (i + 1) + " of the header section has no name (RFC 5322 section 2.2)");
            }
        }
        if (received > MAX_RECEIVED) {
            return new Reading.Refused(
                    554, "5.4.6 Too many hops: " + received + " Received fields, limit " + MAX_RECEIVED);
        }
        if (from == null) {
            return new Reading.Refused(550, "5.6.0 The message has no From field (RFC 5322 section 3.6)");
        }
        if (!(HeaderAddress.parseList(from.unfolded())
                        instanceof HeaderAddress.Parsed.Addresses(List<HeaderAddress> authors))
                || authors.isEmpty()) {
            return new Reading.Refused(550, "5.6.0 The From field is not a list of addresses (RFC 5322 section 3.6.2)");
        }
        Set<Domain> domains = new LinkedHashSet<>(2);
        for (HeaderAddress author : authors) {
            domains.add(author.mailbox().domain());
        }
        Optional<byte[]> apiValue = api == null ? Optional.empty() : Optional.of(api.rawValue());
        return new Reading.Read(new SubmittedHeader(
                domains,
                authors.getFirst().mailbox().toString(),
                date,
                messageId,
                hidden,
                apiValue,
                String.join(", ", to),
                String.join(", ", cc)));
    }

    private static boolean hasLongLine(byte[] octets, HeaderSection.Field field) {
        int lineStart = field.startOffset();
        for (int i = lineStart; i < field.endOffset(); i++) {
            if (octets[i] == '\r') {
                if (i - lineStart > MAX_LINE) {
                    return true;
                }
                lineStart = i + 2;
            }
        }
        return false;
    }

    private static boolean hasEightBit(MessageOctets message) {
        byte[] octets = message.octets();
        int bits = 0;
        for (int i = 0; i < message.bodyOffset(); i++) {
            bits |= octets[i];
        }
        return bits < 0;
    }
}
