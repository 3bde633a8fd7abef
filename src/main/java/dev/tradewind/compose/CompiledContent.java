package dev.tradewind.compose;

import dev.tradewind.compose.Composer.Composed;
import dev.tradewind.compose.Content.Attachment;
import dev.tradewind.compose.template.Template;
import dev.tradewind.compose.template.TemplateCache;
import dev.tradewind.compose.template.TemplatePart;
import dev.tradewind.compose.template.TemplateSyntaxException;
import dev.tradewind.mail.MessageOctets;
import dev.tradewind.mail.mime.EncodedPart;
import dev.tradewind.mail.mime.HeaderWriter;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Content made ready for many messages: templates compiled, attachments encoded, an uploaded message as it is. Immutable, for any number of
 * threads. Content that cannot be compiled is one too: every message of it is a generation failure.
 */
public final class CompiledContent {
    /** Compiled dynamic content that content keeps from message to message. */
    private static final long DYNAMIC_OCTETS = 512 * 1024;

    private final Form form;
    private final long octets;
    private final TemplateCache cache;
    private final Optional<Template> author;

    /** What content is once compiled. */
    sealed interface Form {
        /** From parts. */
        record Parts(
                Template from,
                Optional<Template> fromName,
                Optional<Template> replyTo,
                Template subject,
                Optional<Template> text,
                Optional<Template> html,
                Optional<Template> amp,
                List<FieldTemplate> headers,
                List<EncodedPart> inlineImages,
                List<EncodedPart> attachments)
                implements Form {}

        /** From a whole message. */
        record Pieces(List<Piece> pieces, int octets) implements Form {}

        /** Sent as it is. */
        record AsIs(MessageOctets message) implements Form {}

        /** Never sent. */
        record Broken(Composed.Failed failure) implements Form {}
    }

    /** A piece of an {@code email_rfc822}, in the order of the message. */
    sealed interface Piece {
        /** Copied. */
        record Octets(byte[] octets) implements Piece {}

        /** A header field. */
        record Field(FieldTemplate field) implements Piece {}

        /** Date, where the message has none. */
        record Date() implements Piece {}

        /** Message-ID, where the message has none. */
        record MessageId() implements Piece {}

        /** Content-Transfer-Encoding, empty line and text of a part, inside multiparts with these boundaries. */
        record Text(Template template, TemplatePart part, List<String> boundaries) implements Piece {}
    }

    /** A header field whose value is rendered. */
    record FieldTemplate(String name, Template value) {}

    /** Thrown to where content becomes {@link Form.Broken}. */
    static final class CannotCompile extends Exception {
        private static final long serialVersionUID = 1;
        private final transient Composed.Failed failure;

        CannotCompile(String reason, String part, int line) {
            super(reason, null, false, false);
            failure = new Composed.Failed(reason, part, line);
        }
    }

    private CompiledContent(Form form, Optional<Template> author, long octets, boolean dynamic) {
        this.form = form;
        this.author = author;
        this.octets = 512 + octets + (dynamic ? DYNAMIC_OCTETS : 0);
        cache = new TemplateCache(dynamic ? DYNAMIC_OCTETS : 0);
    }

    /**
     * Compiles content.
     *
     * @param performSubstitutions whether texts are templates; header fields always are (API facts 2.1), an uploaded message never is
     */
    public static CompiledContent compile(Content content, boolean performSubstitutions) {
        Compilation compilation = new Compilation(performSubstitutions);
        try {
            Form form = switch (content) {
                case Content.Inline inline -> compilation.parts(inline);
                case Content.Rfc822(byte[] octets) -> new Rfc822Compilation(octets, compilation).form();
                case Content.Uploaded(MessageOctets message) -> {
                    compilation.octets = message.size();
                    yield new Form.AsIs(message);
                }
            };
            return new CompiledContent(form, compilation.author, compilation.octets, compilation.dynamic);
        } catch (CannotCompile broken) {
            return new CompiledContent(new Form.Broken(broken.failure), compilation.author, 0, false);
        }
    }

    /** About how much memory it holds, for whoever caches it. */
    public long retainedOctets() {
        return octets;
    }

    Form form() {
        return form;
    }

