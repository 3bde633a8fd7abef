package dev.tradewind.api;

import dev.tradewind.mail.Domain;
import dev.tradewind.mail.Mailbox;
import tools.jackson.databind.node.ObjectNode;

import java.util.Optional;

/** INTERIM until mime is merged. */
final class RuledContent {
    private RuledContent() {}

    static ContentEncoder.Encoded encode(ObjectNode content) throws Refusal {
        if (!content.path("email_rfc822").isMissingNode()) {
            return new ContentEncoder.Encoded(Json.bytes(content), Optional.empty());
        }
        if (content.has("template_id")) {
            throw Refusal.of(422, 1603, "subresource not found", "template");
        }
        String from = content.path("from").isObject()
                ? content.path("from").path("email").stringValue("")
                : content.path("from").stringValue("");
        if (from.isEmpty()) {
            throw Refusal.missing("content.from");
        }
        Optional<Domain> domain = Optional.empty();
        try {
            domain = Optional.of(Mailbox.parse(from).domain());
        } catch (IllegalArgumentException e) {
            throw Refusal.format("content.from");
        }
        return new ContentEncoder.Encoded(Json.bytes(content), domain);
    }
}
