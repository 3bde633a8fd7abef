package dev.tradewind.compose.template;

/**
 * A compiled template: immutable, rendered any number of times by any number of threads.
 *
 * <p>Limits of a source: {@value #MAX_SOURCE_LENGTH} characters, {@value #MAX_TAGS} tags, blocks nested
 * {@value #MAX_BLOCK_DEPTH} deep, expressions nested {@value #MAX_EXPRESSION_DEPTH} deep with {@value #MAX_TERMS} operands
 * and operators in one tag. Compiling takes time and memory in proportion to the source, and a stack that does not depend on
 * it.
 */
public final class Template {
    /** 5 MB, in UTF-16 units. */
    public static final int MAX_SOURCE_LENGTH = 5 * 1024 * 1024;

    public static final int MAX_TAGS = 100_000;
    public static final int MAX_BLOCK_DEPTH = 64;
    public static final int MAX_EXPRESSION_DEPTH = 64;
    public static final int MAX_TERMS = 500;

    /** Where a source comes from, which decides what it may include. */
    enum Kind {
        /** A part of a message: may include dynamic content and snippets. */
        CONTENT,
        /** A string of the transmission's dynamic_html, dynamic_plain or dynamic_amp_html: may include the same. */
        DYNAMIC_CONTENT,
        /** A stored snippet: may include nothing. */
        SNIPPET
    }

    private final TemplatePart part;
    private final Node.Block root;
    private final int sourceLength;
    private final int tags;
    private final boolean literal;

    private Template(TemplatePart part, Node.Block root, int sourceLength, int tags) {
        this.part = part;
        this.root = root;
        this.sourceLength = sourceLength;
        this.tags = tags;
        this.literal = tags == 0;
    }

    /**
     * Compiles the source of a part of a message.
     *
     * @throws TemplateSyntaxException if it is not a template, or exceeds a limit
     */
    public static Template compile(String source, TemplatePart part) throws TemplateSyntaxException {
        return compile(source, part, Kind.CONTENT);
    }

    /**
     * Compiles a part of a snippet, to check it when it is saved.
     *
     * @throws TemplateSyntaxException as {@link #compile}, and if it includes a snippet or dynamic content
     */
    public static Template compileSnippet(String source, TemplatePart part) throws TemplateSyntaxException {
        return compile(source, part, Kind.SNIPPET);
    }

    static Template compile(String source, TemplatePart part, Kind kind) throws TemplateSyntaxException {
        if (source.length() > MAX_SOURCE_LENGTH) {
            throw new TemplateSyntaxException(
                    part,
                    Position.START,
                    "the template has " + source.length() + " characters, limit " + MAX_SOURCE_LENGTH + "; shorten it");
        }
        Pieces pieces = Pieces.read(source, part, kind);
        WhiteSpace.apply(source, pieces.list());
        return new Template(part, TreeBuilder.build(source, part, pieces.list()), source.length(), pieces.tags());
    }

    /** Text that is rendered as it is, for content whose substitution is turned off: braces mean nothing in it. */
    public static Template literal(String source) {
        Node.Block root = new Node.Block(java.util.List.of(new Node.Text(source)), 1);
        return new Template(TemplatePart.TEXT, root, source.length(), 0);
    }

    /**
     * Appends what the template is for that message. Nothing is appended if it fails.
     *
     * @throws TemplateRenderException if the data does not fit the template, or a limit of the message is exceeded
     */
    public void render(RenderContext context, StringBuilder out) throws TemplateRenderException {
        int start = out.length();
        boolean done = false;
        try {
            new Rendering(context, part, out).block(root);
            done = true;
        } finally {
            if (!done) out.setLength(start);
        }
        context.countOutput(out.length() - start);
        if (part == TemplatePart.HEADER) HeaderText.makeOneLine(out, start);
    }

    /** Whether it renders to the same text for every message, because nothing in it is substituted. */
    public boolean isLiteral() {
        return literal;
    }

    public TemplatePart part() {
        return part;
    }

    /** The length of the source, in UTF-16 units. */
    public int sourceLength() {
        return sourceLength;
    }

    /** About how much memory the template holds, to bound a cache of templates. */
    public long retainedOctets() {
        return 128 + 2L * sourceLength + 192L * tags;
    }

    Node.Block root() {
        return root;
    }
}
