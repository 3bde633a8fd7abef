package dev.tradewind.compose.template;

import java.util.Set;

/**
 * Splits what is between braces into tokens, one at a time, and knows the position of each. Also walks over the text between
 * tags, to count its lines. It only moves forward, so that positions cost one pass over the source.
 */
final class Lexer {
    enum Kind {
        NAME,
        KEYWORD,
        STRING,
        NUMBER,
        /** An operator or a bracket. */
        SYMBOL,
        /** The closing braces of the tag. */
        CLOSE
    }

    /** Names that the language keeps for itself, in use or not. */
    static final Set<String> KEYWORDS = Set.of(
            "and",
            "break",
            "do",
            "else",
            "elseif",
            "end",
            "false",
            "for",
            "function",
            "if",
            "local",
            "nil",
            "not",
            "or",
            "each",
            "return",
            "then",
            "true",
            "until",
            "while");

    private final String source;
    private final TemplatePart part;

    private int at;
    private boolean triple;
    private Position opened = Position.START;

    // The token read last.
    private Kind kind = Kind.CLOSE;
    private String text = "";
    private Position position = Position.START;

    // The position of an offset that is never behind the tokens read.
    private int countedTo;
    private int line = 1;
    private int column = 1;

    Lexer(String source, TemplatePart part) {
        this.source = source;
        this.part = part;
    }

    /** Starts on the tag whose braces begin at {@code offset} and reads its first token. */
    void open(int offset, boolean triple) throws TemplateSyntaxException {
        this.triple = triple;
        this.opened = positionOf(offset);
        this.at = offset + (triple ? 3 : 2);
        next();
    }

    Kind kind() {
        return kind;
    }

    /** The token: a name, keyword or symbol as written, a string without quotes and escapes. */
    String text() {
        return text;
    }

    Position position() {
        return position;
    }

    /** The offset behind the token. */
    int end() {
        return at;
    }

    boolean isSymbol(String symbol) {
        return kind == Kind.SYMBOL && text.equals(symbol);
    }

    boolean isKeyword(String keyword) {
        return kind == Kind.KEYWORD && text.equals(keyword);
    }

    /** Whether the character behind the token, white space aside, is that one. */
    boolean isFollowedBy(char c) {
        int i = at;
        while (i < source.length() && isSpace(source.charAt(i))) i++;
        return i < source.length() && source.charAt(i) == c;
    }

    TemplateSyntaxException error(Position where, String problem) {
        return new TemplateSyntaxException(part, where, problem);
    }

    /** The token as error messages name it. */
    String described() {
        return switch (kind) {
            case CLOSE -> "the closing braces";
            case STRING -> "a string";
            case NAME, KEYWORD, NUMBER, SYMBOL -> "'" + text + "'";
        };
    }

    /** Position of an offset that lies at or behind all that was asked before. */
    Position positionOf(int offset) {
        while (countedTo < offset) {
            char c = source.charAt(countedTo++);
            if (c == '\n') {
                line++;
                column = 1;
            } else if (!Character.isLowSurrogate(c)
                    || countedTo < 2
                    || !Character.isHighSurrogate(source.charAt(countedTo - 2))) {
                column++;
            }
        }
        return new Position(line, column);
    }

    void next() throws TemplateSyntaxException {
        while (at < source.length() && isSpace(source.charAt(at))) at++;
        position = positionOf(at);
        if (at >= source.length()) {
            throw error(opened, "the tag is not closed: missing " + (triple ? "}}}" : "}}"));
        }
        char c = source.charAt(at);
        if (isNameStart(c)) {
            int start = at;
            while (at < source.length() && isNamePart(source.charAt(at))) at++;
            text = source.substring(start, at);
            kind = KEYWORDS.contains(text) ? Kind.KEYWORD : Kind.NAME;
        } else if (isDigit(c)) {
            number();
        } else if (c == '\'' || c == '"') {
            string(c);
        } else {
            symbol(c);
        }
    }

