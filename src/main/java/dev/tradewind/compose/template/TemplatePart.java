package dev.tradewind.compose.template;

/** The kind of text that a template makes; it decides how values are escaped. */
public enum TemplatePart {
    /** The {@code text/plain} body: values as they are. */
    TEXT("text"),
    /** The {@code text/html} body: values HTML-escaped within two braces. */
    HTML("html"),
    /** The {@code text/x-amp-html} body: as HTML, and amp-mustache templates in it keep their own tags. */
    AMP_HTML("amp_html"),
    /** The value of a header field (subject, from, reply_to, any other): values as they are, but never a line break. */
    HEADER("header");

    private final String label;

    TemplatePart(String label) {
        this.label = label;
    }

    /** The name of the part in error messages and in the API: {@code text}, {@code html}, {@code amp_html}, {@code header}. */
    public String label() {
        return label;
    }

    boolean isMarkup() {
        return this == HTML || this == AMP_HTML;
    }
}
