package dev.tradewind.compose;

import dev.tradewind.compose.CompiledContent.FieldTemplate;
import dev.tradewind.compose.CompiledContent.Form;
import dev.tradewind.compose.CompiledContent.Piece;
import dev.tradewind.compose.template.LinkAttributes;
import dev.tradewind.compose.template.RenderContext;
import dev.tradewind.compose.template.Template;
import dev.tradewind.compose.template.TemplatePart;
import dev.tradewind.compose.template.TemplateRenderException;
import dev.tradewind.mail.Domain;
import dev.tradewind.mail.Mailbox;
import dev.tradewind.mail.MessageOctets;
import dev.tradewind.mail.mime.EightBit;
import dev.tradewind.mail.mime.EncodedPart;
import dev.tradewind.mail.mime.HeaderAddress;
import dev.tradewind.mail.mime.HeaderDate;
import dev.tradewind.mail.mime.HeaderSection;
import dev.tradewind.mail.mime.HeaderWriter;
import dev.tradewind.mail.mime.MessageAssembler;
import dev.tradewind.mail.mime.MimeBody;
import dev.tradewind.mail.mime.MimeWriter;
import dev.tradewind.mail.mime.SevenBitConversion;

import java.util.List;
import java.util.Optional;

/**
 * Makes the message of one recipient. Pure: the same inputs give the same octets.
 *
 * <p>Of inline content: Date, From, To, Reply-To, Subject, Message-ID, the fields of {@code headers} (a Date or Message-ID among them counts
 * instead of ours), MIME. To is {@code "name" <address>}, or {@code header_to} as it is (in brackets behind a name). A field that renders
 * to nothing is left out. Click tracking does not exist yet, so its attributes are removed from texts.
 */
public final class Composer {
    private static final int HEADER_ROOM = 2048;

    private Composer() {}

    /** What came of it. */
    public sealed interface Composed {
        /**
         * A message, not signed yet.
         *
         * @param octets       the message
         * @param subject      decoded Subject
         * @param friendlyFrom first address in From
         * @param fromDomain   its domain
         * @param smtpUtf8     a header field, the recipient or the reverse-path has UTF-8: every hop must offer SMTPUTF8
         * @param eightBit     the body has octets above 127; never of inline content
         */
        record Message(
                MessageOctets octets,
                String subject,
                String friendlyFrom,
                Domain fromDomain,
                boolean smtpUtf8,
                boolean eightBit)
                implements Composed {}

        /**
         * There is none for this recipient: a generation failure.
         *
         * @param reason what is wrong, where, and what to do
         * @param part   {@code text}, {@code html}, {@code amp_html}, {@code Header:Subject}, {@code email_rfc822}, …
         * @param line   line in this part, from 1
         */
        record Failed(String reason, String part, int line) implements Composed {}
    }

    /** Ends the making of a message. */
    private static final class Failure extends Exception {
        private static final long serialVersionUID = 1;
        private final transient Composed.Failed failed;

        Failure(String reason, String part, int line) {
            super(reason, null, false, false);
            failed = new Composed.Failed(reason, part, line);
        }
    }

    /** Makes a message. */
    public static Composed compose(CompiledContent content, MessageData data, Pinned pinned) {
        try {
            return switch (content.form()) {
                case Form.Broken(Composed.Failed failure) -> failure;
                case Form.AsIs(MessageOctets message) -> identified(message, data);
                case Form.Parts parts -> new Making(content, data, pinned).message(parts);
                case Form.Pieces pieces -> new Making(content, data, pinned).message(pieces);
            };
        } catch (Failure failure) {
            return failure.failed;
        }
    }

    /** The address in From, for a recipient whose message could not be made; empty where that is what cannot be made. */
    public static Optional<String> author(CompiledContent content, MessageData data, Pinned pinned) {
        if (content.author().isEmpty()) {
            return Optional.empty();
        }
        try {
            String from =
                    new Making(content, data, pinned).header(content.author().get(), "From");
            return Optional.of(
                    addresses(from, "Header:From").getFirst().mailbox().toString());
        } catch (Failure notEvenThat) {
            return Optional.empty();
        }
    }