    /** The From field, for saying whose mail could not be made; empty if it cannot be compiled, and for an uploaded message. */
    Optional<Template> author() {
        return author;
    }

    TemplateCache cache() {
        return cache;
    }

    /** Compiles and counts. */
    static final class Compilation {
        private final boolean performSubstitutions;
        private long octets;
        private boolean dynamic;
        private Optional<Template> author = Optional.empty();

        private Compilation(boolean performSubstitutions) {
            this.performSubstitutions = performSubstitutions;
        }

        private Form parts(Content.Inline inline) throws CannotCompile {
            Template from = author(inline.from().address());
            if (inline.text().isEmpty() && inline.html().isEmpty()) {
                throw new CannotCompile("the content has neither text nor html", "text", 1);
            }
            List<FieldTemplate> headers = new ArrayList<>();
            for (Content.Field field : inline.headers()) {
                if (!HeaderWriter.isFieldName(field.name())) {
                    throw new CannotCompile("a name in headers is no header field name", "headers", 1);
                }
                if (!isLeftOut(field.name())) {
                    headers.add(field(field.name(), field.value()));
                }
            }
            return new Form.Parts(
                    from,
                    inline.from().name().isPresent()
                            ? Optional.of(
                                    header("Header:From", inline.from().name().get()))
                            : Optional.empty(),
                    inline.replyTo().isPresent()
                            ? Optional.of(
                                    header("Header:Reply-To", inline.replyTo().get()))
                            : Optional.empty(),
                    header("Header:Subject", inline.subject()),
                    body(inline.text(), TemplatePart.TEXT),
                    body(inline.html(), TemplatePart.HTML),
                    body(inline.ampHtml(), TemplatePart.AMP_HTML),
                    headers,
                    encoded(inline.inlineImages(), true),
                    encoded(inline.attachments(), false));
        }

        /** Compiles the From field before anything else can fail. */
        Template author(String source) throws CannotCompile {
            Template from = header("Header:From", source);
            author = Optional.of(from);
            return from;
        }

        FieldTemplate field(String name, String value) throws CannotCompile {
            return new FieldTemplate(name, header("Header:" + name, value));
        }

        private Template header(String label, String source) throws CannotCompile {
            return compile(source, TemplatePart.HEADER, label);
        }

        private Optional<Template> body(Optional<String> source, TemplatePart part) throws CannotCompile {
            return source.isPresent() ? Optional.of(body(source.get(), part)) : Optional.empty();
        }

        Template body(String source, TemplatePart part) throws CannotCompile {
            if (performSubstitutions) {
                return compile(source, part, part.label());
            }
            Template literal = Template.literal(source);
            octets += literal.retainedOctets();
            return literal;
        }

        void count(int more) {
            octets += more;
        }

        private Template compile(String source, TemplatePart part, String label) throws CannotCompile {
            try {
                Template template = Template.compile(source, part);
                octets += template.retainedOctets();
                dynamic |= source.contains("render_");
                return template;
            } catch (TemplateSyntaxException e) {
                throw new CannotCompile(
                        label + ", line " + e.line() + ", column " + e.column() + ": " + e.problem(), label, e.line());
            }
        }

        private List<EncodedPart> encoded(List<Attachment> attachments, boolean images) throws CannotCompile {
            List<EncodedPart> parts = new ArrayList<>();
            for (Attachment attachment : attachments) {
                try {
                    EncodedPart part = images
                            ? EncodedPart.inlineImage(attachment.name(), attachment.type(), attachment.base64())
                            : EncodedPart.attachment(attachment.name(), attachment.type(), attachment.base64());
                    octets += part.size();
                    parts.add(part);
                } catch (IllegalArgumentException e) {
                    throw new CannotCompile(
                            String.valueOf(e.getMessage()), images ? "inline_images" : "attachments", 1);
                }
            }
            return parts;
        }
    }

    /** Fields that are for the door or for the recipient's host, and must not go out (RFC 5322 §3.6.3, RFC 5321 §4.4), and our own. */
    static boolean isLeftOut(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "bcc", "resent-bcc", "return-path", "x-msys-api", "content-length" -> true;
            default -> false;
        };
    }
}
