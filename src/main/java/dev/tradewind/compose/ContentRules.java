package dev.tradewind.compose;

import dev.tradewind.compose.Content.Attachment;
import dev.tradewind.compose.Content.Author;
import dev.tradewind.compose.Content.Field;
import dev.tradewind.mail.Domain;
import dev.tradewind.mail.Mailbox;
import dev.tradewind.mail.mime.Base64Lines;
import dev.tradewind.mail.mime.HeaderAddress;
import dev.tradewind.mail.mime.HeaderWriter;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The rules of the {@code content} of a transmission (API facts 2.1): everything that can be said without rendering it. Faults of the
 * template language, and of {@code email_rfc822}, are not among them: they show when a message is made, as a generation failure. Unknown
 * fields are ignored.
 */
public final class ContentRules {
    /** Octets of text, HTML, AMP, attachments and images together, as submitted. */
    public static final int MAX_OCTETS = 20 * 1024 * 1024;
    /** Octets of the name of an attachment or image. */
    public static final int MAX_NAME_OCTETS = 255;

    private static final Set<String> FORBIDDEN =
            Set.of("subject", "from", "to", "reply-to", "content-type", "content-transfer-encoding");

    private final List<ContentProblem> problems = new ArrayList<>();
    private long octets;

    private ContentRules() {}

    /** What came of the check. */
    public sealed interface Checked {
        /**
         * The content is good.
         *
         * @param fromDomain domain of the From field, whose owner must be the sender; empty if it shows only when a message is made, because
         *     it is substituted or stands in an {@code email_rfc822}
         */
        record Good(Content content, Optional<Domain> fromDomain) implements Checked {}

        /** It is not. At least one problem. */
        record Bad(List<ContentProblem> problems) implements Checked {
            /** Copies the list. */
            public Bad {
                problems = List.copyOf(problems);
            }
        }
    }

    /**
     * Checks the content of a transmission.
     *
     * @param content the value of {@code content}
     */
    public static Checked check(JsonNode content) {
        return new ContentRules().kind(content);
    }

    private Checked kind(JsonNode content) {
        if (!content.isObject()) {
            problems.add(
                    content.isNull() || content.isMissingNode()
                            ? ContentProblem.missing("content")
                            : ContentProblem.malformed("content", "must be an object"));
            return new Checked.Bad(problems);
        }
        for (String kind : List.of("template_id", "ab_test_id")) {
            if (isThere(content, kind)) {
                problems.add(ContentProblem.unknown(
                        "content." + kind,
                        "content." + kind + ": there are no stored "
                                + (kind.equals("template_id") ? "templates" : "A/B tests")
                                + " in this version; submit the content itself"));
                return new Checked.Bad(problems);
            }
        }
        Checked checked = isThere(content, "email_rfc822") ? rfc822(content) : inline(content);
        if (octets > MAX_OCTETS) {
            problems.add(ContentProblem.malformed(
                    "content", "has " + octets + " octets, limit " + MAX_OCTETS + "; send less or link to it"));
        }
        return problems.isEmpty() ? checked : new Checked.Bad(problems);
    }

    private Checked rfc822(JsonNode content) {
        for (String other : List.of(
                "from", "subject", "html", "text", "amp_html", "reply_to", "headers", "attachments", "inline_images")) {
            if (isThere(content, other)) {
                problems.add(ContentProblem.combination(
                        "content.email_rfc822",
                        "content.email_rfc822 is the whole message: content." + other + " cannot stand beside it"));
                break;
            }
        }
        String message = text(content, "email_rfc822", "content.email_rfc822").orElse("");
        if (message.isBlank()) {
            problems.add(ContentProblem.missing("content.email_rfc822"));
        }
        byte[] utf8 = message.getBytes(StandardCharsets.UTF_8);
        octets += utf8.length;
        return new Checked.Good(new Content.Rfc822(utf8), Optional.empty());
    }