    /** A message of which only its octets are known. */
    private static Composed identified(MessageOctets message, MessageData data) throws Failure {
        HeaderSection header = HeaderSection.of(message);
        List<HeaderSection.Field> from = header.all("From");
        if (from.size() != 1) {
            throw new Failure(
                    "the message has " + from.size() + " From fields; it must have one (RFC 5322 section 3.6)",
                    "Header:From",
                    1);
        }
        Mailbox author =
                addresses(from.getFirst().unfolded(), "Header:From").getFirst().mailbox();
        EightBit eightBit = EightBit.of(message);
        return new Composed.Message(
                message,
                header.first("Subject").map(HeaderSection.Field::decoded).orElse(""),
                author.toString(),
                author.domain(),
                eightBit.hasUtf8Headers() || pathNeedsSmtpUtf8(data),
                eightBit.needs8bit());
    }

    private static boolean pathNeedsSmtpUtf8(MessageData data) {
        return data.recipient().needsSmtpUtf8()
                || (!data.returnPath().isNull()
                        && data.returnPath()
                                .mailbox()
                                .map(Mailbox::needsSmtpUtf8)
                                .orElse(false));
    }

    /** One address or more. */
    private static List<HeaderAddress> addresses(String written, String part) throws Failure {
        HeaderAddress.Parsed parsed = HeaderAddress.parseList(written);
        if (parsed instanceof HeaderAddress.Parsed.Addresses(List<HeaderAddress> list) && !list.isEmpty()) {
            return list;
        }
        return switch (HeaderAddress.parseOne(written)) {
            case HeaderAddress.Parsed.Addresses(List<HeaderAddress> list) -> list;
            case HeaderAddress.Parsed.Refused(String reason, int offset) ->
                throw new Failure(
                        part + ": not an address: " + reason + " (at character " + (offset + 1) + ')', part, 1);
        };
    }

    /** The making of one message. */
    private static final class Making {
        private final MessageData data;
        private final Pinned pinned;
        private final RenderContext context;
        private final StringBuilder scratch = new StringBuilder(1024);

        Making(CompiledContent content, MessageData data, Pinned pinned) {
            this.data = data;
            this.pinned = pinned;
            RenderContext.Builder builder = RenderContext.forRecipient(
                            data.recipient().toString())
                    .transmissionMetadata(data.layers().transmissionMetadata())
                    .transmissionSubstitutionData(data.layers().transmissionSubstitutionData())
                    .recipientMetadata(data.layers().recipientMetadata())
                    .recipientSubstitutionData(data.layers().recipientSubstitutionData())
                    .cache(content.cache());
            if (!data.name().isEmpty()) {
                builder.name(data.name());
            }
            if (!data.returnPath().isNull()) {
                builder.envFrom(data.returnPath().address())
                        .returnPath(data.returnPath().address());
            }
            context = builder.build();
        }

        Composed message(Form.Parts parts) throws Failure {
            HeaderAddress author = author(parts);
            String subject = header(parts.subject(), "Subject");
            Optional<String> replyTo = parts.replyTo().isPresent()
                    ? Optional.of(header(parts.replyTo().get(), "Reply-To")).filter(value -> !value.isEmpty())
                    : Optional.empty();
            MimeBody body = new MimeBody(
                    body(parts.text(), TemplatePart.TEXT),
                    body(parts.amp(), TemplatePart.AMP_HTML),
                    body(parts.html(), TemplatePart.HTML),
                    parts.inlineImages(),
                    parts.attachments());

            HeaderWriter header = new HeaderWriter(capacity(body));
            String date = HeaderDate.format(pinned.date());
            String messageId = pinned.messageId();
            String[] own = new String[parts.headers().size()];
            for (int i = 0; i < own.length; i++) {
                FieldTemplate field = parts.headers().get(i);
                own[i] = header(field.value(), field.name());
                if (field.name().equalsIgnoreCase("Date")) {
                    date = own[i].isEmpty() ? date : own[i];
                    own[i] = "";
                } else if (field.name().equalsIgnoreCase("Message-ID")) {
                    messageId = Pinned.isMessageId(own[i]) ? own[i] : messageId;
                    own[i] = "";
                } else if (field.name().equalsIgnoreCase("MIME-Version")) {
                    own[i] = ""; // ours says the same
                }
            }
            header.text("Date", date);
            header.addresses("From", List.of(author));
            to(header);
            if (replyTo.isPresent()) {
                header.addresses("Reply-To", addresses(replyTo.get(), "Header:Reply-To"));
            }
            header.text("Subject", subject);
            header.text("Message-ID", messageId);
            for (int i = 0; i < own.length; i++) {
                if (!own[i].isEmpty()) {
                    header.field(parts.headers().get(i).name(), own[i]);
                }
            }
            boolean smtpUtf8 = header.needsSmtpUtf8() || pathNeedsSmtpUtf8(data);
            MessageOctets message = MimeWriter.write(header, body, pinned.boundarySeed());
            Mailbox from = author.mailbox();
            return new Composed.Message(message, subject, from.toString(), from.domain(), smtpUtf8, false);
        }

