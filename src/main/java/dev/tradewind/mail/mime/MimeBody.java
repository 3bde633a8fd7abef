package dev.tradewind.mail.mime;

import java.util.List;
import java.util.Optional;

/**
 * What a message says, before it is octets: at least one of text and HTML, parts that belong to it.
 *
 * @param text         plain text
 * @param amp          AMP for email; only with text or HTML beside it
 * @param html         HTML
 * @param inlineImages shown inside the HTML by {@code cid:}
 * @param attachments  behind the text
 */
public record MimeBody(
        Optional<String> text,
        Optional<String> amp,
        Optional<String> html,
        List<EncodedPart> inlineImages,
        List<EncodedPart> attachments) {
    /** @throws IllegalArgumentException if there is neither text nor HTML */
    public MimeBody {
        if (text.isEmpty() && html.isEmpty()) {
            throw new IllegalArgumentException("a body without text and without HTML");
        }
        inlineImages = List.copyOf(inlineImages);
        attachments = List.copyOf(attachments);
    }

    /** Text and HTML alone. */
    public static MimeBody of(String text, String html) {
        return new MimeBody(Optional.of(text), Optional.empty(), Optional.of(html), List.of(), List.of());
    }
}