    private Checked inline(JsonNode content) {
        Optional<Domain> domain = Optional.empty();
        Author author = author(content);
        if (author != null) {
            domain = fromDomain(author);
        }
        Optional<String> subject = text(content, "subject", "content.subject");
        if (!isThere(content, "subject")) {
            problems.add(ContentProblem.missing("content.subject"));
        }
        Optional<String> replyTo = text(content, "reply_to", "content.reply_to").filter(value -> !value.isBlank());
        replyTo.ifPresent(this::replyTo);
        Optional<String> text = body(content, "text");
        Optional<String> html = body(content, "html");
        Optional<String> amp = body(content, "amp_html");
        if (text.isEmpty()
                && html.isEmpty()
                && amp.isEmpty()
                && (isThere(content, "text") || isThere(content, "html"))) {
            text = Optional.of(""); // a mail that says nothing, but says so
        } else if (text.isEmpty() && html.isEmpty()) {
            problems.add(
                    amp.isPresent()
                            ? ContentProblem.combination(
                                    "content.amp_html", "content.amp_html needs content.html or content.text beside it")
                            : new ContentProblem(
                                    "content",
                                    422,
                                    "1400",
                                    "required field is missing",
                                    "at least one of content.text and content.html is required"));
        }
        List<Field> headers = headers(content.path("headers"));
        List<Attachment> images = attachments(content.path("inline_images"), "content.inline_images", true);
        List<Attachment> attachments = attachments(content.path("attachments"), "content.attachments", false);
        if (author == null) {
            return new Checked.Bad(problems.isEmpty() ? List.of(ContentProblem.missing("content.from")) : problems);
        }
        return new Checked.Good(
                new Content.Inline(author, replyTo, subject.orElse(""), text, html, amp, headers, images, attachments),
                domain);
    }

    @Nullable
    private Author author(JsonNode content) {
        JsonNode from = content.path("from");
        if (from.isObject()) {
            if (!isThere(from, "email")) {
                problems.add(ContentProblem.missing("content.from.email"));
                return null;
            }
            Optional<String> email = text(from, "email", "content.from.email");
            Optional<String> name = text(from, "name", "content.from.name");
            return email.map(address -> new Author(address.strip(), Optional.of(name.orElse(""))))
                    .orElse(null);
        }
        if (!isThere(content, "from")) {
            problems.add(ContentProblem.missing("content.from"));
            return null;
        }
        return text(content, "from", "content.from")
                .map(address -> new Author(address, Optional.empty()))
                .orElse(null);
    }

    /** The domain of the author if no template decides it. */
    private Optional<Domain> fromDomain(Author author) {
        String written = author.address();
        boolean object = author.name().isPresent();
        String field = object ? "content.from.email" : "content.from";
        if (!written.contains("{{")) {
            try {
                Mailbox mailbox = object ? Mailbox.parse(written) : only(written);
                return Optional.of(mailbox.domain());
            } catch (IllegalArgumentException e) {
                String bare = written.strip();
                problems.add(
                        bare.startsWith("@") || (!bare.isEmpty() && bare.indexOf('@') < 0)
                                ? ContentProblem.noLocalPart(field)
                                : ContentProblem.malformed(field, "is not an address: " + e.getMessage()));
                return Optional.empty();
            }
        }
        // {{user}}@example.com: the domain is known all the same
        int at = written.lastIndexOf('@');
        int end = written.endsWith(">") ? written.length() - 1 : written.length();
        if (at < 0 || at < written.lastIndexOf("}}")) {
            return Optional.empty();
        }
        try {
            return Optional.of(Domain.parse(written.substring(at + 1, end).strip()));
        } catch (IllegalArgumentException e) {
            problems.add(ContentProblem.malformed(field, "is not an address: " + e.getMessage()));
            return Optional.empty();
        }
    }

    private static Mailbox only(String written) {
        return switch (HeaderAddress.parseOne(written)) {
            case HeaderAddress.Parsed.Addresses(List<HeaderAddress> list) ->
                list.getFirst().mailbox();
            case HeaderAddress.Parsed.Refused(String reason, int offset) ->
                throw new IllegalArgumentException(reason + " (at character " + (offset + 1) + ')');
        };
    }

    private void replyTo(String written) {
        if (!written.contains("{{")
                && HeaderAddress.parseList(written) instanceof HeaderAddress.Parsed.Refused(String reason, int offset)
                && HeaderAddress.parseOne(written) instanceof HeaderAddress.Parsed.Refused) {
            problems.add(ContentProblem.malformed(
                    "content.reply_to", "is not an address: " + reason + " (at character " + (offset + 1) + ')'));
        }
    }

    private Optional<String> body(JsonNode content, String name) {
        Optional<String> body = text(content, name, "content." + name);
        body.ifPresent(text -> octets += utf8Length(text));
        return body.filter(text -> !text.isEmpty()); // an empty alternative would hide the other
    }

