package dev.tradewind.compose.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A source cut into text and parsed tags, in order; blocks are not matched yet. */
final class Pieces {
    sealed interface Piece {}

    /** Text; white space at its ends may be cut off by what stands beside it. */
    static final class Text implements Piece {
        final int start;
        final int end;
        int shownStart;
        int shownEnd;

        Text(int start, int end) {
            this.start = start;
            this.end = end;
            this.shownStart = start;
            this.shownEnd = end;
        }
    }

    /** A tag that renders something. */
    sealed interface Printed extends Piece {
        /** {@code {{expression}}}; {@code raw} if in three braces. */
        record Value(Expression expression, boolean raw, int terms, Position at) implements Printed {}

        /** Braces written by a macro. */
        record Braces(String text) implements Printed {}

        /** Dynamic content or a snippet. */
        record Inclusion(Node node, int terms) implements Printed {}
    }

    /** A tag that renders nothing itself. */
    sealed interface Statement extends Piece {
        Position at();

        record If(Expression condition, int terms, Position at) implements Statement {}

        record ElseIf(Expression condition, int terms, Position at) implements Statement {}

        record Else(Position at) implements Statement {}

        record Each(Expression array, int terms, Position at) implements Statement {}

        /** The {@code end} of a block; {@code joins}: text follows it on a line that it begins. */
        record End(boolean joins, Position at) implements Statement {}
    }

    private final String source;
    private final TemplatePart part;
    private final Template.Kind kind;
    private final Lexer lexer;
    private final ExpressionParser parser;
    private final List<Piece> list = new ArrayList<>();
    private int tags;

    private Pieces(String source, TemplatePart part, Template.Kind kind) {
        this.source = source;
        this.part = part;
        this.kind = kind;
        this.lexer = new Lexer(source, part);
        this.parser = new ExpressionParser(lexer);
    }

    static Pieces read(String source, TemplatePart part, Template.Kind kind) throws TemplateSyntaxException {
        Pieces pieces = new Pieces(source, part, kind);
        pieces.readAll();
        return pieces;
    }

    /** The pieces; {@link WhiteSpace} changes them. */
    List<Piece> list() {
        return list;
    }

    int tags() {
        return tags;
    }

    private void readAll() throws TemplateSyntaxException {
        AmpMustache mustache = part == TemplatePart.AMP_HTML ? AmpMustache.find(source) : AmpMustache.NONE;
        int text = 0;
        int at = 0;
        while (true) {
            int open = source.indexOf("{{", at);
            if (open < 0) break;
            boolean triple = source.startsWith("{{{", open);
            Optional<Integer> kept = mustache.endOfKept(source, open, triple);
            if (kept.isPresent()) {
                at = kept.get();
                continue;
            }
            if (open > text) list.add(new Text(text, open));
            Position position = lexer.positionOf(open);
            if (++tags > Template.MAX_TAGS) {
                throw lexer.error(
                        position, "more than " + Template.MAX_TAGS + " tags, the limit of a template; shorten it");
            }
            lexer.open(open, triple);
            parser.begin();
            list.add(tag(triple, position));
            at = text = lexer.end();
        }
        if (source.length() > text) list.add(new Text(text, source.length()));
    }

    private Piece tag(boolean triple, Position at) throws TemplateSyntaxException {
        if (lexer.kind() == Lexer.Kind.CLOSE)
            throw lexer.error(at, "an empty tag; write an expression between the braces");
        if (lexer.kind() == Lexer.Kind.KEYWORD) {
            switch (lexer.text()) {
                case "if", "elseif", "else", "end", "each" -> {
                    if (triple) {
                        throw lexer.error(at, "'" + lexer.text() + "' is written in two braces, not three");
                    }
                    return statement(lexer.text(), at);
                }
                default -> {}
            }
        }
        if (lexer.kind() == Lexer.Kind.NAME && lexer.isFollowedBy('(')) {
            Optional<Piece> macro = macro(at);
            if (macro.isPresent()) return macro.get();
        }
        Expression expression = parser.expression();
        close();
        return new Printed.Value(expression, triple, parser.terms(), at);
    }

    private Statement statement(String keyword, Position at) throws TemplateSyntaxException {
        parser.skip();
        Statement statement = switch (keyword) {
            case "if" -> new Statement.If(condition(), parser.terms(), at);
            case "elseif" -> new Statement.ElseIf(condition(), parser.terms(), at);
            case "each" -> new Statement.Each(parser.expression(), parser.terms(), at);
            case "else" -> {
                if (lexer.isKeyword("if")) throw lexer.error(at, "'else if' is written as one word: {{elseif …}}");
                yield new Statement.Else(at);
            }
            default -> new Statement.End(false, at);
        };
        close();
        return statement;
    }

    private Expression condition() throws TemplateSyntaxException {
        Expression condition = parser.expression();
        parser.skipKeyword("then");
        return condition;
    }

    private Optional<Piece> macro(Position at) throws TemplateSyntaxException {
        String name = lexer.text();
        if (ExpressionParser.CURLIES.containsKey(name)) {
            String braces = parser.curly();
            if (lexer.kind() != Lexer.Kind.CLOSE) {
                throw lexer.error(lexer.position(), name + "() is a tag of its own; found " + lexer.described());
            }
            return Optional.of(new Printed.Braces(braces));
        }
        boolean dynamic = name.equals(ExpressionParser.RENDER_DYNAMIC_CONTENT);
        if (!dynamic && !name.equals(ExpressionParser.RENDER_SNIPPET)) return Optional.empty();
        if (kind == Template.Kind.SNIPPET) throw lexer.error(at, "a snippet cannot use " + name + "()");
        if (!dynamic && part == TemplatePart.HEADER) {
            throw lexer.error(
                    at, "a header field cannot use render_snippet(); snippets are for html, text and amp_html");
        }
        parser.skip();
        Node node = dynamic
                ? new Node.DynamicContent(parser.dynamicContent(), at)
                : new Node.SnippetCall(parser.argument(), at);
        if (lexer.kind() != Lexer.Kind.CLOSE) {
            throw lexer.error(lexer.position(), name + "() is a tag of its own; found " + lexer.described());
        }
        return Optional.of(new Printed.Inclusion(node, parser.terms()));
    }

    private void close() throws TemplateSyntaxException {
        if (lexer.kind() == Lexer.Kind.CLOSE) return;
        throw lexer.error(lexer.position(), "expected an operator or the closing braces, found " + lexer.described());
    }
}