        private HeaderAddress author(Form.Parts parts) throws Failure {
            String part = "Header:From";
            String address = header(parts.from(), "From");
            if (parts.fromName().isEmpty()) {
                List<HeaderAddress> authors = addresses(address, part);
                if (authors.size() > 1) {
                    throw new Failure("Header:From: " + authors.size() + " addresses; give one", part, 1);
                }
                return authors.getFirst();
            }
            String name = header(parts.fromName().get(), "From");
            try {
                return new HeaderAddress(name, Mailbox.parse(address));
            } catch (IllegalArgumentException e) {
                throw new Failure("Header:From: " + e.getMessage(), part, 1);
            }
        }

        private void to(HeaderWriter header) {
            if (data.headerTo().isBlank()) {
                header.addresses("To", List.of(new HeaderAddress(data.name(), data.recipient())));
            } else if (data.name().isEmpty()) {
                header.field("To", data.headerTo());
            } else {
                HeaderAddress.Parsed parsed = HeaderAddress.parseList(data.headerTo());
                if (parsed instanceof HeaderAddress.Parsed.Addresses(List<HeaderAddress> list) && list.size() == 1) {
                    header.addresses(
                            "To",
                            List.of(new HeaderAddress(
                                    data.name(), list.getFirst().mailbox())));
                } else {
                    // Nothing that could stand behind a name; it is what the sender wants to be seen.
                    header.field("To", data.headerTo());
                }
            }
        }

        private static int capacity(MimeBody body) {
            long capacity = HEADER_ROOM;
            capacity +=
                    body.text().map(text -> text.length() + text.length() / 4).orElse(0);
            capacity +=
                    body.html().map(text -> text.length() + text.length() / 4).orElse(0);
            capacity +=
                    body.amp().map(text -> text.length() + text.length() / 4).orElse(0);
            for (EncodedPart part : body.inlineImages()) {
                capacity += part.size() + 64;
            }
            for (EncodedPart part : body.attachments()) {
                capacity += part.size() + 64;
            }
            return (int) Math.min(capacity, 128 * 1024 * 1024);
        }

        Composed message(Form.Pieces pieces) throws Failure {
            MessageAssembler assembler = new MessageAssembler(pieces.octets() + HEADER_ROOM);
            for (Piece piece : pieces.pieces()) {
                switch (piece) {
                    case Piece.Octets(byte[] octets) -> assembler.octets(octets);
                    case Piece.Date() -> assembler.header().text("Date", HeaderDate.format(pinned.date()));
                    case Piece.MessageId() -> assembler.header().text("Message-ID", pinned.messageId());
                    case Piece.Field(FieldTemplate(String name, Template value)) -> {
                        String text = header(value, name);
                        if (!text.isEmpty()) {
                            assembler.header().field(name, text);
                        }
                    }
                    case Piece.Text(Template template, TemplatePart part, List<String> boundaries) ->
                        assembler.text(body(template, part), boundaries);
                }
            }
            MessageOctets message = assembler.message();
            if (SevenBitConversion.convert(message)
                    instanceof SevenBitConversion.Result.Converted(MessageOctets sevenBit)) {
                message = sevenBit;
            }
            return identified(message, data);
        }

        private String header(Template template, String name) throws Failure {
            return render(template, TemplatePart.HEADER, "Header:" + name).strip();
        }

        private String body(Template template, TemplatePart part) throws Failure {
            return render(template, part, part.label());
        }

        private Optional<String> body(Optional<Template> template, TemplatePart part) throws Failure {
            return template.isPresent() ? Optional.of(body(template.get(), part)) : Optional.empty();
        }

        private String render(Template template, TemplatePart part, String label) throws Failure {
            scratch.setLength(0);
            try {
                template.render(context, scratch);
            } catch (TemplateRenderException e) {
                throw new Failure(
                        label + ", line " + e.line() + ", column " + e.column() + ": " + e.problem(), label, e.line());
            }
            LinkAttributes.remove(scratch, 0, part);
            return scratch.toString();
        }
    }
}