    private void number() throws TemplateSyntaxException {
        int start = at;
        while (at < source.length() && isDigit(source.charAt(at))) at++;
        if (at + 1 < source.length() && source.charAt(at) == '.' && isDigit(source.charAt(at + 1))) {
            at++;
            while (at < source.length() && isDigit(source.charAt(at))) at++;
        }
        if (at < source.length() && isNamePart(source.charAt(at))) {
            throw error(position, "a name does not begin with a digit, and a number has no letters");
        }
        if (at - start > 100) throw error(position, "a number of " + (at - start) + " characters, limit 100");
        text = source.substring(start, at);
        kind = Kind.NUMBER;
    }

    private void string(char quote) throws TemplateSyntaxException {
        int copied = at + 1;
        StringBuilder unescaped = new StringBuilder();
        int i = at + 1;
        while (i < source.length() && source.charAt(i) != quote) {
            if (source.charAt(i) == '\\') {
                if (i + 1 >= source.length()) break;
                unescaped.append(source, copied, i).append(escaped(source.charAt(i + 1), i));
                i++;
                copied = i + 1;
            }
            i++;
        }
        if (i >= source.length()) throw error(position, "the string is not closed: missing " + quote);
        text = unescaped.append(source, copied, i).toString();
        at = i + 1;
        kind = Kind.STRING;
    }

    private char escaped(char c, int offset) throws TemplateSyntaxException {
        return switch (c) {
            case '\\', '\'', '"' -> c;
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default ->
                throw error(positionOf(offset), "unknown escape in a string; known are \\\\ \\' \\\" \\n \\r \\t");
        };
    }

    private void symbol(char c) throws TemplateSyntaxException {
        char second = at + 1 < source.length() ? source.charAt(at + 1) : 0;
        switch (c) {
            case '}' -> {
                if (second != '}') throw error(position, "a single }; a tag closes with " + (triple ? "}}}" : "}}"));
                if (triple && !source.startsWith("}}}", at)) {
                    throw error(position, "the tag was opened with {{{, so it closes with }}}");
                }
                token(Kind.CLOSE, triple ? 3 : 2);
            }
            case '=' -> {
                if (second != '=') throw error(position, "= is not an operator; equality is ==");
                token(Kind.SYMBOL, 2);
            }
            case '!' -> {
                if (second != '=') throw error(position, "! is not an operator; write not, or != for unequal");
                token(Kind.SYMBOL, 2);
            }
            case '<', '>' -> token(Kind.SYMBOL, second == '=' ? 2 : 1);
            case '.' -> token(Kind.SYMBOL, second == '.' ? 2 : 1);
            case '+', '-', '*', '/', '#', '(', ')', '[', ']', ',' -> token(Kind.SYMBOL, 1);
            case '{' ->
                throw error(position, "{ within a tag; to write braces use opening_double_curly() and its like");
            case '&' ->
                throw error(position, "& is not an operator; write 'and', and < > \" themselves, not &lt; &gt; &quot;");
            case '|' -> throw error(position, "| is not an operator; write 'or'");
            case '~' -> throw error(position, "~ is not an operator; unequal is !=");
            default -> {
                int codePoint = source.codePointAt(at);
                throw error(
                        position,
                        Character.isISOControl(codePoint) || (codePoint >= 0xD800 && codePoint <= 0xDFFF)
                                ? "unexpected character U+"
                                        + Integer.toHexString(0x10000 | codePoint)
                                                .substring(1)
                                : "unexpected '" + Character.toString(codePoint)
                                        + "'; names are made of ASCII letters, digits and _");
            }
        }
    }

    private void token(Kind kind, int length) {
        this.kind = kind;
        text = source.substring(at, at + length);
        at += length;
    }

    /** White space within a tag; no-break space and byte order mark are what editors slip in. */
    private static boolean isSpace(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r') || c == '\u00A0' || c == '\uFEFF';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isNameStart(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }

    private static boolean isNamePart(char c) {
        return isNameStart(c) || isDigit(c);
    }
}
