package dev.tradewind.compose.template;

/** A template's source was refused: what is wrong, where, and what to do about it. */
public final class TemplateSyntaxException extends Exception {
    private static final long serialVersionUID = 1;

    private final TemplatePart part;
    private final int line;
    private final int column;
    private final String problem;

    TemplateSyntaxException(TemplatePart part, Position at, String problem) {
        super(part.label() + ", " + at + ": " + problem);
        this.part = part;
        this.line = at.line();
        this.column = at.column();
        this.problem = problem;
    }

    public TemplatePart part() {
        return part;
    }

    /** The line of the fault, from 1. */
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
