package dev.tradewind.compose.template;

import java.util.Optional;

/**
 * A stored piece of content that templates include by {@code render_snippet(id)}; the source of each part it has.
 *
 * @param html    for HTML bodies
 * @param text    for plain text bodies
 * @param ampHtml for AMP bodies
 */
public record Snippet(Optional<String> html, Optional<String> text, Optional<String> ampHtml) {
    /** The source for a body of that part; empty if the snippet has none. A header field has no snippets. */
    Optional<String> source(TemplatePart part) {
        return switch (part) {
            case HTML -> html;
            case TEXT -> text;
            case AMP_HTML -> ampHtml;
            case HEADER -> Optional.empty();
        };
    }
}
