package dev.tradewind.compose.template;

/** How the text of a value is written where it is put. Each scans first, so that text which needs nothing is copied whole. */
enum Escaping {
    /** As it is. */
    NONE {
        @Override
        void append(String text, StringBuilder out) {
            out.append(text);
        }
    },
    /** Safe in HTML text and in quoted attribute values: the six characters of mustache. */
    HTML {
        @Override
        void append(String text, StringBuilder out) {
            int copied = 0;
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c >= 64 || ((HTML_SPECIAL >>> c) & 1) == 0) continue;
                out.append(text, copied, i).append(entity(c));
                copied = i + 1;
            }
            appendRest(text, copied, out);
        }
    },
    /** Percent-encoded UTF-8 but for the unreserved characters (RFC 3986 §2.3). A lone surrogate becomes U+FFFD. */
    URL {
        @Override
        void append(String text, StringBuilder out) {
            int copied = 0;
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (isUnreserved(c)) continue;
                out.append(text, copied, i);
                int codePoint = text.codePointAt(i);
                percentEncode(codePoint, out);
                if (codePoint > 0xFFFF) i++;
                copied = i + 1;
            }
            appendRest(text, copied, out);
        }
    };

    private static final long HTML_SPECIAL =
            (1L << '&') | (1L << '<') | (1L << '>') | (1L << '"') | (1L << '\'') | (1L << '/');
    private static final String HEX = "0123456789ABCDEF";

    abstract void append(String text, StringBuilder out);

    private static void appendRest(String text, int copied, StringBuilder out) {
        if (copied == 0) out.append(text);
        else out.append(text, copied, text.length());
    }

    private static String entity(char c) {
        return switch (c) {
            case '&' -> "&amp;";
            case '<' -> "&lt;";
            case '>' -> "&gt;";
            case '"' -> "&quot;";
            case '\'' -> "&#39;";
            default -> "&#x2F;";
        };
    }

    private static boolean isUnreserved(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '~';
    }

    private static void percentEncode(int codePoint, StringBuilder out) {
        int c = codePoint >= 0xD800 && codePoint <= 0xDFFF ? 0xFFFD : codePoint;
        if (c < 0x80) {
            octet(c, out);
        } else if (c < 0x800) {
            octet(0xC0 | (c >> 6), out);
            octet(0x80 | (c & 0x3F), out);
        } else if (c < 0x10000) {
            octet(0xE0 | (c >> 12), out);
            octet(0x80 | ((c >> 6) & 0x3F), out);
            octet(0x80 | (c & 0x3F), out);
        } else {
            octet(0xF0 | (c >> 18), out);
            octet(0x80 | ((c >> 12) & 0x3F), out);
            octet(0x80 | ((c >> 6) & 0x3F), out);
            octet(0x80 | (c & 0x3F), out);
        }
    }

    private static void octet(int octet, StringBuilder out) {
        out.append('%').append(HEX.charAt(octet >> 4)).append(HEX.charAt(octet & 15));
    }
}
