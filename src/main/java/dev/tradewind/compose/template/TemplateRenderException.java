package dev.tradewind.compose.template;

/**
 * A template could not be rendered with the data of one message: a value of the wrong type, an unknown snippet, a limit.
 * It is an expected outcome that ends the message (generation_failure) and may happen for every recipient of a
 * transmission, so it carries no stack trace.
 */
public final class TemplateRenderException extends Exception {
    private static final long serialVersionUID = 1;

    private final TemplatePart part;
    private final int line;
    private final int column;
    private final String problem;

    TemplateRenderException(TemplatePart part, Position at, String problem) {
        super(part.label() + ", " + at + ": " + problem, null, false, false);
        this.part = part;
        this.line = at.line();
        this.column = at.column();
        this.problem = problem;
    }

    public TemplatePart part() {
        return part;
    }

    /** The line of the tag that failed, from 1; for dynamic content and snippets, of the tag that called them. */
    public int line() {
        return line;
    }

    /** The column of the fault, from 1, in Unicode code points. */
    public int column() {
        return column;
    }

    /** The fault and its remedy without the place, which {@link #getMessage()} puts in front. */
    public String problem() {
        return problem;
    }
}
