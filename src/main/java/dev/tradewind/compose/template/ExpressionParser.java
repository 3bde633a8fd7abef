package dev.tradewind.compose.template;

import dev.tradewind.compose.template.Expression.Comparison.Operator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.DecimalNode;
import tools.jackson.databind.node.LongNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.StringNode;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Recursive descent over the tokens of one tag. Precedence from low to high, as in Lua: {@code or}; {@code and};
 * {@code == != < > <= >=}; {@code ..} (to the right); {@code + -}; {@code * /}; {@code not # -}. Depth and number of terms
 * are counted, so that neither parsing nor evaluating overflows the stack.
 */
final class ExpressionParser {
    static final Map<String, String> CURLIES = Map.of(
            "opening_single_curly", "{",
            "closing_single_curly", "}",
            "opening_double_curly", "{{",
            "closing_double_curly", "}}",
            "opening_triple_curly", "{{{",
            "closing_triple_curly", "}}}");

    static final String RENDER_DYNAMIC_CONTENT = "render_dynamic_content";
    static final String RENDER_SNIPPET = "render_snippet";

    private static final String MACROS = "empty, " + RENDER_DYNAMIC_CONTENT + ", " + RENDER_SNIPPET
            + ", opening_single_curly, closing_single_curly and the same with double and triple";

    private final Lexer lexer;
    private int depth;
    private int terms;

    ExpressionParser(Lexer lexer) {
        this.lexer = lexer;
    }

    /** Starts a tag: its terms are counted anew. */
    void begin() {
        depth = 0;
        terms = 0;
    }

    /** Operands and operators of the tag so far: the steps that one evaluation takes at most. */
    int terms() {
        return terms;
    }

    /** Reads an expression up to the first token that does not belong to it. */
    Expression expression() throws TemplateSyntaxException {
        if (++depth > Template.MAX_EXPRESSION_DEPTH) {
            throw lexer.error(
                    lexer.position(),
                    "the expression is nested more than " + Template.MAX_EXPRESSION_DEPTH + " deep, the limit");
        }
        Expression first = and();
        if (lexer.isKeyword("or")) {
            List<Expression> operands = new ArrayList<>();
            operands.add(first);
            while (skipKeyword("or")) operands.add(and());
            first = new Expression.Or(operands);
        }
        depth--;
        return first;
    }

    private Expression and() throws TemplateSyntaxException {
        Expression first = comparison();
        if (!lexer.isKeyword("and")) return first;
        List<Expression> operands = new ArrayList<>();
        operands.add(first);
        while (skipKeyword("and")) operands.add(comparison());
        return new Expression.And(operands);
    }

    private Expression comparison() throws TemplateSyntaxException {
        Expression left = concatenation();
        while (true) {
            Optional<Operator> operator = comparisonOperator();
            if (operator.isEmpty()) return left;
            Position at = lexer.position();
            skip();
            left = new Expression.Comparison(operator.get(), left, concatenation(), at);
        }
    }

    private Optional<Operator> comparisonOperator() {
        if (lexer.kind() != Lexer.Kind.SYMBOL) return Optional.empty();
        return switch (lexer.text()) {
            case "==" -> Optional.of(Operator.EQUAL);
            case "!=" -> Optional.of(Operator.UNEQUAL);
            case "<" -> Optional.of(Operator.LESS);
            case ">" -> Optional.of(Operator.GREATER);
            case "<=" -> Optional.of(Operator.LESS_OR_EQUAL);
            case ">=" -> Optional.of(Operator.GREATER_OR_EQUAL);
            default -> Optional.empty();
        };
    }

    private Expression concatenation() throws TemplateSyntaxException {
        Expression first = sum();
        if (!lexer.isSymbol("..")) return first;
        Position at = lexer.position();
        List<Expression> operands = new ArrayList<>();
        operands.add(first);
        while (skipSymbol("..")) operands.add(sum());
        return new Expression.Concatenation(operands, at);
    }

    private Expression sum() throws TemplateSyntaxException {
        Expression left = product();
        while (lexer.isSymbol("+") || lexer.isSymbol("-")) {
            char operator = lexer.text().charAt(0);
            Position at = lexer.position();
            skip();
            left = new Expression.Arithmetic(operator, left, product(), at);
        }
        return left;
    }

    private Expression product() throws TemplateSyntaxException {
        Expression left = unary();
        while (lexer.isSymbol("*") || lexer.isSymbol("/")) {
            char operator = lexer.text().charAt(0);
            Position at = lexer.position();
            skip();
            left = new Expression.Arithmetic(operator, left, unary(), at);
        }
        return left;
    }

    /** Prefix operators are collected, not recursed into: a row of a thousand is refused by the number of terms. */
    private Expression unary() throws TemplateSyntaxException {
        record Prefix(String operator, Position at) {}
        List<Prefix> prefixes = new ArrayList<>(0);
        while (lexer.isKeyword("not") || lexer.isSymbol("-") || lexer.isSymbol("#")) {
            prefixes.add(new Prefix(lexer.text(), lexer.position()));
            skip();
        }
        Expression operand = primary();
        for (Prefix prefix : prefixes.reversed()) {
            operand = switch (prefix.operator) {
                case "not" -> new Expression.Not(operand);
                case "-" -> new Expression.Negation(operand, prefix.at);
                default -> new Expression.Length(operand, prefix.at);
            };
        }
        return operand;
    }

    private Expression primary() throws TemplateSyntaxException {
        String text = lexer.text();
        return switch (lexer.kind()) {
            case STRING -> constant(StringNode.valueOf(text));
            case NUMBER -> constant(number(text));
            case NAME -> lexer.isFollowedBy('(') ? macro(text) : path();
            case KEYWORD ->
                switch (text) {
                    case "true" -> constant(BooleanNode.TRUE);
                    case "false" -> constant(BooleanNode.FALSE);
                    case "nil" -> constant(NullNode.getInstance());
                    default -> throw misplacedKeyword(text, lexer.position());
                };
            case SYMBOL -> {
                if (!lexer.isSymbol("(")) throw expectedValue();
                yield argument();
            }
            case CLOSE -> throw expectedValue();
        };
    }

    private Expression constant(JsonNode value) throws TemplateSyntaxException {
        skip();
        return new Expression.Constant(value);
    }

    private static JsonNode number(String text) {
        return text.length() <= 18 && text.indexOf('.') < 0
                ? LongNode.valueOf(Long.parseLong(text))
                : DecimalNode.valueOf(new BigDecimal(text));
    }

    private TemplateSyntaxException expectedValue() {
        String hint = lexer.isSymbol("/") ? "; a block closes with {{end}}" : "";
        return lexer.error(lexer.position(), "expected a value, found " + lexer.described() + hint);
    }

    private TemplateSyntaxException misplacedKeyword(String keyword, Position at) {
        return lexer.error(
                at,
                switch (keyword) {
                    case "if", "each" ->
                        "'" + keyword + "' begins a tag of its own: {{" + keyword + " …}} … {{end}}, without #";
                    case "and", "or" -> "expected a value before '" + keyword + "'";
                    default ->
                        "'" + keyword + "' is a reserved word; a key of that name is written ['" + keyword + "']";
                });
    }

    /** A variable and the steps into it. */
    Expression.Path path() throws TemplateSyntaxException {
        String name = lexer.text();
        skip();
        List<Expression.Step> steps = new ArrayList<>(2);
        while (true) {
            if (skipSymbol(".")) {
                if (lexer.kind() == Lexer.Kind.KEYWORD) throw misplacedKeyword(lexer.text(), lexer.position());
                if (lexer.kind() != Lexer.Kind.NAME) {
                    throw lexer.error(
                            lexer.position(),
                            "expected a name after '.', found " + lexer.described()
                                    + "; other keys are written ['key']");
                }
                steps.add(new Expression.Step.Key(lexer.text()));
                skip();
            } else if (skipSymbol("[")) {
                Expression index = expression();
                expectSymbol("]");
                steps.add(
                        index instanceof Expression.Constant(JsonNode constant) && constant.isString()
                                ? new Expression.Step.Key(constant.stringValue())
                                : new Expression.Step.Computed(index));
            } else {
                return new Expression.Path(Expression.Root.of(name), name, steps);
            }
        }
    }

    private Expression macro(String name) throws TemplateSyntaxException {
        if (name.equals("empty")) {
            skip();
            return new Expression.Empty(argument());
        }
        boolean known = CURLIES.containsKey(name) || name.equals(RENDER_DYNAMIC_CONTENT) || name.equals(RENDER_SNIPPET);
        throw lexer.error(
                lexer.position(),
                known
                        ? name + "() is a tag of its own, not part of an expression"
                        : "there is no macro '" + name + "'; macros are " + MACROS);
    }

    /** Reads a braces macro; returns what it writes. */
    String curly() throws TemplateSyntaxException {
        String braces = CURLIES.getOrDefault(lexer.text(), "");
        skip();
        expectSymbol("(");
        expectSymbol(")");
        return braces;
    }

    /** Reads {@code (expression)}. */
    Expression argument() throws TemplateSyntaxException {
        expectSymbol("(");
        Expression argument = expression();
        expectSymbol(")");
        return argument;
    }

    /** Reads {@code (dynamic_html.key)}, or another of the three objects, as a path into the transmission's data. */
    Expression.Path dynamicContent() throws TemplateSyntaxException {
        expectSymbol("(");
        Position at = lexer.position();
        String name = lexer.kind() == Lexer.Kind.NAME ? lexer.text() : "";
        if (name.equals("dynamic_html") || name.equals("dynamic_plain") || name.equals("dynamic_amp_html")) {
            Expression.Path path = path();
            if (!path.steps().isEmpty()) {
                expectSymbol(")");
                return new Expression.Path(Expression.Root.TRANSMISSION, name, path.steps());
            }
        }
        throw lexer.error(
                at,
                RENDER_DYNAMIC_CONTENT
                        + "() takes a member of dynamic_html, dynamic_plain or dynamic_amp_html: dynamic_html.key or"
                        + " dynamic_html[key]");
    }

    boolean skipKeyword(String keyword) throws TemplateSyntaxException {
        if (!lexer.isKeyword(keyword)) return false;
        skip();
        return true;
    }

    private boolean skipSymbol(String symbol) throws TemplateSyntaxException {
        if (!lexer.isSymbol(symbol)) return false;
        skip();
        return true;
    }

    private void expectSymbol(String symbol) throws TemplateSyntaxException {
        if (!skipSymbol(symbol)) {
            throw lexer.error(lexer.position(), "expected '" + symbol + "', found " + lexer.described());
        }
    }

    /** Goes on to the next token, counting this one. */
    void skip() throws TemplateSyntaxException {
        if (++terms > Template.MAX_TERMS) {
            throw lexer.error(
                    lexer.position(), "more than " + Template.MAX_TERMS + " terms in one tag, the limit; split it");
        }
        lexer.next();
    }
}
