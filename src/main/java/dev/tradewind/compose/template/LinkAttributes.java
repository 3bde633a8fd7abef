package dev.tradewind.compose.template;

/**
 * What templates say about their links: {@code data-msys-linkname}, {@code -clicktrack}, {@code -unsubscribe} and
 * {@code -sublink}, as attributes in HTML and as {@code [[data-msys-…]]} behind a URL in plain text. They are for us, not for
 * the recipient: whoever does not act on them removes them.
 */
public final class LinkAttributes {
    private static final String PREFIX = "data-msys-";
    private static final String SUFFIX_OPEN = "[[" + PREFIX;
    private static final int LONGEST_SUFFIX = 1024;

    private LinkAttributes() {}

    /**
     * Removes link attributes from rendered text, in place: from HTML and AMP HTML the attributes of start tags with the white
     * space before them (in conditional comments too), from plain text the bracketed suffixes. Visible text of HTML that
     * merely looks like an attribute stays. Costs one search if there are none.
     *
     * @param text  what templates rendered
     * @param start from where; all before it is left alone
     * @param part  what kind of text it is; of a header field nothing is removed
     */
    public static void remove(StringBuilder text, int start, TemplatePart part) {
        switch (part) {
            case TEXT -> removeSuffixes(text, start);
            case HTML, AMP_HTML -> removeAttributes(text, start);
            case HEADER -> {}
        }
    }

    private static void removeSuffixes(StringBuilder text, int start) {
        int open = text.indexOf(SUFFIX_OPEN, start);
        if (open < 0) return;
        Removal removal = new Removal(text, start);
        while (open >= 0) {
            int close = endOfSuffix(text, open);
            if (close >= 0) removal.cut(open, close);
            open = text.indexOf(SUFFIX_OPEN, close >= 0 ? close : open + SUFFIX_OPEN.length());
        }
        removal.finish();
    }

    /** The offset behind the closing brackets on the same line; -1 if there are none. Quoted values may hold brackets. */
    private static int endOfSuffix(CharSequence text, int open) {
        char quote = 0;
        int last = Math.min(text.length() - 1, open + LONGEST_SUFFIX);
        for (int i = open; i < last; i++) {
            char c = text.charAt(i);
            if (c == '\n' || c == '\r') return -1;
            if (quote != 0) {
                if (c == quote) quote = 0;
            } else if ((c == '"' || c == '\'') && text.charAt(i - 1) == '=') {
                quote = c;
            } else if (c == ']' && text.charAt(i + 1) == ']') {
                return i + 2;
            }
        }
        return -1;
    }

    private static void removeAttributes(StringBuilder text, int start) {
        if (text.indexOf(PREFIX, start) < 0) return;
        Removal removal = new Removal(text, start);
        int open = text.indexOf("<", start);
        while (open >= 0) {
            int next = open + 1;
            if (next < text.length() && isLetter(text.charAt(next))) next = removeFromTag(text, next, removal);
            open = text.indexOf("<", next);
        }
        removal.finish();
    }

    /** Cuts the attributes out of the start tag whose name is at {@code name}; returns the offset behind the tag. */
    private static int removeFromTag(StringBuilder text, int name, Removal removal) {
        int end = text.length();
        int i = endOfName(text, name);
        while (true) {
            int before = i;
            while (i < end && (isSpace(text.charAt(i)) || text.charAt(i) == '/')) i++;
            if (i >= end || text.charAt(i) == '>') return Math.min(end, i + 1);
            int attribute = i;
            i = endOfValue(text, endOfName(text, i + 1));
            if (startsWith(text, attribute, PREFIX)) removal.cut(before, i);
        }
    }

    private static int endOfName(StringBuilder text, int from) {
        int i = from;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (isSpace(c) || c == '=' || c == '>' || c == '/') break;
            i++;
        }
        return i;
    }

    /** The offset behind {@code = value} after an attribute's name; the same offset if there is no value. */
    private static int endOfValue(StringBuilder text, int name) {
        int end = text.length();
        int i = skipSpace(text, name);
        if (i >= end || text.charAt(i) != '=') return name;
        i = skipSpace(text, i + 1);
        if (i >= end) return end;
        char quote = text.charAt(i);
        if (quote == '"' || quote == '\'') {
            int close = text.indexOf(quote == '"' ? "\"" : "'", i + 1);
            return close < 0 ? end : close + 1;
        }
        while (i < end && !isSpace(text.charAt(i)) && text.charAt(i) != '>') i++;
        return i;
    }

    private static int skipSpace(StringBuilder text, int from) {
        int i = from;
        while (i < text.length() && isSpace(text.charAt(i))) i++;
        return i;
    }

    private static boolean startsWith(StringBuilder text, int at, String prefix) {
        if (at + prefix.length() > text.length()) return false;
        for (int i = 0; i < prefix.length(); i++) {
            if (text.charAt(at + i) != prefix.charAt(i)) return false;
        }
        return true;
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    /** Moves what is kept of a text forward over what is cut. */
    private static final class Removal {
        private final StringBuilder text;
        private StringBuilder kept = new StringBuilder();
        private int first;
        private int copied;

        Removal(StringBuilder text, int start) {
            this.text = text;
            this.first = -1;
            this.copied = start;
        }

        void cut(int from, int to) {
            if (first < 0) {
                first = from;
                kept = new StringBuilder(text.length() - from);
            } else {
                kept.append(text, copied, from);
            }
            copied = to;
        }

        void finish() {
            if (first < 0) return;
            kept.append(text, copied, text.length());
            text.setLength(first);
            text.append(kept);
        }
    }
}