    private List<Field> headers(JsonNode headers) {
        List<Field> fields = new ArrayList<>();
        if (headers.isMissingNode() || headers.isNull()) {
            return fields;
        }
        if (!headers.isObject()) {
            problems.add(ContentProblem.malformed("content.headers", "must be an object of strings"));
            return fields;
        }
        Set<String> seen = new HashSet<>();
        for (Map.Entry<String, JsonNode> entry : headers.properties()) {
            String name = entry.getKey();
            String path = "content.headers." + name;
            if (!HeaderWriter.isFieldName(name)) {
                problems.add(ContentProblem.header(
                        "content.headers",
                        "has a name that is none: 1 to 76 printable ASCII characters without blank and colon are"));
            } else if (FORBIDDEN.contains(name.toLowerCase(Locale.ROOT))) {
                problems.add(
                        ContentProblem.header(path, "is not allowed in headers; it follows from the rest of content"));
            } else if (!seen.add(name.toLowerCase(Locale.ROOT))) {
                problems.add(ContentProblem.header(path, "is there twice"));
            } else if (!entry.getValue().isString()) {
                problems.add(ContentProblem.malformed(path, "must be a string"));
            } else {
                fields.add(new Field(name, entry.getValue().stringValue()));
            }
        }
        return fields;
    }

    private List<Attachment> attachments(JsonNode list, String path, boolean images) {
        List<Attachment> attachments = new ArrayList<>();
        if (list.isMissingNode() || list.isNull()) {
            return attachments;
        }
        if (!list.isArray()) {
            problems.add(ContentProblem.malformed(path, "must be an array"));
            return attachments;
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            String at = path + '[' + i + ']';
            JsonNode item = list.get(i);
            if (!item.isObject()) {
                problems.add(ContentProblem.malformed(at, "must be an object"));
                continue;
            }
            Optional<String> name = required(item, "name", at);
            Optional<String> type = required(item, "type", at);
            Optional<String> data = required(item, "data", at);
            if (name.isPresent() && utf8Length(name.get()) > MAX_NAME_OCTETS) {
                problems.add(ContentProblem.malformed(
                        at + ".name", "has " + utf8Length(name.get()) + " octets, limit " + MAX_NAME_OCTETS));
            }
            if (images && name.isPresent() && !names.add(name.get())) {
                problems.add(ContentProblem.malformed(
                        at + ".name", "is the name of another inline image too; names must be unique"));
            }
            if (type.isPresent() && !isMediaType(type.get())) {
                problems.add(
                        ContentProblem.malformed(at + ".type", "must be a media type such as image/png, in ASCII"));
            }
            if (data.isPresent()) {
                octets += data.get().length();
                int invalid = Base64Lines.firstInvalid(data.get());
                if (invalid >= 0) {
                    problems.add(ContentProblem.malformed(
                            at + ".data",
                            invalid == data.get().length()
                                    ? "is not base64: it is cut off or its padding is wrong"
                                    : "is not base64 at character " + (invalid + 1)));
                }
            }
            if (name.isPresent() && type.isPresent() && data.isPresent()) {
                attachments.add(new Attachment(name.get(), type.get(), data.get()));
            }
        }
        return attachments;
    }

    private Optional<String> required(JsonNode object, String name, String path) {
        String field = path + '.' + name;
        Optional<String> value = text(object, name, field);
        if (!isThere(object, name) || (value.isPresent() && value.get().isEmpty() && !name.equals("data"))) {
            problems.add(ContentProblem.missing(field));
            return Optional.empty();
        }
        return value;
    }

    private Optional<String> text(JsonNode object, String name, String path) {
        JsonNode value = object.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isString()) {
            problems.add(ContentProblem.malformed(path, "must be a string"));
            return Optional.empty();
        }
        return Optional.of(value.stringValue());
    }

    private static boolean isThere(JsonNode object, String name) {
        return object.hasNonNull(name);
    }

    /** Something, a slash, something; ASCII without controls. Parameters are the sender's business. */
    private static boolean isMediaType(String type) {
        int slash = type.indexOf('/');
        for (int i = 0; i < type.length(); i++) {
            char c = type.charAt(i);
            if (c < ' ' || c >= 0x7f) {
                return false;
            }
        }
        return slash > 0 && slash < type.length() - 1 && type.length() <= 255;
    }

    private static int utf8Length(String text) {
        int length = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                length += c >= 0x800 && !Character.isSurrogate(c) ? 2 : 1;
            }
        }
        return length;
    }
}
